"""How much expansion a single layer needs to be inverted exactly (LJDD)."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.methods.numerics.inversion import activate
from genprior.methods.numerics.programs import (
    CONSISTENT,
    Layer,
    Status,
    feasible,
    least_squares,
)
from genprior.model.instances import positive_part, stream
from genprior.model.risk import relative_error
from genprior.studies.layerwise.roles import Role
from genprior.types import Array, Row

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


def farthest(
    weights: Array, output: Array, truth: Array, nonnegative: bool, objective: Array
) -> Layer:
    """Of the feasible points that an objective and its negative find, one that is not the truth.

    The truth, where both find it: then no other point is feasible, with probability one.
    """
    for sign in (1, -1):
        found = feasible(weights, output, nonnegative=nonnegative, objective=sign * objective)
        if found.status is not Status.SOLVED or relative_error(found.z, truth) > CONSISTENT:
            break
    return found


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """Exact recovery of one layer's input, of free sign or non-negative, against n / k.

    The widths of a trial share their rows (the narrow layer is the top of the wide one).  A layer
    counts as inverted only if its feasible set has no other point: then the true input minimises a
    random objective and its negative.  One of them would not do, for the true input may be a
    corner of the feasible set, which half of the objectives find.

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
                    found = farthest(weights, output, z, inputs == "nonnegative", objective)
                yield {
                    "latent_dimension": k,
                    "inputs": inputs,
                    "ratio": float(ratio),
                    "width": width,
                    "trial": trial,
                    "relative_error": relative_error(found.z, z),
                    "status": str(found.status),
                }
