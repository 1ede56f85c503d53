"""Stochastic gradient descent over the rows of A.

A step takes b rows of A at a time, (m / b) L_x^T A_b^T (A_b G(x) - y_b): unbiased for HV's v when
the rows are drawn in random order.  Without noise all rows agree at x0, so the variance vanishes
there and a constant step converges.  A batch's curvature is larger than the whole's, by about
1 + k / b, so its step is nu / (1 + k / b) (full batch: nu).
"""

from collections.abc import Iterator

import numpy as np

from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk
from genprior.types import Array


def batch_step(step: float, latent_dimension: int, batch: int, measurements: int) -> float:
    """The step for a batch of b of the m rows (see the module's text)."""
    return step if batch >= measurements else step / (1 + latent_dimension / batch)


def rows_of(problem: Problem, chosen: Array) -> Problem:
    """Some rows of A and y, scaled so that their risk is unbiased for the whole's."""
    scale = np.sqrt(len(problem.measurements) / len(chosen))
    return problem.rows(chosen, scale)


def iterates(
    problem: Problem,
    start: Array,
    batch: int,
    step: float,
    max_passes: int,
    order: np.random.Generator,
) -> Iterator[Array]:
    """The iterates of descent by batches of rows, each of shape (k,), until passes run out.

    HHHV's negation check stands before every pass.

    Args:
        problem: a problem with a sensing matrix.
        start: where descent starts, shape (k,).
        batch: rows a step.
        step: the step of a batch.
        max_passes: passes over the rows of A at most.
        order: the random generator that shuffles the rows before every pass.
    """
    m, x = len(problem.measurements), start.copy()
    for _ in range(max_passes):
        here, there = (empirical_risk(problem, z) for z in (x, -x))
        x = -x if there < here else x
        shuffled = order.permutation(m)
        for first in range(0, m, batch):
            some = rows_of(problem, shuffled[first : first + batch])
            x = x - step * descent_direction(some, x)
            yield x
