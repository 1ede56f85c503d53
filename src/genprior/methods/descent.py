"""Gradient descent with the papers' descent direction, by the incremental engine.

Source: Huang, Hand, Heckel, Voroninski (HHHV, arXiv 1812.04176), Algorithm 1.
"""

import numpy as np

from genprior.descent import Settings as Rule
from genprior.descent import incremental, reference
from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "descent"
DESCENDS = True


class Settings(shared.Settings):
    """Descent; in an experiment these are the keys of ``descent``."""

    step: shared.Step = "2^d/d^2"
    """The constant step nu, HHHV's 2^d/d^2, the bolder 2^d/2 or a number."""
    negation_check: bool = True
    """Whether f(-x) is compared with f(x) before every step (HHHV, Algorithm 1)."""
    max_iterations: shared.Count = 5000
    """The iteration cap."""
    gradient_tolerance: shared.NonNegative = 1e-9
    """It stops where the norm of the descent direction v is at most this."""


def require(problem: Problem) -> None:
    """Every problem; of networks with biases, without negation check, which ``recover`` refuses."""


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """Where descent from ``start``, shape (k,), ends."""
    rule = Rule.from_config(settings.model_dump(), problem.depth)
    # A sigmoid has no pieces, and the compiled engines do not take it.
    engine = reference if problem.network.last == "sigmoid" else incremental
    end = engine.descend(problem, start, tie_direction, rule)
    return Found(end.x, end.iterations, str(end.stop), end.loss, end.gradient_norm, end.negations)
