"""How much expansion a single layer needs to be inverted exactly (LJDD)."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.model.instances import positive_part, stream
from genprior.model.risk import relative_error
from genprior.studies.layerwise.inversion import activate
from genprior.studies.layerwise.programs import Status, feasible, least_squares
from genprior.studies.layerwise.roles import Role
from genprior.types import Row

SCHEMA = pa.schema(
    [
        ("latent_dimension", pa.int64()),
        ("inputs", pa.string()),
        ("ratio", pa.float64()),
        ("width", pa.int64()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """Exact recovery of one layer's input, of free sign or non-negative, against n / k.

    The widths of a trial share their rows (the narrow layer is the top of the wide one).  A layer
    counts as inverted only if the point of its feasible set that minimises a random objective is
    the true input: any other feasible point would show.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``ratio`` (the values of n / k), ``trials``.
    """
    k = part["latent_dimension"]
    widths = [round(k * ratio) for ratio in part["ratio"]]
    for trial in range(*part["trials"]):
        layer = stream(seed, Role.LAYER, (k,), trial).standard_normal((max(widths), k))
        code = stream(seed, Role.LAYER_INPUT, (k,), trial).standard_normal(k)
        objective = stream(seed, Role.OBJECTIVE, (k,), trial).standard_normal(k)
        for inputs in ("free", "nonnegative"):
            z = code if inputs == "free" else positive_part(code)
            for ratio, width in zip(part["ratio"], widths, strict=True):
                weights = layer[:width] / np.sqrt(width)
                output = activate(weights @ z, 0.0)
                found = least_squares(weights, output)
                if found.status is not Status.SOLVED:
                    found = feasible(
                        weights,
                        output,
                        nonnegative=inputs == "nonnegative",
                        objective=objective,
                    )
                yield {
                    "latent_dimension": k,
                    "inputs": inputs,
                    "ratio": float(ratio),
                    "width": width,
                    "trial": trial,
                    "relative_error": relative_error(found.z, z),
                    "status": str(found.status),
                }
