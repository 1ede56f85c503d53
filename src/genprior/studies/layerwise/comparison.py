"""Linear programs, least squares and descent on the same instances, A = I (LJDD, k-250-600).

Seconds are those of the processor, so that other work on the machine does not count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import Descent, Settings, Stop
from genprior.descent.certificates import certify, leap, recovers
from genprior.descent.compiled import Engine, warm_up
from genprior.descent.outcomes import RECOVERY_ERROR
from genprior.descent.pieces import lipschitz_bound
from genprior.methods.numerics.inversion import Program, invert
from genprior.model.instances import Instance, instance
from genprior.model.problem import Problem
from genprior.model.risk import relative_error
from genprior.types import Array, Row

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
LOOKS = 10  # how often a run is looked at, and sent on, before it counts as undecided
PLAIN_STEPS = 200  # iterations between two looks
NEVER = -1  # iterations to success of a run that never succeeds


def iterations_to_success(path: Array, code: Array, threshold: float) -> int:
    """The first iterate from which on the relative error stays at or below a threshold."""
    errors = np.linalg.norm(path - code, axis=1)
    outside = np.flatnonzero(~(errors <= threshold * np.linalg.norm(code)))
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first < len(path) else NEVER


def by_program(one: Instance, program: Program) -> tuple[Array, str, float]:
    """The code that a layer-wise program finds, its status and the seconds taken."""
    problem = Problem.of_code(one.weights, None, one.code)
    began = process_time()
    found = invert(problem, program)
    return found.code, str(found.status), process_time() - began


def by_descent(one: Instance, settings: Settings) -> tuple[Descent, float]:
    """How descent from the instance's start ends, with its path, and the seconds taken."""
    began = process_time()
    engine = Engine.of_code(one.weights, None, one.code)
    end = engine.descend(one.start, one.tie_direction, settings, settings.max_iterations + 1)
    return end, process_time() - began


def by_certificate(
    one: Instance, end: Descent, settings: Settings
) -> tuple[Array, str, int, float]:
    """Where a finished run is proved to converge, whatever stopped it.

    A run without a certificate yet goes on for a while and is looked at again.  The search for
    kink minimisers of ``descent.outcomes`` is left out: it cannot turn a failure into a recovery.

    Returns:
        The limit (or the last iterate), ``recovery``, ``other`` for another limit or
        ``undecided``, the further iterations and the seconds taken.
    """
    began = process_time()
    engine = Engine.of_code(one.weights, None, one.code)
    problem, steepest = engine.problem, lipschitz_bound(engine.problem)
    x, further = end.x, 0
    plain = replace(settings, max_iterations=PLAIN_STEPS, gradient_tolerance=0.0)
    status = "undecided"
    for _ in range(LOOKS if np.all(np.isfinite(x)) else 0):
        certificate = certify(problem, x, settings, steepest)
        if certificate.holds:
            x = certificate.limit
            near = np.linalg.norm(x - one.code) <= RECOVERY_ERROR * np.linalg.norm(one.code)
            isolated = certificate.rank == len(x)
            home = recovers(problem, x, certificate.limit_error, one.code)
            status = "recovery" if near and isolated and home else "other"
            break
        if end.stop == Stop.CYCLE:
            break
        leapt, x = leap(problem, x, settings, steepest)
        run = engine.descend(x, one.tie_direction, plain)
        x, further = run.x, further + leapt + run.iterations
    return x, status, further, process_time() - began


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
            end, seconds = by_descent(one, settings)
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
        x, status, further, more = by_certificate(one, end, long)
        yield base | {
            "method": "certificate",
            "relative_error": relative_error(x, one.code),
            "status": status,
            "iterations": end.iterations + further,
            "iterations_to_success": 0 if status == "recovery" else NEVER,
            "seconds": seconds + more,
        }
