"""From ``config/claims.yaml`` and the tables of measures to the ledger of verdicts."""

from collections.abc import Mapping, Sequence
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


class LedgerError(ValueError):
    """A claim that cannot be judged as written."""


def find(measures: pd.DataFrame, claim: str, measure: str) -> Measurement | None:
    """The measurement of one part of a claim, or None where no table has it.

    Raises:
        LedgerError: if two rows claim to be it.
    """
    rows = measures[(measures["claim"] == claim) & (measures["measure"] == measure)]
    if len(rows) > 1:
        raise LedgerError(f"claim {claim}: {len(rows)} rows measure {measure!r}, expected one")
    if rows.empty:
        return None
    row = rows.iloc[0]
    return Measurement(row["value"], row["low"], row["high"], int(row["trials"]))


def entry(
    claim: Mapping[str, Any], measures: pd.DataFrame, confidence: float, command: str
) -> dict[str, Any]:
    """The ledger's entry of one claim, as JSON.

    Its number is that of the part that decides: the first with the worst verdict.
    """
    parts = claim.get("measures", [])
    found = [find(measures, claim["id"], part["measure"]) for part in parts]
    verdict, each = judge_all([part["rule"] for part in parts], found, confidence)
    order = sorted(range(len(parts)), key=lambda index: WORST_FIRST.index(each[index]))
    decisive = found[order[0]] if order else None
    if decisive is None:
        decisive = next((one for one in found if one), None)
    return {
        "id": claim["id"],
        "verdict": str(verdict),
        **numbers(decisive),
        "command": command if parts else None,
        "source": claim["source"],
        "claim": " ".join(claim["claim"].split()),
        "note": " ".join(claim.get("note", "").split()) or None,
        "depends": claim.get("depends"),
        "figure": claim.get("figure"),
        "table": claim.get("table"),
        "parts": [
            {"measure": part["measure"], "rule": part["rule"], "verdict": str(one), **numbers(m)}
            for part, one, m in zip(parts, each, found, strict=True)
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
    claims: Sequence[Mapping[str, Any]], measures: pd.DataFrame, confidence: float, size: str
) -> list[dict[str, Any]]:
    """All entries, in the order of ``config/claims.yaml``.

    Args:
        claims: the claims as configured.
        measures: one row a measurement, columns ``COLUMNS``.
        confidence: of every interval.
        size: smoke, standard or paper, for the command that makes each number.

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
        )
        for claim in claims
    ]


def as_table(entries: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The ledger as a table: one row a claim."""
    columns = ["id", "verdict", "value", "low", "high", "trials", "source", "claim", "command"]
    return pd.DataFrame(entries, columns=columns)
