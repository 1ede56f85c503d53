"""Hold a ledger against an expected one and say in words where they differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NUMBERS = ("value", "low", "high")


def expected_of(entries: Sequence[Mapping[str, Any]], tolerance: float) -> list[dict[str, Any]]:
    """What a later run is to be held to: verdicts, and the numbers of every part."""
    return [
        {
            "id": entry["id"],
            "verdict": entry["verdict"],
            "tolerance": tolerance,
            "parts": [
                {name: part[name] for name in ("measure", *NUMBERS, "trials")}
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
    """One line for each way in which a ledger departs from the expected one."""
    found = {entry["id"]: entry for entry in entries}
    wanted = {entry["id"]: entry for entry in expected}
    for name in sorted(wanted.keys() - found.keys()):
        yield f"{name}: expected {wanted[name]['verdict']}, but the ledger does not list it"
    for name in sorted(found.keys() - wanted.keys()):
        yield f"{name}: {found[name]['verdict']}, but nothing is expected of it"
    for name in [name for name in wanted if name in found]:
        one, other = found[name], wanted[name]
        if one["verdict"] != other["verdict"]:
            yield f"{name}: {one['verdict']}, expected {other['verdict']}"
        parts = {part["measure"]: part for part in one["parts"]}
        for part in other["parts"]:
            where = f"{name}, {part['measure']}"
            if part["measure"] not in parts:
                yield f"{where}: not in the ledger"
                continue
            given = parts[part["measure"]]
            for number in NUMBERS:
                if not close(given[number], part[number], other["tolerance"]):
                    yield (
                        f"{where}: {number} is {given[number]}, expected {part[number]} "
                        f"within {other['tolerance']:g}"
                    )
            if given["trials"] != part["trials"]:
                yield f"{where}: {given['trials']} trials, expected {part['trials']}"
