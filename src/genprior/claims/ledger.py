"""From ``config/claims.yaml`` and the estimates to the ledger of verdicts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan, nan
from pathlib import Path
from typing import Any

import pandas as pd

from genprior.claims.claim import Claim, Paper
from genprior.claims.multiplicity import controls_stand, holm, p_of_claim, p_of_part
from genprior.claims.rules import Verdict, judge_all
from genprior.statistics.estimate import Estimate, from_table

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
        published: what the paper has in its place, if it says.
    """

    what: Estimate
    rule: Mapping[str, Any]
    measurement: Estimate | None
    published: float | None = None


class LedgerError(ValueError):
    """A claim that cannot be judged as written."""


def parts_of(claim: Claim, estimates: Sequence[Estimate]) -> list[Part]:
    """The parts of a claim, each with its measurement.

    What is asked for stands for every estimate of that measure whose cell agrees with ``where``,
    because cells depend on the size.  A bound written as ``reference`` is the number that the
    theory puts beside the measurement.

    Raises:
        LedgerError: if two estimates claim to be the same number, or ``reference`` has none.
    """
    mine = [one for one in estimates if one.claim == claim.id]
    seen = set()
    for one in mine:
        if identity(one.measure, one.where) in seen:
            raise LedgerError(f"claim {claim.id}: two rows measure {one.label!r}, expected one")
        seen.add(identity(one.measure, one.where))
    parts = []
    for asked in claim.measures:
        fitting = [
            one
            for one in mine
            if one.measure == asked.measure and asked.where.items() <= one.where.items()
        ]
        if not fitting:
            nothing = Estimate(nan, nan, nan, 0).named(claim.id, asked.measure, **asked.where)
            parts.append(Part(nothing, asked.rule, None, asked.published))
        for one in fitting:
            rule = {kind: _bound(bound, one) for kind, bound in asked.rule.items()}
            parts.append(Part(one, rule, one, asked.published))
    return parts


def identity(measure: str, where: Mapping[str, Any]) -> tuple[str, frozenset]:
    """What tells the numbers of a claim apart."""
    return measure, frozenset(where.items())


def _bound(bound: Any, one: Estimate) -> Any:
    if isinstance(bound, list):
        return [_bound(end, one) for end in bound]
    return _reference(one) if bound == "reference" else bound


def _reference(one: Estimate) -> float:
    if isnan(one.reference):
        raise LedgerError(f"claim {one.claim}: no reference beside {one.label!r}")
    return one.reference


def entry(
    claim: Claim,
    papers: Mapping[str, Paper],
    estimates: Sequence[Estimate],
    confidence: float,
) -> dict[str, Any]:
    """The ledger's entry of one claim, as JSON, as far as it follows from the claim's estimates.

    Its number is that of the part that decides: of those with the worst verdict the one that is
    furthest from a better.
    """
    parts = parts_of(claim, estimates)
    found, rules = [part.measurement for part in parts], [part.rule for part in parts]
    verdict, each = judge_all(rules, found, confidence)
    support = [
        p_of_part(rule, one, Verdict.SUPPORTED, confidence)
        for rule, one in zip(rules, found, strict=True)
    ]
    order = sorted(
        range(len(parts)), key=lambda i: (WORST_FIRST.index(each[i]), -(support[i] or 0))
    )
    decisive = next((found[index] for index in order if found[index]), None)
    named = [one.measure for one in (decisive, *claim.measures) if one]
    return {
        "id": claim.id,
        "verdict": str(verdict),
        "decisive": decisive.label if decisive else None,
        **numbers(decisive),
        "p": p_of_claim(rules, found, confidence),
        "where": "; ".join(place.text(papers) for place in claim.where),
        "known": claim.known,
        "kind": claim.kind,
        **{
            key: " ".join(text.split()) if text else None
            for key in ("claim", "note", "depends", "fixed", "plan")
            for text in [getattr(claim, key)]
        },
        "quantity": claim.quantity_of(named[0]) if named else None,
        "tables": claim.tables,
        "parts": [
            {
                "measure": part.what.measure,
                "where": {key: whole(value) for key, value in part.what.where.items()},
                "label": part.what.label,
                "rule": part.rule,
                "verdict": str(one),
                "published": part.published,
            }
            | numbers(part.measurement)
            for part, one in zip(parts, each, strict=True)
        ],
    }


