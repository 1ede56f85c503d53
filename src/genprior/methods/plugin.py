"""PLUGIn: descent with the activation masks dropped.

Source: Joshi, Li, Plan, Yilmaz (NeurIPS 2021); ``numerics.transposes``.
"""

import numpy as np

from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.methods.numerics.transposes import iterate
from genprior.methods.requirements import require_plain
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "plugin"


class Settings(shared.Settings):
    """PLUGIn's iteration."""

    step: shared.Positive = 3.0
    """The step eta, PLUGIn's at three layers; 2^d undoes wide layers in one step."""
    max_iterations: shared.Count = 5000
    """The iteration cap."""


def require(problem: Problem) -> None:
    """A = I, and ReLU layers without biases.

    Raises:
        NotApplicable: for any other problem.
    """
    require_plain(problem, NAME)


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """Where PLUGIn from ``start``, shape (k,), ends; the stream is not used."""
    y, cap = problem.measurements, settings.max_iterations
    x, iterations, stop = iterate(problem.weights, y, start, settings.step, cap)
    return Found(x, iterations, stop)
