"""How the measurements needed beyond k depend on k: with a limit, or vanishing like a power.

    m50 / k = 1 + limit + scale k^(-exponent),     limit >= 0,

for no method recovers from fewer than k (docs/optimum.md, section 2).  The fit adds the profile
likelihoods of the transitions, as ``statistics.transitions.fit_scaling`` does.
"""

from collections.abc import Sequence

import numpy as np

from genprior.statistics.estimate import Estimate
from genprior.statistics.transitions import Transition, joint_interval, peak_of
from genprior.types import Array

LIMITS = np.concatenate([[0.0], np.geomspace(0.005, 3, 60)])
EXPONENTS = np.linspace(-1, 2.5, 141)  # without a limit
# Beside a limit: a slower power could not be told from a constant over our values of k.
SLOWEST = 0.25
SCALES = np.geomspace(0.01, 10, 121)  # excess over the limit at the smallest k


def likelihood(
    latent_dimensions: Sequence[float],
    transitions: Sequence[Transition],
    limits: Array,
    exponents: Array,
) -> Array:
    """Log-likelihood over limit, exponent and scale, shape (limits, exponents, 121)."""
    first = min(latent_dimensions)
    total = np.zeros((len(limits), len(exponents), len(SCALES)))
    for k, one in zip(latent_dimensions, transitions, strict=True):
        decay = SCALES * (k / first) ** -exponents[:, None]
        ratio = 1 + limits[:, None, None] + decay
        total += np.interp(np.log(k * ratio), one.log_locations, one.profile)
    return total


def interval(values: Array, profile: Array, freedom: int, confidence: float) -> tuple[float, ...]:
    """The best value with its interval, wider where the model misfits; ends of the grid are open.

    Args:
        values, profile: the values and their profile log-likelihood, whose best possible is 0.
        freedom: transitions less parameters.
        confidence: of the interval.
    """
    low, high, _ = joint_interval(values, profile, freedom, confidence)
    if values[0] != 0:
        return peak_of(values, profile), low, high
    return (peak_of(values, profile) if profile.argmax() else 0.0), max(low, 0.0), high


def limit_of_excess(
    latent_dimensions: Sequence[float], transitions: Sequence[Transition], confidence: float
) -> Estimate | None:
    """The limit of m50 / k - 1, if the rest falls like k^(-1/4) or faster.

    None with fewer than four values of k.
    """
    if len(transitions) < 4:
        return None
    falling = EXPONENTS[EXPONENTS >= SLOWEST]
    profile = likelihood(latent_dimensions, transitions, LIMITS, falling).max(axis=(1, 2))
    return Estimate(*interval(LIMITS, profile, len(transitions) - 3, confidence), 0)


def exponent_of_excess(
    latent_dimensions: Sequence[float], transitions: Sequence[Transition], confidence: float
) -> Estimate | None:
    """p where m50 / k - 1 is a multiple of k^-p; None with fewer than three values of k."""
    if len(transitions) < 3:
        return None
    profile = likelihood(latent_dimensions, transitions, LIMITS[:1], EXPONENTS).max(axis=(0, 2))
    return Estimate(*interval(EXPONENTS, profile, len(transitions) - 2, confidence), 0)
