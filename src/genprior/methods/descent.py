"""Gradient descent with the papers' descent direction, by the incremental engine.

Source: Huang, Hand, Heckel, Voroninski (HHHV, arXiv 1812.04176), Algorithm 1.
"""

import numpy as np

from genprior.descent import Settings as Rule
from genprior.descent.engines import engine_for
from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "descent"
DESCENDS = True


class Settings(shared.Descent):
    """Descent; in an experiment these are the keys of ``descent``."""


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
    end = engine_for(problem).descend(start, tie_direction, rule)
    return Found(end.x, end.iterations, str(end.stop), end.loss, end.gradient_norm, end.negations)
