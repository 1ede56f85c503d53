"""Verdict rules: an interval against a bound that was stated before the run.

A rule is one key and its bound, as written in ``config/claims.yaml``:

    low_at_least: b     supported if low >= b; not supported if high < b
    high_at_most: b     supported if high <= b; not supported if low > b
    inside: [a, b]      supported if a <= low and high <= b; not supported if high < a or low > b
    equals: c           supported if the value is c, not supported otherwise; for exact counts

Agreement costs precision: an interval that is too wide is supported by no rule.  What a rule does
not decide is inconclusive.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from math import isnan
from typing import Any

from scipy import stats

from genprior.statistics.estimate import Estimate


class Verdict(StrEnum):
    """What the measurement says of a claim."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not tested"
    VOID = "void"


def _low_at_least(m: Estimate, bound: float) -> Verdict:
    return _decide(m.low >= bound, m.high < bound)


def _high_at_most(m: Estimate, bound: float) -> Verdict:
    return _decide(m.high <= bound, m.low > bound)


def _inside(m: Estimate, ends: tuple[float, float]) -> Verdict:
    return _decide(ends[0] <= m.low and m.high <= ends[1], m.high < ends[0] or m.low > ends[1])


def _equals(m: Estimate, point: float) -> Verdict:
    return _decide(m.value == point, m.value != point)


def _decide(for_it: bool, against: bool) -> Verdict:
    if for_it:
        return Verdict.SUPPORTED
    return Verdict.NOT_SUPPORTED if against else Verdict.INCONCLUSIVE


RULES: dict[str, Callable[[Estimate, Any], Verdict]] = {
    "low_at_least": _low_at_least,
    "high_at_most": _high_at_most,
    "inside": _inside,
    "equals": _equals,
}


WORDS = {
    "low_at_least": "the whole interval lies at or above {}",
    "high_at_most": "the whole interval lies at or below {}",
    "inside": "the whole interval lies between {} and {}",
    "equals": "the count is exactly {}",
}


def in_words(rule: Mapping[str, Any]) -> str:
    """A rule as a sentence that is true where it is met."""
    ((kind, bound),) = rule.items()
    ends = bound if isinstance(bound, list) else [bound]
    return WORDS[kind].format(*(_end(end) for end in ends))


def _end(bound: float | str) -> str:
    return "what theory puts beside it" if bound == "reference" else f"{bound:g}"


def judge(rule: Mapping[str, Any], measurement: Estimate) -> Verdict:
    """The verdict of one rule on one measurement.

    Raises:
        ValueError: for a rule that is not exactly one of ``RULES``.
    """
    if len(rule) != 1 or not set(rule) <= set(RULES):
        raise ValueError(f"rule {dict(rule)}; allowed: exactly one of {', '.join(RULES)}")
    if any(map(isnan, (measurement.value, measurement.low, measurement.high))):
        return Verdict.INCONCLUSIVE
    ((kind, bound),) = rule.items()
    return RULES[kind](measurement, bound)


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
