"""Noisy observations of a network's output: error against noise (LJDD, Figure 1)."""

from collections.abc import Iterator, Mapping
from time import process_time
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import Settings
from genprior.descent.compiled import Engine
from genprior.methods.numerics.inversion import Program, activations, invert
from genprior.model.instances import instance, stream
from genprior.model.problem import Problem
from genprior.model.risk import relative_error
from genprior.studies.layerwise.bounds import l_inf_bound
from genprior.studies.layerwise.roles import Role
from genprior.types import Array, Row

LAWS = ("uniform", "gaussian")
SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("slope", pa.float64()),
        ("law", pa.string()),
        ("level", pa.float64()),
        ("method", pa.string()),
        ("trial", pa.int64()),
        ("relative_noise", pa.float64()),
        ("relative_error", pa.float64()),
        ("largest_error", pa.float64()),
        ("bound", pa.float64()),
        ("status", pa.string()),
        ("seconds", pa.float64()),
    ]
)


def unit_noise(seed: int, law: str, shape: tuple[int, ...], trial: int) -> Array:
    """Noise of level 1 on the last layer, shape (n_d,): U(-1, 1) or N(0, 1) entries.

    One draw serves all levels (common random numbers).
    """
    source = stream(seed, Role.OUTPUT_NOISE, (LAWS.index(law), *shape), trial)
    return source.uniform(-1, 1, shape[-1]) if law == "uniform" else source.normal(size=shape[-1])


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial, level and method.

    Args:
        seed: the configuration's seed.
        part: ``shape`` (k, n_1, ..., n_d), ``slope`` below zero, ``law``, ``levels`` (half-width
            of the uniform law, standard deviation of the Gaussian one), ``growth``, ``trials``
            and ``descent`` (settings, run on ReLU networks).
    """
    shape, slope = tuple(part["shape"]), float(part["slope"])
    for trial in range(*part["trials"]):
        one = instance(seed, "identity", shape, trial, shape[-1])
        true = activations(one.weights, one.code, slope)
        unit = unit_noise(seed, part["law"], shape, trial)
        for level in part["levels"]:
            noise = level * unit
            problem = Problem(one.weights, None, true[-1] + noise)
            for method in ("l_inf", "l_1", "l_1-oracle", "descent"):
                if slope > 0 and method in ("descent", "l_1-oracle"):
                    continue  # the engine is for ReLUs; l_1 needs no threshold, hence no oracle
                began, bound = process_time(), float("nan")
                if method == "descent":
                    settings = Settings.from_config(part["descent"], len(shape) - 1)
                    end = Engine(problem).descend(one.start, one.tie_direction, settings)
                    code, status = end.x, str(end.stop)
                    seconds = process_time() - began
                else:
                    found = invert(
                        problem,
                        Program.L_INF if method == "l_inf" else Program.L_1,
                        slope,
                        threshold=level,
                        growth=part["growth"],
                        oracle=true if method == "l_1-oracle" else None,
                    )
                    code, status = found.code, str(found.status)
                    seconds = process_time() - began
                    if method == "l_inf" and status == "solved":
                        bound = l_inf_bound(problem, true, found, slope)
                yield {
                    "shape": "-".join(map(str, shape)),
                    "slope": slope,
                    "law": part["law"],
                    "level": level,
                    "method": method,
                    "trial": trial,
                    "relative_noise": float(np.linalg.norm(noise) / np.linalg.norm(true[-1])),
                    "relative_error": relative_error(code, one.code),
                    "largest_error": float(np.abs(code - one.code).max()),
                    "bound": bound,
                    "status": status,
                    "seconds": seconds,
                }
