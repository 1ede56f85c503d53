"""``genprior claims``: what was tested, and what came of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

from genprior.claims.numbers import interval
from genprior.cli.faults import Fault
from genprior.cli.inputs import given
from genprior.tables import read_json

# Written by `make format` from config/claims.yaml and the committed verdicts.
COMMITTED = Path(__file__).with_name("claims.json")
LEDGER = "claims.json"
KEPT = ("id", "kind", "verdict", "stands", "claim", "where", "known", "decisive")
NUMBERS = ("value", "low", "high", "trials")
WIDTH = 96


def run(chosen: Any) -> int:
    """Print claims; the exit code says whether all that were named are supported."""
    entries = {one["id"]: one for one in _entries(chosen.results)}
    for name in chosen.ids:
        if name not in entries:
            raise Fault(f"there is no claim {name}; there are {', '.join(entries)}")
    asked = [entries[name] for name in chosen.ids] or list(entries.values())
    print(json.dumps(asked, indent=1, ensure_ascii=False) if chosen.json else as_text(asked))
    return int(any(one["verdict"] != "supported" for one in asked)) if chosen.ids else 0


def _entries(results: str | None) -> list[dict[str, Any]]:
    if results is None:
        return read_json(COMMITTED)
    path = Path(results) / LEDGER
    if not path.is_file():
        raise Fault(f"{path}: there is no such file; a run writes it, such as `make smoke`")
    ledger = given(read_json, path)
    try:
        return [{name: one[name] for name in (*KEPT, *NUMBERS)} for one in ledger]
    except (KeyError, TypeError):
        raise Fault(f"{path}: this is no ledger of claims") from None


def as_text(entries: list[Mapping[str, Any]]) -> str:
    """A paragraph a claim."""
    return "\n".join(_paragraph(one) for one in entries)


def _paragraph(one: Mapping[str, Any]) -> str:
    mark = " (alone; not with all claims read as one list)" if one["stands"] is False else ""
    kind = "" if one["kind"] == "measurement" else f" ({one['kind']})"
    said = " ".join(one["claim"].split())
    number = f"{interval(one)} {one['decisive']}" if one["decisive"] else ""
    lines = [f"{one['id']}{kind}: {one['verdict']}{mark}"]
    for text in (said, f"{one['where']}: {one['known']}", number):
        if text.strip():
            lines.append(fill(text, WIDTH, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(lines)
