"""Hold a ledger and figures against the committed ones, and say which differences matter."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import Any

import pandas as pd

from genprior.claims.ledger import identity
from genprior.statistics.estimate import Estimate

NUMBERS = ("value", "low", "high")


class Kind(StrEnum):
    """How what was found stands to what is committed."""

    VERDICT = "verdict"
    NUMBER = "number"
    TRIALS = "trials"
    MISSING = "missing"
    COUNT = "count"
    BYTES = "bytes"
    SECONDS = "seconds"
    SAME = "same"


WHY = {
    Kind.VERDICT: "the claim or its part is judged otherwise, or stands otherwise after correction",
    Kind.NUMBER: "value, low or high is further off than its tolerance, which last bits are not",
    Kind.TRIALS: "more trials came or went than last bits decide",
    Kind.MISSING: "it is on one side alone",
    Kind.COUNT: "no more than last bits of linear algebra can decide; the numbers agree",
    Kind.BYTES: "they hang on last bits; what claims need is compared as numbers; see both files",
    Kind.SECONDS: "it shows seconds, which no two runs share; not compared",
    Kind.SAME: "",
}
FAILURES = (Kind.VERDICT, Kind.NUMBER, Kind.TRIALS, Kind.MISSING)


@dataclass(frozen=True)
class Row:
    """One thing that was compared.

    Attributes:
        what: the claim's id, or "figure".
        part: the part of the claim or the figure's file; empty for the claim itself.
        committed, here: both sides in words, empty where there is none.
        kind: how they differ, the gravest of several ways.
    """

    what: str
    part: str
    committed: str
    here: str
    kind: Kind

    @property
    def matters(self) -> bool:
        """Whether a reader would be told something else than here."""
        return self.kind in FAILURES


def as_table(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a table, with whether they matter and why or why not."""
    names = [*Row.__annotations__, "matters", "why"]
    return pd.DataFrame(
        [(*vars(row).values(), row.matters, WHY[row.kind]) for row in rows], columns=names
    )


def expected_of(entries: Sequence[Mapping[str, Any]], tolerance: float) -> list[dict[str, Any]]:
    """What a later run is to be held to: verdicts and numbers, of claims and of their parts."""
    return [
        {
            "id": entry["id"],
            "verdict": entry["verdict"],
            "decisive": entry["decisive"],
            "stands": entry["stands"],
            "tolerance": tolerance,
            "parts": [
                {name: part[name] for name in ("measure", "where", "verdict", *NUMBERS, "trials")}
                for part in entry["parts"]
            ],
        }
        for entry in entries
    ]


def close(given: float | None, wanted: float | None, tolerance: float) -> bool:
    """Whether two numbers agree, relative to the larger of |wanted| and one."""
    if given is None or wanted is None:
        return given is wanted
    return abs(given - wanted) <= tolerance * max(1.0, abs(wanted))


def close_counts(given: int | None, wanted: int | None, tolerance: float) -> bool:
    """Whether no more trials came or went than last bits decide: one, or this share of them."""
    if given is None or wanted is None:
        return given is wanted
    return abs(given - wanted) <= max(1.0, tolerance * wanted)


def compared(
    entries: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]
) -> list[Row]:
    """One row for each claim and each of its parts on either side.

    A ledger of which no number was compared departs from what is expected, for that shows nothing.

    Args:
        entries: the ledger.
        expected: what `expected_of` made of an earlier one.
    """
    found = {entry["id"]: entry for entry in entries}
    wanted = {entry["id"]: entry for entry in expected}
    rows, numbers = [], 0
    for name in dict.fromkeys([*wanted, *found]):
        one, other = found.get(name), wanted.get(name)
        sides = verdict_text(other), verdict_text(one)
        if one is None or other is None:
            rows.append(Row(name, "", *sides, Kind.MISSING))
            continue
        rows.append(Row(name, "", *sides, Kind.SAME if sides[0] == sides[1] else Kind.VERDICT))
        given, asked = (parts_by_identity(entry["parts"]) for entry in (one, other))
        rows.extend(_parts(name, given, asked, other["tolerance"]))
        numbers += sum(asked[key]["trials"] is not None for key in given.keys() & asked.keys())
    if not numbers:
        rows.append(Row("every claim", "", "", "no number was compared", Kind.MISSING))
    return rows


def _parts(
    claim: str, given: Mapping[Any, Any], asked: Mapping[Any, Any], tolerance: float
) -> Iterator[Row]:
    for key in dict.fromkeys([*asked, *given]):
        one, other = given.get(key), asked.get(key)
        sides = part_text(other), part_text(one)
        missing = one is None or other is None
        kind = Kind.MISSING if missing else part_kind(one, other, tolerance)
        yield Row(claim, label(one or other), *sides, kind)


def parts_by_identity(parts: Sequence[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    """Parts by what tells them apart."""
    return {identity(part["measure"], part["where"]): part for part in parts}


def label(part: Mapping[str, Any]) -> str:
    """Measure and cell of a part in words."""
    return Estimate(nan, nan, nan, 0).named("", part["measure"], **part["where"]).label


def part_kind(given: Mapping[str, Any], wanted: Mapping[str, Any], tolerance: float) -> Kind:
    """The gravest way in which a part departs from the expected one."""
    if given["verdict"] != wanted["verdict"]:
        return Kind.VERDICT
    if not all(close(given[number], wanted[number], tolerance) for number in NUMBERS):
        return Kind.NUMBER
    if not close_counts(given["trials"], wanted["trials"], tolerance):
        return Kind.TRIALS
    return Kind.SAME if given["trials"] == wanted["trials"] else Kind.COUNT


def verdict_text(entry: Mapping[str, Any] | None) -> str:
    """The verdict, and whether it stands when the list is read as a whole."""
    if entry is None:
        return ""
    stands = {True: ", stands corrected", False: ", does not stand corrected", None: ""}
    return f"{entry['verdict']}{stands[entry['stands']]}"


def part_text(part: Mapping[str, Any] | None) -> str:
    """Verdict, number, interval and trials of a part."""
    if part is None:
        return ""
    if part["trials"] is None:
        return part["verdict"]
    value, low, high = ("none" if part[n] is None else f"{part[n]:.6g}" for n in NUMBERS)
    return f"{part['verdict']}, {value} [{low}, {high}] of {part['trials']}"


def compared_figures(
    committed: Mapping[str, str], here: Mapping[str, str], of_seconds: Collection[str]
) -> list[Row]:
    """One row for each file of a figure on either side.

    Args:
        committed, here: digests of the files' bytes, by the files' names.
        of_seconds: the files that show seconds.
    """

    def kind(name: str) -> Kind:
        if not (name in committed and name in here):
            return Kind.MISSING
        if name in of_seconds:
            return Kind.SECONDS
        return Kind.SAME if committed[name] == here[name] else Kind.BYTES

    return [
        Row("figure", name, committed.get(name, ""), here.get(name, ""), kind(name))
        for name in sorted(committed.keys() | here.keys())
    ]
