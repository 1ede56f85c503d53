"""Stochastic gradient descent over the rows of A, against full descent, by passes over the rows.

A step takes b rows of A at a time, (m / b) L_x^T A_b^T (A_b G(x) - y_b): unbiased for HV's v when
the rows are drawn in random order.  Without noise all rows agree at x0, so the variance vanishes
there and a constant step converges.  A batch's curvature is larger than the whole's, by about
1 + k / b, so its step is nu / (1 + k / b) (full batch: nu).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import step_size, step_text
from genprior.model.instances import Instance, instance, stream
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk
from genprior.studies.stochastic.roles import Role
from genprior.types import Array, Row

SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("latent_dimension", pa.int64()),
        ("measurements", pa.int64()),
        ("step", pa.float64()),  # of full descent
        ("step_rule", pa.string()),
        ("batch", pa.int64()),
        ("trial", pa.int64()),
        ("passes", pa.float64()),  # over the rows of A; infinite where the error stays larger
        ("evaluations", pa.float64()),  # of the network and its descent direction
        ("relative_error", pa.float64()),
    ]
)


def batch_step(step: float, latent_dimension: int, batch: int, measurements: int) -> float:
    """The step for a batch of b of the m rows (see the module's text)."""
    return step if batch >= measurements else step / (1 + latent_dimension / batch)


def rows_of(problem: Problem, chosen: Array) -> Problem:
    """Some rows of A and y, scaled so that their risk is unbiased for the whole's."""
    scale = np.sqrt(len(problem.measurements) / len(chosen))
    return problem.rows(chosen, scale)


def descend_by_rows(
    one: Instance,
    batch: int,
    step: float,
    max_passes: int,
    target: float,
    order: np.random.Generator,
) -> tuple[Array, int]:
    """Descent by batches of rows until the relative error is at most a target or passes run out.

    HHHV's negation check stands before every pass.

    Args:
        one: an instance with a sensing matrix.
        batch: rows a step.
        step: the step of a batch.
        max_passes: passes over the rows of A at most.
        target: relative error to stop at.
        order: the random generator that shuffles the rows before every pass.

    Returns:
        The last iterate and the number of steps.
    """
    m = one.measurement_count
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    x, steps, goal = one.start.copy(), 0, target * np.linalg.norm(one.code)
    for _ in range(max_passes):
        here, there = (empirical_risk(problem, z) for z in (x, -x))
        x = -x if there < here else x
        shuffled = order.permutation(m)
        for first in range(0, m, batch):
            some = rows_of(problem, shuffled[first : first + batch])
            x = x - step * descent_direction(some, x)
            steps += 1
            error = np.linalg.norm(x - one.code)
            if error <= goal or not error < 1e12:
                return x, steps
    return x, steps


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and batch size.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``widths``, ``measurements``, ``batch`` (a list), ``step``,
            ``max_passes``, ``relative_error`` (the target), ``trials``.
    """
    shape, m = (part["latent_dimension"], *part["widths"]), part["measurements"]
    full = step_size(part["step"], len(shape) - 1)
    for trial in range(*part["trials"]):
        one = instance(seed, "gaussian", shape, trial, m)
        for batch in part["batch"]:
            shuffling = stream(seed, Role.ROW_ORDER, (batch, *shape), trial)
            step = batch_step(full, shape[0], batch, m)
            x, steps = descend_by_rows(
                one, batch, step, part["max_passes"], part["relative_error"], shuffling
            )
            error = float(np.linalg.norm(x - one.code) / np.linalg.norm(one.code))
            reached = error <= part["relative_error"]
            yield {
                "shape": "-".join(map(str, shape)),
                "latent_dimension": shape[0],
                "measurements": m,
                "step": full,
                "step_rule": step_text(part["step"]),
                "batch": batch,
                "trial": trial,
                "passes": steps * batch / m if reached else float("inf"),
                "evaluations": float(steps) if reached else float("inf"),
                "relative_error": error,
            }
