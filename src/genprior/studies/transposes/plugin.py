"""PLUGIn: descent with the activation masks dropped, and the width that it needs.

    x_{i+1} = x_i - eta W_1^T ... W_d^T (G(x_i) - y)

Source: Joshi, Li, Plan, Yilmaz, PLUGIn (NeurIPS 2021), Figure 1: d = 3, equal widths, codes on the
unit sphere, eta = 3, success ||x - x0|| <= 1e-5, boundary drawn at n = 20 n_0.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.methods.numerics.transposes import iterate
from genprior.model.instances import Role as InstanceRole
from genprior.model.instances import stream
from genprior.model.networks import generate, sample_weights
from genprior.studies.transposes.roles import Role
from genprior.types import Row

SCHEMA = pa.schema(
    [
        ("latent_dimension", pa.int64()),
        ("width", pa.int64()),
        ("depth", pa.int64()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("iterations", pa.int64()),
        ("stop", pa.string()),
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and width.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``width`` (a list), ``depth``, ``step``, ``max_iterations``,
            ``trials``.
    """
    k = part["latent_dimension"]
    for trial in range(*part["trials"]):
        for width in part["width"]:
            shape = (k, *[width] * part["depth"])
            weights = sample_weights(shape, stream(seed, InstanceRole.NETWORK, shape, trial))
            code, start = stream(seed, Role.UNIT_CODE, (k,), trial).standard_normal((2, k))
            code = code / np.linalg.norm(code)
            x, iterations, stop = iterate(
                weights, generate(weights, code), start, part["step"], part["max_iterations"]
            )
            yield {
                "latent_dimension": k,
                "width": width,
                "depth": part["depth"],
                "trial": trial,
                "relative_error": float(np.linalg.norm(x - code)),
                "iterations": iterations,
                "stop": stop,
            }
