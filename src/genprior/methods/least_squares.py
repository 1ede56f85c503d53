"""Layer-wise inversion by least squares on the rows that are known to be active.

Source: Lei, Jalal, Dhillon, Dimakis (LJDD, arXiv 1906.07437): without noise, an active row gives an
equation, and as many of them as inputs determine the layer.
"""

import numpy as np

from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.methods.numerics.inversion import Program
from genprior.methods.numerics.layerwise import by_layers
from genprior.methods.requirements import require_layers
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "least-squares"


class Settings(shared.Settings):
    """Least squares has nothing to choose."""


def require(problem: Problem) -> None:
    """A = I without noise, and layers with ReLU or leaky ReLU, with biases or without.

    Raises:
        NotApplicable: for any other problem; noise alone shows as an ``infeasible`` layer.
    """
    require_layers(problem, NAME)


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """The code that the active rows determine; neither start nor stream is used."""
    return by_layers(problem, Program.LEAST_SQUARES)
