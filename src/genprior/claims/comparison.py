"""Hold a ledger against an expected one and say in words where they differ."""

from collections.abc import Iterator, Mapping, Sequence
from math import nan
from typing import Any

from genprior.claims.ledger import identity
from genprior.statistics.estimates import Estimate

NUMBERS = ("value", "low", "high")


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


def differences(
    entries: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """One line for each way in which a ledger departs from the expected one.

    A ledger of which no number was compared departs from it, for that shows nothing.
    """
    found = {entry["id"]: entry for entry in entries}
    wanted = {entry["id"]: entry for entry in expected}
    for name in sorted(wanted.keys() - found.keys()):
        yield f"{name}: expected {wanted[name]['verdict']}, but the ledger does not list it"
    for name in sorted(found.keys() - wanted.keys()):
        yield f"{name}: {found[name]['verdict']}, but nothing is expected of it"
    compared = 0
    for name in [name for name in wanted if name in found]:
        one, other = found[name], wanted[name]
        if one["verdict"] != other["verdict"]:
            yield f"{name}: {one['verdict']}, expected {other['verdict']}"
        if one["stands"] != other["stands"]:
            yield f"{name}: stands corrected: {one['stands']}, expected {other['stands']}"
        given, asked = (parts_by_identity(entry["parts"]) for entry in (one, other))
        for key in [key for key in asked if key not in given]:
            yield f"{name}, {label(asked[key])}: not in the ledger"
        for key in [key for key in given if key not in asked]:
            yield f"{name}, {label(given[key])}: not among what is expected"
        for key in [key for key in asked if key in given]:
            yield from part_differences(name, given[key], asked[key], other["tolerance"])
            compared += asked[key]["trials"] is not None
    if not compared:
        yield "no number of the ledger was compared"


def parts_by_identity(parts: Sequence[Mapping[str, Any]]) -> dict[Any, Mapping[str, Any]]:
    """Parts by what tells them apart."""
    return {identity(part["measure"], part["where"]): part for part in parts}


def label(part: Mapping[str, Any]) -> str:
    """Measure and cell of a part in words."""
    return Estimate(nan, nan, nan, 0).named("", part["measure"], **part["where"]).label


def part_differences(
    claim: str, given: Mapping[str, Any], wanted: Mapping[str, Any], tolerance: float
) -> Iterator[str]:
    """One line for each number of a part that departs from the expected one."""
    where = f"{claim}, {label(wanted)}"
    if given["verdict"] != wanted["verdict"]:
        yield f"{where}: {given['verdict']}, expected {wanted['verdict']}"
    for number in NUMBERS:
        if not close(given[number], wanted[number], tolerance):
            yield (
                f"{where}: {number} is {given[number]}, expected {wanted[number]} "
                f"within {tolerance:g}"
            )
    if given["trials"] != wanted["trials"]:
        yield f"{where}: {given['trials']} trials, expected {wanted['trials']}"
