"""Intervals of proportions: of independent trials, and of trials that come in clusters."""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def wilson_interval(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval for a proportion (E. B. Wilson, JASA 22, 1927)."""
    result = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return float(result.low), float(result.high)


def clustered_interval(
    successes: Sequence[float], trials: Sequence[float], confidence: float
) -> tuple[float, float]:
    """Wilson's interval for a proportion over clusters whose trials may depend on each other.

    The number of trials is divided by the design effect, the ratio of the clustered variance of the
    proportion (a ratio estimate) to the binomial one, never below one; the quantile is Student's.
    Where all trials agree nothing is known of the dependence and each cluster counts once.

    Args:
        successes, trials: counts by cluster; clusters without trials are left out.
        confidence: of the interval.
    """
    s, n = np.asarray(successes, float), np.asarray(trials, float)
    s, n = s[n > 0], n[n > 0]
    clusters, total = len(n), n.sum()
    if clusters == 0:
        return 0.0, 1.0
    p = s.sum() / total
    binomial = p * (1 - p) / total
    if binomial == 0 or clusters == 1:
        effective = float(clusters)
    else:
        clustered = clusters / (clusters - 1) * float(((s - p * n) ** 2).sum()) / total**2
        effective = total / max(1.0, clustered / binomial)
    z = stats.t.ppf(0.5 + confidence / 2, max(clusters - 1, 1))
    centre = (p + z**2 / (2 * effective)) / (1 + z**2 / effective)
    reach = z / (1 + z**2 / effective) * np.sqrt(p * (1 - p) / effective + (z / effective) ** 2 / 4)
    # A bound of exactly zero or one must not suffer from rounding.
    return (
        0.0 if p == 0 else float(max(0.0, centre - reach)),
        1.0 if p == 1 else float(min(1.0, centre + reach)),
    )
