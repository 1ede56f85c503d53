"""Simulated success curves of known 50% point, to see how often an interval covers it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from genprior.statistics.transitions import Curve
from genprior.types import Array

POWER = 1.3  # of Weibull's distribution in log m; none of the links has it


@dataclass(frozen=True)
class Shape:
    """A distribution function and its inverse."""

    below: Callable[[Array], Array]
    quantile: Callable[[float], float]


SHAPES = {
    "logistic": Shape(special.expit, special.logit),
    "probit": Shape(special.ndtr, special.ndtri),
    "complementary log-log": Shape(
        lambda z: -np.expm1(-np.exp(z)), lambda p: np.log(-np.log1p(-p))
    ),
    "Gompertz": Shape(lambda z: np.exp(-np.exp(-z)), lambda p: -np.log(-np.log(p))),
    "Weibull": Shape(
        lambda z: -np.expm1(-(np.maximum(z, 0.0) ** POWER)),
        lambda p: (-np.log1p(-p)) ** (1 / POWER),
    ),
}


@dataclass(frozen=True)
class Truth:
    """A success curve along m.

    Attributes:
        shape: one of ``SHAPES``, in log m.  The complementary log-log is Weibull's curve in m, and
            "Weibull" the one in log m: nothing below a threshold, a slow rise above.
        location: the 50% point.
        rise: the ratio of m at 90% and at 10% of the ceiling.
        lapse: one minus the ceiling, below one half.
        shared: how far the trials of a network fail together: the correlation of the normal
            variables behind them, 1 when one threshold decides at every m.  NaN: every trial has a
            network of its own.
    """

    shape: str
    location: float
    rise: float = 1.8
    lapse: float = 0.0
    shared: float = np.nan

    def probability(self, values: Array) -> Array:
        """Success at these m, shape (c,)."""
        one = SHAPES[self.shape]
        slope = (one.quantile(0.9) - one.quantile(0.1)) / np.log(self.rise)
        middle = one.quantile(0.5 / (1 - self.lapse))
        return (1 - self.lapse) * one.below(slope * np.log(values / self.location) + middle)

    def curve(self, stream: np.random.Generator, values: Array, trials: int) -> Curve:
        """Simulated counts with their clusters."""
        p = self.probability(values)
        if np.isnan(self.shared):
            outcomes = (stream.random((trials, len(values))) < p).astype(float)
            blocks = np.eye(len(values))
            alone = (outcomes[:, :, None] * blocks).reshape(-1, len(values))
            weights = np.tile(blocks, (trials, 1))
            return Curve(values, alone.sum(0), weights.sum(0), alone, weights, True)
        network = stream.standard_normal((trials, 1))
        own = stream.standard_normal((trials, len(values)))
        luck = np.sqrt(self.shared) * network + np.sqrt(1 - self.shared) * own
        outcomes, weights = (special.ndtr(luck) < p).astype(float), np.ones(luck.shape)
        return Curve(values, outcomes.sum(0), weights.sum(0), outcomes, weights, True)


def coverage_error(covered: int, repeats: int) -> float:
    """The Monte Carlo standard error of a coverage, never zero (Agresti & Coull's two and two)."""
    share = (covered + 2) / (repeats + 4)
    return float(np.sqrt(share * (1 - share) / (repeats + 4)))


def surely_below(covered: int, repeats: int, bound: float, confidence: float = 0.999) -> bool:
    """Whether a coverage is below a bound beyond chance, by the exact one-sided test."""
    return bool(stats.binom.cdf(covered, repeats, bound) < 1 - confidence)
