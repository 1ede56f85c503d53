"""Layer-wise inversion by the l_inf program.

Source: Lei, Jalal, Dhillon, Dimakis (LJDD, arXiv 1906.07437); ``numerics.programs``.
"""

import numpy as np

from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.methods.numerics.inversion import Program
from genprior.methods.numerics.layerwise import by_layers
from genprior.methods.requirements import require_layers
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "l_inf"


class Settings(shared.Thresholds):
    """The thresholds of LJDD's l_inf program."""


def require(problem: Problem) -> None:
    """A = I, and layers with ReLU or leaky ReLU, with biases or without.

    Raises:
        NotApplicable: for any other problem.
    """
    require_layers(problem, NAME)


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """The code that explains y, layer by layer; neither start nor stream is used."""
    return by_layers(problem, Program.L_INF, threshold=settings.threshold, growth=settings.growth)
