"""Reversing a network by its transposes, in one pass, against descent.

Source: Arora, Liang, Ma (ALM, arXiv 1511.05653): the transpose of a random layer reverses it up to
an error.  With W ~ N(0, 1/n), E[W^T relu(W x)] = x / 2, so 2 W^T relu(W x) is the estimate; for
non-negative codes its positive part.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.descent import Settings
from genprior.descent.compiled import Engine, warm_up
from genprior.experiments.grid import expansive_shape
from genprior.methods.numerics.transposes import reverse
from genprior.model.instances import instance, positive_part
from genprior.model.risk import relative_error
from genprior.types import Row

SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("depth", pa.int64()),
        ("latent_dimension", pa.int64()),
        ("expansivity", pa.float64()),
        ("inputs", pa.string()),
        ("method", pa.string()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial, method and sign of the code.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``depth``, ``expansivity`` (a list), ``trials``, ``descent``.
    """
    settings = Settings.from_config(part["descent"], part["depth"])
    warm_up()
    for expansivity in part["expansivity"]:
        shape = expansive_shape(part["latent_dimension"], expansivity, part["depth"])
        for trial in range(*part["trials"]):
            one = instance(seed, "identity", shape, trial, shape[-1])
            engine = Engine.of_code(one.weights, None, one.code)
            for inputs in ("free", "nonnegative"):
                code = one.code if inputs == "free" else positive_part(one.code)
                output = engine.measure(code)
                end = engine.observing(output).descend(one.start, one.tie_direction, settings)
                answers = {
                    "transpose": reverse(one.weights, output, inputs == "nonnegative"),
                    "descent": end.x,
                }
                for method, x in answers.items():
                    yield {
                        "shape": "-".join(map(str, shape)),
                        "depth": part["depth"],
                        "latent_dimension": shape[0],
                        "expansivity": float(expansivity),
                        "inputs": inputs,
                        "method": method,
                        "trial": trial,
                        "relative_error": relative_error(x, code),
                    }
