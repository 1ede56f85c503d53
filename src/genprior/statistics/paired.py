"""Intervals of a difference of two proportions that were counted on the same trials."""

from math import sqrt

from genprior.statistics.intervals import wilson_interval


def paired_interval(
    both: int, first: int, second: int, neither: int, confidence: float
) -> tuple[float, float]:
    """Newcombe's interval for p_1 - p_2 of paired trials, his method 10: Wilson's two intervals,
    put together with the correlation of the pairs.

    Args:
        both, first, second, neither: trials in which both succeed, only the first, only the
            second, neither; one trial at least.
        confidence: of the interval.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 2635-2650.
    """
    n = both + first + second + neither
    p, q = (both + first) / n, (both + second) / n
    p_low, p_high = wilson_interval(both + first, n, confidence)
    q_low, q_high = wilson_interval(both + second, n, confidence)
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    agreement = both * neither - first * second
    if agreement > 0:
        agreement = max(agreement - n / 2, 0.0)  # for continuity
    correlation = agreement / sqrt(margins) if margins else 0.0

    def reach(a: float, b: float) -> float:
        return sqrt(max(a * a - 2 * correlation * a * b + b * b, 0.0))

    difference = p - q
    return (
        difference - reach(p - p_low, q_high - q),
        difference + reach(p_high - p, q - q_low),
    )
