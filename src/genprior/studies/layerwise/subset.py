"""Inversion from a random subset of the last layer's coordinates."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.methods.numerics.inversion import Program, activations, invert
from genprior.model.instances import instance, stream
from genprior.model.problem import Problem
from genprior.model.risk import relative_error
from genprior.studies.layerwise.roles import Role
from genprior.types import Row

SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("slope", pa.float64()),
        ("share", pa.float64()),  # of the coordinates that are seen
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and share of the coordinates; the subsets of a trial are nested.

    Args:
        seed: the configuration's seed.
        part: ``shape``, ``slope``, ``share`` (of the coordinates), ``trials``.
    """
    shape, slope = tuple(part["shape"]), float(part["slope"])
    for trial in range(*part["trials"]):
        one = instance(seed, "identity", shape, trial, shape[-1])
        output = activations(one.weights, one.code, slope)[-1]
        order = stream(seed, Role.SUBSET, shape, trial).permutation(shape[-1])
        for fraction in part["share"]:
            seen = order[: round(fraction * shape[-1])]
            weights = (*one.weights[:-1], one.weights[-1][seen])
            found = invert(Problem(weights, None, output[seen]), Program.DETERMINED, slope)
            yield {
                "shape": "-".join(map(str, shape)),
                "slope": slope,
                "share": float(fraction),
                "trial": trial,
                "relative_error": relative_error(found.code, one.code),
                "status": str(found.status),
            }
