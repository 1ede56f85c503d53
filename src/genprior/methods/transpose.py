"""Reversal by the transposes of the weights, in one pass.

Source: Arora, Liang, Ma (ALM, arXiv 1511.05653); ``numerics.transposes``.
"""

import numpy as np

from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.methods.numerics.transposes import reverse
from genprior.methods.requirements import require_plain
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "transpose"


class Settings(shared.Settings):
    """What is known of the code."""

    nonnegative: bool = False
    """Whether the code is known to have no negative entry."""


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
    """The estimate of the code; neither start nor stream is used."""
    return Found(reverse(problem.weights, problem.measurements, settings.nonnegative))
