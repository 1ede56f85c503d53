"""Exact inversion of networks of constant expansivity, whatever their depth (LJDD)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.experiments.grid import expansive_shape
from genprior.methods.numerics.inversion import Program, activations, invert
from genprior.model.instances import instance
from genprior.model.problem import Problem
from genprior.model.risk import relative_error
from genprior.types import Row

SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("latent_dimension", pa.int64()),
        ("depth", pa.int64()),
        ("expansivity", pa.float64()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``depth``, ``expansivity`` (a list), ``trials``.
    """
    k, depth = part["latent_dimension"], part["depth"]
    for expansivity in part["expansivity"]:
        shape = expansive_shape(k, expansivity, depth)
        for trial in range(*part["trials"]):
            one = instance(seed, "identity", shape, trial, shape[-1])
            output = activations(one.weights, one.code)[-1]
            found = invert(Problem(one.weights, None, output), Program.DETERMINED)
            yield {
                "shape": "-".join(map(str, shape)),
                "latent_dimension": k,
                "depth": depth,
                "expansivity": float(expansivity),
                "trial": trial,
                "relative_error": relative_error(found.code, one.code),
                "status": str(found.status),
            }
