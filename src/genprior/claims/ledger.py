"""From ``config/claims.yaml`` and the estimates to the ledger of verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan, nan
from typing import Any

import pandas as pd

from genprior.claims.rules import Verdict, judge_all
from genprior.statistics.estimates import Estimate

WORST_FIRST = (
    Verdict.NOT_SUPPORTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_TESTED,
    Verdict.SUPPORTED,
)


@dataclass(frozen=True)
class Part:
    """One thing that a claim says.

    Attributes:
        what: its measure and where it is taken.
        rule: what decides on it.
        measurement: the number, if there is one.
    """

    what: Estimate
    rule: Mapping[str, Any]
    measurement: Estimate | None


class LedgerError(ValueError):
    """A claim that cannot be judged as written."""


def parts_of(claim: Mapping[str, Any], estimates: Sequence[Estimate]) -> list[Part]:
    """The parts of a claim, each with its measurement.

    What is asked for stands for every estimate of that measure whose cell agrees with ``where``,
    because cells depend on the size.  A bound written as ``reference`` is the number that the
    theory puts beside the measurement.

    Raises:
        LedgerError: if two estimates claim to be the same number, or ``reference`` has none.
    """
    mine = [one for one in estimates if one.claim == claim["id"]]
    seen = set()
    for one in mine:
        if identity(one.measure, one.where) in seen:
            raise LedgerError(f"claim {claim['id']}: two rows measure {one.label!r}, expected one")
        seen.add(identity(one.measure, one.where))
    parts = []
    for asked in claim.get("measures", []):
        measure, where = asked["measure"], asked.get("where", {})
        fitting = [
            one for one in mine if one.measure == measure and where.items() <= one.where.items()
        ]
        if not fitting:
            nothing = Estimate(nan, nan, nan, 0).named(claim["id"], measure, **where)
            parts.append(Part(nothing, asked["rule"], None))
        for one in fitting:
            rule = {
                kind: _reference(one) if bound == "reference" else bound
                for kind, bound in asked["rule"].items()
            }
            parts.append(Part(one, rule, one))
    return parts


def identity(measure: str, where: Mapping[str, Any]) -> tuple[str, frozenset]:
    """What tells the numbers of a claim apart."""
    return measure, frozenset(where.items())


def _reference(one: Estimate) -> float:
    if isnan(one.reference):
        raise LedgerError(f"claim {one.claim}: no reference beside {one.label!r}")
    return one.reference


def entry(
    claim: Mapping[str, Any],
    estimates: Sequence[Estimate],
    confidence: float,
    command: str,
    seconds: float | None,
) -> dict[str, Any]:
    """The ledger's entry of one claim, as JSON.

    Its number is that of the part that decides: the first with the worst verdict.
    """
    parts = parts_of(claim, estimates)
    found = [part.measurement for part in parts]
    verdict, each = judge_all([part.rule for part in parts], found, confidence)
    order = sorted(range(len(parts)), key=lambda index: WORST_FIRST.index(each[index]))
    decisive = found[order[0]] if order else None
    if decisive is None:
        decisive = next((one for one in found if one), None)
    return {
        "id": claim["id"],
        "verdict": str(verdict),
        **numbers(decisive),
        "command": command if parts else None,
        "seconds": seconds if parts else None,
        "source": claim["source"],
        "claim": " ".join(claim["claim"].split()),
        "note": " ".join(claim.get("note", "").split()) or None,
        "depends": claim.get("depends"),
        "figure": claim.get("figure"),
        "table": claim.get("table"),
        "parts": [
            {
                "measure": part.what.measure,
                "where": dict(part.what.where),
                "label": part.what.label,
                "rule": part.rule,
                "verdict": str(one),
            }
            | numbers(part.measurement)
            for part, one in zip(parts, each, strict=True)
        ],
    }


def numbers(measurement: Estimate | None) -> dict[str, float | int | None]:
    """A measurement as JSON, which has no infinity and no NaN: null where there is no number."""
    if measurement is None:
        return dict.fromkeys(["value", "low", "high", "trials"])
    finite = {
        name: float(number) if isfinite(number) else None
        for name in ("value", "low", "high")
        for number in [getattr(measurement, name)]
    }
    return finite | {"trials": measurement.trials}


def ledger(
    claims: Sequence[Mapping[str, Any]],
    estimates: Sequence[Estimate],
    confidence: float,
    size: str,
    seconds: Mapping[str, float | None],
) -> list[dict[str, Any]]:
    """All entries, in the order of ``config/claims.yaml``.

    Args:
        claims: the claims as configured.
        estimates: every measured number that bears on a claim.
        confidence: of every interval.
        size: smoke, standard or paper, for the command that makes each number.
        seconds: by table of estimates, the processor seconds of every job that made the trials
            behind it, or None where they are not known.  An entry's ``seconds`` are those of its
            table, so that claims of one table share them and are not to be added up.

    Raises:
        LedgerError: for two claims of one name, or a measured claim that the file does not list.
    """
    names = [claim["id"] for claim in claims]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise LedgerError(f"claims.yaml lists {', '.join(twins)} more than once")
    unknown = sorted({one.claim for one in estimates} - set(names))
    if unknown:
        raise LedgerError(f"measured but not listed in claims.yaml: {', '.join(unknown)}")
    return [
        entry(
            claim,
            estimates,
            confidence,
            f"snakemake --cores all --configfile config/{size}.yaml -- "
            f"results/{size}/claims/{claim.get('table')}.csv",
            seconds.get(claim.get("table")),
        )
        for claim in claims
    ]


def as_table(entries: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The ledger as a table: one row a claim."""
    columns = [
        *("id", "verdict", "value", "low", "high", "trials"),
        *("source", "claim", "command", "seconds"),
    ]
    return pd.DataFrame(entries, columns=columns)
