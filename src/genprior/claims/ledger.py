"""From ``config/claims.yaml`` and the tables of measures to the ledger of verdicts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from genprior.claims.rules import Measurement, Verdict, judge_all

WORST_FIRST = (
    Verdict.NOT_SUPPORTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_TESTED,
    Verdict.SUPPORTED,
)
COLUMNS = ["claim", "measure", "value", "low", "high", "trials"]


@dataclass(frozen=True)
class Part:
    """One thing that a claim says: its measure's name, its rule, its number if there is one."""

    measure: str
    rule: Mapping[str, Any]
    measurement: Measurement | None


class LedgerError(ValueError):
    """A claim that cannot be judged as written."""


def parts_of(claim: Mapping[str, Any], measures: pd.DataFrame) -> list[Part]:
    """The parts of a claim, each with its measurement.

    A measure written with ``*`` stands for every row that fits, because some tables name the cell
    that they measure and cells depend on the size.  A bound written as ``reference`` is the number
    that the table puts beside the measurement.

    Raises:
        LedgerError: if two rows claim to be the same measure, or ``reference`` has no number.
    """
    rows = measures[measures["claim"] == claim["id"]]
    twins = rows["measure"][rows["measure"].duplicated()]
    if len(twins):
        raise LedgerError(f"claim {claim['id']}: two rows measure {twins.iloc[0]!r}, expected one")
    parts = []
    for asked in claim.get("measures", []):
        pattern = ".*".join(map(re.escape, asked["measure"].split("*")))
        fitting = rows[rows["measure"].str.fullmatch(pattern)]
        if fitting.empty:
            parts.append(Part(asked["measure"], asked["rule"], None))
        for _, row in fitting.iterrows():
            rule = {
                kind: _reference(claim["id"], row) if bound == "reference" else bound
                for kind, bound in asked["rule"].items()
            }
            numbers = Measurement(row["value"], row["low"], row["high"], int(row["trials"]))
            parts.append(Part(row["measure"], rule, numbers))
    return parts


def _reference(claim: str, row: pd.Series) -> float:
    reference = row.get("reference")
    if reference is None or pd.isna(reference):
        raise LedgerError(f"claim {claim}: no reference beside {row['measure']!r}")
    return float(reference)


def entry(
    claim: Mapping[str, Any],
    measures: pd.DataFrame,
    confidence: float,
    command: str,
    seconds: float | None,
) -> dict[str, Any]:
    """The ledger's entry of one claim, as JSON.

    Its number is that of the part that decides: the first with the worst verdict.
    """
    parts = parts_of(claim, measures)
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
            {"measure": part.measure, "rule": part.rule, "verdict": str(one)}
            | numbers(part.measurement)
            for part, one in zip(parts, each, strict=True)
        ],
    }


def numbers(measurement: Measurement | None) -> dict[str, float | int | None]:
    """A measurement as JSON, which has no infinity and no NaN: null where there is no number."""
    if measurement is None:
        return dict.fromkeys(["value", "low", "high", "trials"])
    finite = {
        name: float(number) if abs(number) < float("inf") else None
        for name in ("value", "low", "high")
        for number in [getattr(measurement, name)]
    }
    return finite | {"trials": measurement.trials}


def ledger(
    claims: Sequence[Mapping[str, Any]],
    measures: pd.DataFrame,
    confidence: float,
    size: str,
    seconds: Mapping[str, float | None],
) -> list[dict[str, Any]]:
    """All entries, in the order of ``config/claims.yaml``.

    Args:
        claims: the claims as configured.
        measures: one row a measurement, columns ``COLUMNS``.
        confidence: of every interval.
        size: smoke, standard or paper, for the command that makes each number.
        seconds: by table of measures, the processor seconds of every job that made the trials
            behind it, or None where they are not known.  An entry's ``seconds`` are those of its
            table, so that claims of one table share them and are not to be added up.

    Raises:
        LedgerError: for two claims of one name, or a measured claim that the file does not list.
    """
    names = [claim["id"] for claim in claims]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise LedgerError(f"claims.yaml lists {', '.join(twins)} more than once")
    unknown = sorted(set(measures["claim"]) - set(names))
    if unknown:
        raise LedgerError(f"measured but not listed in claims.yaml: {', '.join(unknown)}")
    return [
        entry(
            claim,
            measures,
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
