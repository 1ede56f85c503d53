"""Verdict rules: an interval against a bound that was stated before the run.

A rule is one key and its bound, as written in ``config/claims.yaml``:

    low_at_least: b     supported if low >= b; not supported if high < b
    high_at_most: b     supported if high <= b; not supported if low > b
    meets: [a, b]       supported if [low, high] meets [a, b]; not supported if it does not
    contains: c         the same with a = b = c
    excludes: c         supported if c lies outside [low, high]
    equals: c           supported if the value is c, not supported otherwise; for exact counts

``no_wider_than: w`` beside ``meets``, ``contains`` or ``excludes`` says how precise a measurement
must be before agreement (or its lack) counts: a wider interval that meets everything shows nothing,
and an interval that contains the excluded c refutes only if it is narrow.  What a rule does not
decide is inconclusive.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from math import inf, isfinite, isnan
from typing import Any

from scipy import stats

from genprior.statistics.estimates import Estimate


class Verdict(StrEnum):
    """What the measurement says of a claim."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not tested"


def _low_at_least(m: Estimate, bound: float, widest: float) -> Verdict:
    return _decide(m.low >= bound, m.high < bound)


def _high_at_most(m: Estimate, bound: float, widest: float) -> Verdict:
    return _decide(m.high <= bound, m.low > bound)


def _meets(m: Estimate, bounds: tuple[float, float], widest: float) -> Verdict:
    apart = m.high < bounds[0] or m.low > bounds[1]
    return _decide(not apart and m.width <= widest, apart)


def _contains(m: Estimate, point: float, widest: float) -> Verdict:
    return _meets(m, (point, point), widest)


def _excludes(m: Estimate, point: float, widest: float) -> Verdict:
    outside = not m.low <= point <= m.high
    return _decide(outside, not outside and isfinite(widest) and m.width <= widest)


def _equals(m: Estimate, point: float, widest: float) -> Verdict:
    return _decide(m.value == point, m.value != point)


def _decide(for_it: bool, against: bool) -> Verdict:
    if for_it:
        return Verdict.SUPPORTED
    return Verdict.NOT_SUPPORTED if against else Verdict.INCONCLUSIVE


RULES: dict[str, Callable[[Estimate, Any, float], Verdict]] = {
    "low_at_least": _low_at_least,
    "high_at_most": _high_at_most,
    "meets": _meets,
    "contains": _contains,
    "excludes": _excludes,
    "equals": _equals,
}


def judge(rule: Mapping[str, Any], measurement: Estimate) -> Verdict:
    """The verdict of one rule on one measurement.

    Raises:
        ValueError: for a rule that is not exactly one of ``RULES`` with an optional
            ``no_wider_than``.
    """
    kinds = [key for key in rule if key != "no_wider_than"]
    if len(kinds) != 1 or kinds[0] not in RULES:
        raise ValueError(f"rule {dict(rule)}; allowed: exactly one of {', '.join(RULES)}")
    if any(map(isnan, (measurement.value, measurement.low, measurement.high))):
        return Verdict.INCONCLUSIVE
    return RULES[kinds[0]](measurement, rule[kinds[0]], rule.get("no_wider_than", inf))


def widened(measurement: Estimate, comparisons: int, confidence: float) -> Estimate:
    """The measurement with its interval widened for several comparisons (Bonferroni).

    Each side is scaled by the ratio of normal quantiles, an approximation for intervals that are
    not normal.
    """
    tail = (1 - confidence) / 2
    factor = stats.norm.isf(tail / comparisons) / stats.norm.isf(tail)
    return replace(
        measurement,
        low=measurement.value - factor * (measurement.value - measurement.low),
        high=measurement.value + factor * (measurement.high - measurement.value),
    )


def judge_all(
    rules: list[Mapping[str, Any]], measurements: list[Estimate | None], confidence: float
) -> tuple[Verdict, list[Verdict]]:
    """The verdict on a claim that says several things at once, and the verdict on each.

    A claim is supported where every part is: an intersection-union test, whose level needs no
    correction.  It is not supported where some part fails even with its interval widened for the
    number of parts: a union, hence the correction.  A part without a measurement makes the whole
    inconclusive at best; no measurement at all means not tested.
    """
    if not any(measurements):
        return Verdict.NOT_TESTED, [Verdict.NOT_TESTED] * len(rules)
    each = [
        judge(rule, one) if one else Verdict.NOT_TESTED
        for rule, one in zip(rules, measurements, strict=True)
    ]
    refuted = any(
        judge(rule, widened(one, len(rules), confidence)) is Verdict.NOT_SUPPORTED
        for rule, one in zip(rules, measurements, strict=True)
        if one
    )
    if refuted:
        return Verdict.NOT_SUPPORTED, each
    supported = all(verdict is Verdict.SUPPORTED for verdict in each)
    return (Verdict.SUPPORTED if supported else Verdict.INCONCLUSIVE), each
