"""A claim's entry in plain text."""

from collections.abc import Mapping
from typing import Any

from genprior.claims.comparison import parts_by_identity
from genprior.claims.ledger import identity
from genprior.claims.numbers import interval as interval
from genprior.claims.rules import in_words


def account(
    entry: Mapping[str, Any], committed: Mapping[str, Any] | None, seconds: float | None
) -> str:
    """What a claim says, how each part of it was decided, and what was committed.

    Args:
        entry: the claim's, judged alone or in a ledger.
        committed: what is expected of it (``genprior.claims.comparison``), if anything is.
        seconds: processor seconds of the trials behind it, if they are known.
    """
    expected = committed["verdict"] if committed else "nothing"
    told = [
        f"{entry['id']}: {entry['verdict']} (committed: {expected})",
        f"  {entry['claim']}",
        f"  {entry['where']}: {entry['known']}",
    ]
    known = parts_by_identity(committed["parts"]) if committed else {}
    for part in entry["parts"]:
        other = known.get(identity(part["measure"], part["where"]))
        decides = " (decides)" if part["label"] == entry["decisive"] else ""
        told += [
            f"  {part['label']}: {_number(part)}{decides}",
            f"    {part['verdict']}; the rule: {in_words(part['rule'])}",
            "    committed: " + (f"{_number(other)}, {other['verdict']}" if other else "nothing"),
        ]
    if entry["quantity"]:
        told.insert(3, f"  {entry['quantity']}")
    if seconds is not None:
        told.append(f"  {seconds:,.0f} processor seconds of trials")
    return "\n".join(told)


def _number(part: Mapping[str, Any]) -> str:
    if part["trials"] is None:
        return "not measured"
    return f"{interval(part)}, {part['trials']:,} trials"
