"""Gradient descent that ends as soon as it is proved where it converges.

The run of ``descent`` until the engine's ball certificate holds (Proposition 5 of
``docs/certificate.md``); x is then the proved limit.
"""

import numpy as np

from genprior.descent import Settings as Rule
from genprior.descent import incremental
from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.methods.requirements import require_pieces
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "descent-to-proof"
DESCENDS = True


class Settings(shared.Descent):
    """Descent to proof; in an experiment these are the keys of ``descent``."""


def require(problem: Problem) -> None:
    """Networks that are linear in pieces.

    Raises:
        NotApplicable: for a sigmoid end.
    """
    require_pieces(problem, NAME)


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """The proved limit of descent from ``start``, shape (k,), or where it ended without one."""
    rule = Rule.from_config(settings.model_dump(), problem.depth)
    end, limit = incremental.Engine(problem).descend_to_proof(start, tie_direction, rule)
    if limit is None:
        return Found(
            end.x, end.iterations, str(end.stop), end.loss, end.gradient_norm, end.negations
        )
    # Loss and gradient are the limit's, which the caller knows how to compute.
    return Found(limit.point, end.iterations, str(end.stop), negations=end.negations)
