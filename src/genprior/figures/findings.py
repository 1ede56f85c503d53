"""Numbers of the ledger in the message that a figure carries."""

from collections.abc import Iterable, Mapping
from typing import Any

Entry = Mapping[str, Any]


def part_of(entry: Entry, measure: str, **where: object) -> Entry:
    """The first part of a claim's entry with this measure in this cell; one without a value where
    the configuration measured none."""
    for part in entry["parts"]:
        if part["measure"] == measure and where.items() <= part["where"].items():
            return part
    return {"value": None, "low": None, "high": None, "trials": 0}


def with_interval(part: Entry, digits: int = 2) -> str:
    """A part's number and interval, such as 0.32 [0.31, 0.33]."""
    if part["value"] is None:
        return "not measured"
    value, low, high = (f"{part[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def counted(part: Entry) -> str:
    """A share as a count, such as 20 of 20."""
    if part["value"] is None:
        return "an unmeasured number"
    return f"{round(part['value'] * part['trials'])} of {part['trials']}"


def listed(words: Iterable[str]) -> str:
    """Words as a list: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
