"""Numbers of the ledger in the message that a figure carries.

A message states numbers and no verdict, so that it is true whatever they are; the verdicts stand in
the figure's corner.
"""

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

Entry = Mapping[str, Any]


def part_of(entry: Entry, measure: str, **where: object) -> Entry:
    """The first part of a claim's entry with this measure in this cell; one without a value where
    the configuration measured none."""
    for part in entry["parts"]:
        if part["measure"] == measure and where.items() <= part["where"].items():
            return part
    return {"value": None, "low": None, "high": None, "trials": 0}


def ends_of(part: Entry) -> tuple[float, float]:
    """The ends of a part's interval, infinite where it has none."""
    low, high = part["low"], part["high"]
    return -inf if low is None else low, inf if high is None else high


def with_interval(part: Entry, digits: int = 2) -> str:
    """A part's number and interval, such as 0.32 [0.31, 0.33]."""
    if part["value"] is None:
        return "not measured"
    numbers = (f"{one:.{digits}f}" for one in (part["value"], *ends_of(part)))
    value, low, high = (one.replace("-", "−").replace("inf", "∞") for one in numbers)
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
