"""Stochastic gradient descent over the rows of A (``numerics.batches`` has step and source)."""

import numpy as np

from genprior.descent import step_size
from genprior.methods import settings as shared
from genprior.methods.contract import DIVERGED, Found, NotApplicable
from genprior.methods.numerics.batches import batch_step, iterates
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction
from genprior.types import Array

NAME = "descent-by-rows"
FAR = 1e12  # a norm from which no run comes back


class Settings(shared.Settings):
    """Descent by batches of rows of A."""

    batch: shared.Count = 10
    """Rows of A a step."""
    step: shared.Step = "2^d/d^2"
    """The step nu of full descent; a batch of b rows takes nu / (1 + k / b)."""
    max_passes: shared.Count = 500
    """Passes over the rows of A at most."""
    gradient_tolerance: shared.NonNegative = 1e-9
    """It stops after a pass where the norm of the full descent direction is at most this."""


def require(problem: Problem) -> None:
    """Problems with a sensing matrix.

    Raises:
        NotApplicable: for A = I.
    """
    if problem.sensing is None:
        raise NotApplicable(f"{NAME} takes some rows of a sensing matrix at a time; here A = I")


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """Where descent by rows from ``start``, shape (k,), ends; the stream shuffles the rows."""
    m, k = len(problem.measurements), problem.shape[0]
    batch = min(settings.batch, m)
    step = batch_step(step_size(settings.step, problem.depth), k, batch, m)
    in_a_pass = -(-m // batch)
    x, steps, stop = start, 0, "cap"
    with np.errstate(over="ignore", invalid="ignore"):
        path = iterates(problem, start, batch, step, settings.max_passes, stream)
        for steps, x in enumerate(path, start=1):
            if not np.linalg.norm(x) < FAR:
                stop = DIVERGED
                break
            if steps % in_a_pass == 0:
                slope = np.linalg.norm(descent_direction(problem, x, tie_direction))
                if slope <= settings.gradient_tolerance:
                    stop = "gradient"
                    break
    return Found(x, steps, stop)
