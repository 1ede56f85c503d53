"""A claim's number in plain text."""

from collections.abc import Mapping
from typing import Any


def interval(entry: Mapping[str, Any]) -> str:
    """A number with its interval as text; an end without a bound is infinite."""
    if entry["trials"] is None:
        return ""
    if entry["value"] is None:
        number = "—"
    else:
        number = f"{entry['value']:.3g}"
    low = "−∞" if entry["low"] is None else f"{entry['low']:.3g}"
    high = "∞" if entry["high"] is None else f"{entry['high']:.3g}"
    return f"{number} [{low}, {high}]"