def entries_of(
    ids: Iterable[str],
    claims: Sequence[Claim],
    papers: Mapping[str, Paper],
    estimates: Sequence[Estimate],
    confidence: float,
) -> dict[str, dict[str, Any]]:
    """The entries of some claims by id, each judged alone: none is corrected or void.

    Args:
        ids: of the claims.
        claims: all, as configured.
        papers: those that they name.
        estimates: every number that bears on these claims.
        confidence: of every interval.
    """
    listed = {claim.id: claim for claim in claims}
    return {name: entry(listed[name], papers, estimates, confidence) for name in ids}


def read_estimates(paths: Iterable[str | Path]) -> list[Estimate]:
    """The estimates in some tables that bear on a claim."""
    return [one for path in paths for one in from_table(pd.read_csv(path)) if one.claim]


def whole(value: Any) -> Any:
    """A whole number as such: tables hold it as a float where others of its column are missing."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


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
    claims: Sequence[Claim],
    papers: Mapping[str, Paper],
    estimates: Sequence[Estimate],
    confidence: float,
    size: str,
    seconds: Mapping[str, float | None],
    figures: Mapping[str, str],
    why: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """All entries, in the order of ``config/claims.yaml``.

    Where a control, which is known to be false, does not come out as not supported, the whole
    ledger is void: what cannot tell a false claim cannot vouch for another.

    Args:
        claims: the claims as configured.
        papers: the papers that they name.
        estimates: every measured number that bears on a claim.
        confidence: of every interval.
        size: smoke, standard or paper, for the command that makes each number.
        seconds: by claim, the processor seconds of every job that made the trials behind it, or
            None where they are not known.  Claims may share trials, so that these are not to be
            added up.
        figures: by claim, the figure that shows it, for those that have one.
        why: by claim, why nothing was measured for it here, for those of which nothing was.

    Raises:
        LedgerError: for two claims of one name, a measured claim that the file does not list, or a
            paper that nobody has named.
    """
    names = [claim.id for claim in claims]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise LedgerError(f"claims.yaml lists {', '.join(twins)} more than once")
    unknown = sorted({one.claim for one in estimates} - set(names))
    if unknown:
        raise LedgerError(f"measured but not listed in claims.yaml: {', '.join(unknown)}")
    strange = sorted({place.paper for claim in claims for place in claim.where} - set(papers))
    if strange:
        raise LedgerError(f"claims name {', '.join(strange)}; papers: {', '.join(papers)}")
    absent = why or {}
    entries = [
        entry(claim, papers, estimates, confidence)
        | {
            "command": command(claim, size) if claim.measures and claim.id not in absent else None,
            "seconds": seconds.get(claim.id),
            "figure": figures.get(claim.id),
            "why": absent.get(claim.id),
        }
        for claim in claims
    ]
    ps = [one["p"] if one["kind"] == "measurement" else None for one in entries]
    stand = holm(ps, confidence)
    return voided([one | {"stands": s} for one, s in zip(entries, stand, strict=True)])


def command(claim: Claim, size: str) -> str:
    """What computes and judges a claim, and nothing else."""
    return f"make claim ID={claim.id}{'' if size == 'standard' else f' SIZE={size}'}"


def why_untested(
    claims: Iterable[Claim], there: Collection[str], size: str, published: Collection[str]
) -> dict[str, str]:
    """By claim, why nothing is measured for it in a configuration, for those with tables of which
    none is there.

    Args:
        claims: as configured.
        there: the tables of estimates by which the configuration has claims judged.
        size: the configuration's.
        published: the sizes that the claims' rules are about.
    """
    reason = "not in this configuration"
    if size not in published:
        reason = f"not judged: {size} is no published size ({', '.join(published)})"
    return {
        claim.id: reason for claim in claims if claim.tables and not set(claim.tables) & set(there)
    }


def voided(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries as they are, or all verdicts void where a control does not fail."""
    if controls_stand(entries):
        return entries
    return [
        one if one["kind"] == "control" else one | {"verdict": str(Verdict.VOID)} for one in entries
    ]


def as_table(entries: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The ledger as a table: one row a claim."""
    columns = [
        *("id", "verdict", "decisive", "value", "low", "high", "trials", "p", "stands"),
        *("where", "known", "kind", "claim", "command", "seconds"),
    ]
    return pd.DataFrame(entries, columns=columns)
