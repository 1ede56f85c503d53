"""How sure a verdict is, and the list of verdicts read as a whole.

A verdict's p is twice the smallest one-sided level at which its interval would still decide: the
plain verdict stands where p is at most one minus the confidence.  Over a list of many verdicts some
such decisions are false by chance alone; Holm's procedure (Scandinavian Journal of Statistics 6,
1979) keeps those that stand when the chance of any false one is to be as small.
"""

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from genprior.claims.rules import Verdict
from genprior.statistics.estimate import Estimate

DECIDED = (Verdict.SUPPORTED, Verdict.NOT_SUPPORTED)


def distance(one: Estimate, bound: float, side: str) -> float:
    """How far a value lies beyond a bound, in reaches of its interval on that side.

    One where the interval's end is the bound.  A share with Wilson's interval has the score test
    that belongs to it; for other intervals the reach to the bound is taken as proportional.

    Args:
        one: the estimate.
        bound: the bound.
        side: ``low`` for a value above the bound, ``high`` for one below it.
    """
    gap, end = (one.value - bound, one.low) if side == "low" else (bound - one.value, one.high)
    q = _wilson(one)
    reach = abs(one.value - end) if q is None else sqrt(q * max(0.0, bound * (1 - bound)))
    if reach == 0:
        return inf if gap >= 0 else -inf
    return gap / reach


def _wilson(one: Estimate) -> float | None:
    """z^2 / n of a share with Wilson's interval; None for any other interval."""
    if not (0 <= one.low <= one.value <= one.high <= 1 and one.trials) or one.low == one.high:
        return None
    p, centre = one.value, (one.low + one.high) / 2
    if abs(p - 0.5) > 1e-6:
        q = (p - centre) / (centre - 0.5)
    else:
        q = one.width**2 / (1 - one.width**2)
    if not q > 0:
        return None
    reach = sqrt(q * p * (1 - p) + q * q / 4) / (1 + q)
    middle = (p + q / 2) / (1 + q)
    same = np.allclose([one.low, one.high], [middle - reach, middle + reach], atol=1e-6)
    return q if same else None


def p_value(rule: Mapping[str, Any], one: Estimate, verdict: Verdict, confidence: float) -> float:
    """Twice the smallest one-sided level at which a rule would still decide so.

    Args:
        rule: one of ``genprior.claims.rules.RULES``, not ``equals``.
        one: its measurement.
        verdict: ``SUPPORTED`` or ``NOT_SUPPORTED``.
        confidence: of the interval.
    """
    ((kind, bound),) = rule.items()
    ends = {"low": bound} if kind == "low_at_least" else {"high": bound}
    if kind == "inside":
        ends = {"low": bound[0], "high": bound[1]}
    if verdict is Verdict.SUPPORTED:
        reaches = min(distance(one, end, side) for side, end in ends.items())
    else:
        opposite = {"low": "high", "high": "low"}
        reaches = max(distance(one, end, opposite[side]) for side, end in ends.items())
    return float(2 * stats.norm.sf(reaches * stats.norm.isf((1 - confidence) / 2)))


def p_of_part(
    rule: Mapping[str, Any], one: Estimate | None, verdict: Verdict, confidence: float
) -> float | None:
    """``p_value`` of the decision that a part is nearer to; None where no level is needed."""
    if one is None or "equals" in rule or not np.isfinite(one.value):
        return None
    return p_value(rule, one, verdict, confidence)


def p_of_claim(
    rules: Sequence[Mapping[str, Any]],
    measurements: Sequence[Estimate | None],
    confidence: float,
) -> float | None:
    """The smaller p of the two decisions on a claim; None where no part is statistical.

    Support needs every part, hence the largest p; refutation one part of several, hence the
    smallest, times their number (as in ``genprior.claims.rules.judge_all``).
    """
    pairs = list(zip(rules, measurements, strict=True))
    supported, refuted = (
        [p for pair in pairs if (p := p_of_part(*pair, verdict, confidence)) is not None]
        for verdict in DECIDED
    )
    if not supported:
        return None
    return min(1.0, max(supported), min(refuted) * len(rules))


def holm(p_values: Sequence[float | None], confidence: float) -> list[bool | None]:
    """Which decisions stand when the chance of any false one is one minus the confidence."""
    given = [p for p in p_values if p is not None]
    stands = iter(multipletests(given, 1 - confidence, "holm")[0]) if given else iter(())
    return [None if p is None else bool(next(stands)) for p in p_values]


def controls(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries of claims that are known to be false."""
    return [entry for entry in entries if entry["kind"] == "control"]


def controls_stand(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every control came out as not supported, but for those that a configuration has no
    measurements for, and says so."""
    return all(
        entry["verdict"] == Verdict.NOT_SUPPORTED
        for entry in controls(entries)
        if not entry.get("why")
    )


def reading(entries: Sequence[Mapping[str, Any]], confidence: float) -> dict[str, Any]:
    """The ledger as a whole.

    Returns:
        ``counts`` by verdict without controls; ``controls`` and whether they ``stand``; how many
        ``statistical`` verdicts there are, the ``expected_false`` among them at most, and the
        ids of those that are ``uncorrected``: decided, but not under Holm's correction.
    """
    judged = [entry for entry in entries if entry["kind"] != "control"]
    statistical = [
        entry for entry in judged if entry["verdict"] in DECIDED and entry["p"] is not None
    ]
    return {
        "counts": {
            str(verdict): sum(entry["verdict"] == verdict for entry in judged)
            for verdict in Verdict
            if verdict is not Verdict.VOID or any(e["verdict"] == verdict for e in judged)
        },
        "controls": [entry["id"] for entry in controls(entries)],
        "stand": controls_stand(entries),
        "statistical": len(statistical),
        "expected_false": (1 - confidence) / 2 * len(statistical),
        "uncorrected": [entry["id"] for entry in statistical if entry["stands"] is False],
    }
