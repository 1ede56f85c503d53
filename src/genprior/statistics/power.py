"""How many trials a rule of the claims needs: the smallest design that decides.

A rule on a share decides where Wilson's interval lies on one side of the rule's bound.  That is the
score test turned round, so with s successes of n trials, bound b and normal quantile z

    low >= b    exactly if    s - n b >= z sqrt(n b (1 - b)),

and the same below with the sign turned; the probability of either is a binomial sum.
"""

from math import ceil, inf

import numpy as np
from scipy import stats

from genprior.types import Array

POWER = 0.9
MOST = 10_000


def pilot_share(successes: int, trials: int) -> float:
    """The share that a pilot says, by Laplace's rule of succession.

    A pilot without a failure says that failures are rare, not that there are none: planned on a
    share of one, a design would be too small for the first failure.
    """
    return (successes + 1) / (trials + 2)


def deciding(trials: int | Array, share: float, bound: float, confidence: float) -> Array:
    """The probability that Wilson's interval of so many trials lies on one side of a bound.

    Args:
        trials: how many, one number or several.
        share: the true share.
        bound: of the rule, above 0 and below 1.
        confidence: of the interval.

    Raises:
        ValueError: for a bound that no interval could lie beyond.
    """
    if not 0 < bound < 1:
        raise ValueError(f"bound {bound}; a share is decided against one above 0 and below 1")
    n = np.asarray(trials)
    reach = stats.norm.ppf(0.5 + confidence / 2) * np.sqrt(n * bound * (1 - bound))
    above = stats.binom.sf(np.ceil(n * bound + reach) - 1, n, share)
    below = stats.binom.cdf(np.floor(n * bound - reach), n, share)
    return above + below


def trials_for_share(share: float, bound: float, confidence: float, power: float = POWER) -> int:
    """The smallest number of independent trials from which on the rule decides with a power.

    The power rises in teeth, for counts are whole; the number is the one after the last tooth that
    falls short.

    Args:
        share: the true share, such as ``pilot_share``.
        bound, confidence: of the rule.
        power: with which it shall decide.

    Raises:
        ValueError: if ``MOST`` trials do not decide, for the share lies too near the bound.
    """
    counts = np.arange(1, MOST + 1)
    short = deciding(counts, share, bound, confidence) < power
    if short[-1]:
        raise ValueError(f"{MOST:,} trials do not tell a share of {share:g} from {bound:g}")
    return int(counts[short][-1]) + 1 if short.any() else 1


def trials_for_number(
    trials: int, value: float, error: float, bound: float, confidence: float, power: float = POWER
) -> float:
    """How many trials place a normal estimate on one side of a bound, from a pilot of so many.

    Args:
        trials: of the pilot.
        value, error: the pilot's estimate and its standard error, which falls with the square root
            of the trials.
        bound, confidence: of the rule.
        power: with which it shall decide.

    Returns:
        a whole number; infinity where the pilot's value is the bound.
    """
    if value == bound:
        return inf
    quantiles = stats.norm.ppf(0.5 + confidence / 2) + stats.norm.ppf(power)
    return ceil(trials * (quantiles * error / (value - bound)) ** 2)
