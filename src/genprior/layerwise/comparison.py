"""Linear programs, least squares and descent on the same instances, A = I (LJDD, k-250-600)."""

from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.blocks import Row
from genprior.descent import Descent, Settings
from genprior.descent.compiled import Problem, warm_up
from genprior.instances import Instance, instance
from genprior.layerwise.inversion import Program, invert
from genprior.networks import Array, generate
from genprior.recovery import relative_error

METHODS = ("linear-program", "least-squares", "descent-short", "descent-long", "certificate")
SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("latent_dimension", pa.int64()),
        ("method", pa.string()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
        ("iterations", pa.int64()),
        ("iterations_to_success", pa.int64()),
        ("seconds", pa.float64()),
    ]
)
NEVER = -1  # iterations to success of a run that never succeeds


def iterations_to_success(path: Array, code: Array, threshold: float) -> int:
    """The first iterate from which on the relative error stays at or below a threshold."""
    errors = np.linalg.norm(path - code, axis=1)
    outside = np.flatnonzero(~(errors <= threshold * np.linalg.norm(code)))
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first < len(path) else NEVER


def by_program(one: Instance, program: Program) -> tuple[Array, str, float]:
    """The code that a layer-wise program finds, its status and the seconds taken."""
    output = generate(one.weights, one.code)
    began = perf_counter()
    found = invert(one.weights, output, program)
    return found.code, str(found.status), perf_counter() - began


def by_descent(one: Instance, settings: Settings, path: bool) -> tuple[Descent, float]:
    """How descent from the instance's start ends, and the seconds taken."""
    began = perf_counter()
    problem = Problem(one.weights, None)
    length = settings.max_iterations + 1 if path else 0
    end = problem.descend(problem.measure(one.code), one.start, one.tie_direction, settings, length)
    return end, perf_counter() - began


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and method.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``widths``, ``trials``, ``relative_error`` (of a success),
            ``short`` and ``long``, the settings of descent under LJDD's cap and under ours.
    """
    shape = (part["latent_dimension"], *part["widths"])
    short, long = (Settings.from_config(part[name], len(shape) - 1) for name in ("short", "long"))
    warm_up()
    for trial in range(*part["trials"]):
        one = instance(seed, "identity", shape, trial, shape[-1])
        base = {"shape": "-".join(map(str, shape)), "latent_dimension": shape[0], "trial": trial}
        for method, program in zip(
            METHODS[:2], (Program.FEASIBLE, Program.LEAST_SQUARES), strict=True
        ):
            code, status, seconds = by_program(one, program)
            yield base | {
                "method": method,
                "relative_error": relative_error(code, one.code),
                "status": status,
                "iterations": 0,
                "iterations_to_success": 0,
                "seconds": seconds,
            }
        for method, settings in (("descent-short", short), ("descent-long", long)):
            end, seconds = by_descent(one, settings, path=True)
            yield base | {
                "method": method,
                "relative_error": relative_error(end.x, one.code),
                "status": str(end.stop),
                "iterations": end.iterations,
                "iterations_to_success": iterations_to_success(
                    end.path, one.code, part["relative_error"]
                ),
                "seconds": seconds,
            }
