"""How the relative error falls along a descent, at few enough iterations for every trial."""

from genprior.descent import Descent
from genprior.model.risk import relative_error
from genprior.types import Array

A_DECADE = 8
# 0 and about eight iterations a decade, the same for all runs; each run has its last one, too.
LANDMARKS = tuple(
    dict.fromkeys([0, *(round(10 ** (i / A_DECADE)) for i in range(9 * A_DECADE + 1))])
)


def kept_iterations(last: int) -> list[int]:
    """The iterations at which a run of so many is kept: the landmarks before its last, and that."""
    return [*(landmark for landmark in LANDMARKS if landmark < last), last]


def curve(end: Descent, code: Array) -> list[float]:
    """||x_i - x0|| / ||x0|| at the iterations i that are kept.

    Args:
        end: a run with its whole path.
        code: x0, shape (k,).
    """
    return [relative_error(end.path[i], code) for i in kept_iterations(end.iterations)]
