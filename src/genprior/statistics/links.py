"""The shapes that a success curve may have: a family of links, tabulated.

A link is a distribution function F.  Two families, each with its mirror images:

* Prentice's (Biometrics 32, 1976), the log F distributions with tails exp(a z) and exp(-b z),

      F(z) = I(expit z; a, b),   I the regularised incomplete beta function.

  a = b = 1 is the logistic and both infinite the normal (probit).  (infinite, 1) is Gompertz's
  exp(-exp(-z)), (1, infinite) the complementary log-log 1 - exp(-exp z), which in log m is a
  Weibull in m.
* Weibull's beyond a threshold, 1 - exp(-z^c) for z > 0: sharp below, slow above.  The corner is
  rounded off (z becomes ``CORNER`` log(1 + exp(z / CORNER))), so that the likelihood is smooth.

All links have the median 0 and rise from 10% to 90% over ``RISE``, as the logistic does, so slopes
mean the same whatever the shape.  The grid of shapes is so fine that a truth between two links is
fitted well enough at 400 trials a cell (docs/intervals.md); ``FEW`` are enough up to
``FEW_TRIALS``, where the data cannot tell neighbours apart.
"""

from dataclasses import dataclass
from functools import cache
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from genprior.statistics.profiles import LAPSE_MOST, LAPSE_STEPS, OUTLINE, REACH, STEPS
from genprior.types import Array

RISE = 2 * np.log(9.0)  # a logistic of slope 1 rises from 10% to 90% over this much
CORNER = 0.02


@dataclass(frozen=True)
class LogF:
    """Prentice's link with tails exp(a z) and exp(-b z), not standardised."""

    a: float
    b: float

    def log_tails(self, z: Array) -> tuple[Array, Array]:
        """log F and log (1 - F)."""
        if self.a == inf and self.b == inf:
            return special.log_ndtr(z), special.log_ndtr(-z)
        if self.a == inf:
            x = np.exp(-z)
            return _logs(special.gammaincc(self.b, x), special.gammainc(self.b, x))
        if self.b == inf:
            x = np.exp(z)
            return _logs(special.gammainc(self.a, x), special.gammaincc(self.a, x))
        return _logs(
            special.betainc(self.a, self.b, special.expit(z)),
            special.betainc(self.b, self.a, special.expit(-z)),
        )


@dataclass(frozen=True)
class Threshold:
    """Weibull's link of this power beyond a threshold, not standardised; mirrored, before it."""

    power: float
    mirrored: bool = False

    def log_tails(self, z: Array) -> tuple[Array, Array]:
        """log F and log (1 - F)."""
        hazard = (CORNER * np.logaddexp(0.0, (-z if self.mirrored else z) / CORNER)) ** self.power
        below, above = _logs(-np.expm1(-hazard), np.exp(-hazard))
        return (above, below) if self.mirrored else (below, above)


Link = LogF | Threshold


def _logs(below: Array, above: Array) -> tuple[Array, Array]:
    tiny = np.finfo(float).tiny
    return np.log(np.maximum(below, tiny)), np.log(np.maximum(above, tiny))


def _both(links: list[Link]) -> list[Link]:
    """Links and their mirror images."""
    return [
        side
        for one in links
        for side in (
            (one, Threshold(one.power, True))
            if isinstance(one, Threshold)
            else (one, LogF(one.b, one.a))
        )
    ]


# These go round the family (see ``profiles.OUTLINE``).
_OUTLINE = [LogF(1, 1), *_both([LogF(inf, 1), Threshold(1.0)])]
_FEW = [
    *[LogF(inf, inf), LogF(0.3, 0.3)],
    *_both([LogF(inf, 0.4), LogF(inf, 3), LogF(3, 1), LogF(1, 0.3), Threshold(1.59)]),
]
_POWERS = (1.08, 1.17, 1.26, 1.36, 1.47, 1.71, 1.85, 2.0, 2.16, 2.33, 2.52, 2.72)
_MANY = _both(
    [*(LogF(inf, b) for b in (0.15, 0.25, 0.63, 1.7)), *(Threshold(power) for power in _POWERS)]
)
LINKS: tuple[Link, ...] = (*_OUTLINE, *_FEW, *_MANY)
FEW = OUTLINE + len(_FEW)
FEW_TRIALS = 40


@dataclass(frozen=True)
class Tables:
    """All links on grids, for linear interpolation.

    Attributes:
        log_below, log_above: log F and log (1 - F) at ``STEPS`` points from -REACH to REACH, shape
            (links, STEPS).
        halves: F^-1(1 / (2 (1 - lapse))) at ``LAPSE_STEPS`` lapses from 0 to LAPSE_MOST, shape
            (links, LAPSE_STEPS): where (1 - lapse) F is one half.
    """

    log_below: Array
    log_above: Array
    halves: Array

    def of(self, links: NDArray[np.int64]) -> tuple[Array, Array, Array]:
        """The tables of some links, by their positions."""
        return self.log_below[links], self.log_above[links], self.halves[links]


def quantile(link: Link, level: float) -> float:
    """Where the link, not standardised, has this value."""

    def excess(z: float) -> float:
        below, above = link.log_tails(np.asarray(z))
        return float(below - above - special.logit(level))

    return float(optimize.brentq(excess, -200.0, 200.0, xtol=1e-13))


def log_tails(link: Link, z: Array) -> tuple[Array, Array]:
    """log F and log (1 - F) of the link with median 0 and a rise from 10% to 90% over ``RISE``."""
    low, middle, high = (quantile(link, level) for level in (0.1, 0.5, 0.9))
    return link.log_tails(middle + (high - low) / RISE * z)


@cache
def tables() -> Tables:
    """The tables of all ``LINKS``."""
    z = np.linspace(-REACH, REACH, STEPS)
    wanted = special.logit(0.5 / (1.0 - np.linspace(0.0, LAPSE_MOST, LAPSE_STEPS)))
    below, above = (
        np.array(side) for side in zip(*(log_tails(one, z) for one in LINKS), strict=True)
    )
    halves = []
    for odds in below - above:
        rising = np.concatenate([[True], np.diff(odds) > 0])
        halves.append(np.interp(wanted, odds[rising], z[rising]))
    return Tables(below, above, np.array(halves))


def probability(log_values: Array, location: float, slope: float, lapse: float, link: int) -> Array:
    """The success probability of ``profiles`` at the cells of a rising curve.

    Args:
        log_values: logarithms of the cells, shape (c,).
        location: the logarithm of the 50% point.
        slope, lapse: the other parameters.
        link: its position in ``LINKS``.
    """
    every = tables()
    grid = np.linspace(-REACH, REACH, STEPS)
    lapses = np.linspace(0.0, LAPSE_MOST, LAPSE_STEPS)
    z = slope * (log_values - location) + np.interp(lapse, lapses, every.halves[link])
    return (1.0 - lapse) * np.exp(np.interp(z, grid, every.log_below[link]))
