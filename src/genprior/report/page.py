"""Render the report: everything it shows is embedded, so it opens offline."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from plotly.offline import get_plotlyjs

from genprior.claims.claim import KNOWN
from genprior.claims.multiplicity import reading
from genprior.claims.rules import in_words
from genprior.claims.words import interval

TEMPLATE = Path(__file__).with_name("page.html.j2")


@dataclass(frozen=True)
class Picture:
    """A figure with what stands beside it.

    Attributes:
        name: as in the file's name.
        png: the picture's bytes.
        caption: plain text.
        rule, script: what made it.
        data: the tables that it was drawn from.
        seconds: core-seconds of the descents behind it, or None where they are not recorded.
    """

    name: str
    png: bytes
    caption: str
    rule: str
    script: str
    data: tuple[str, ...]
    seconds: float | None

    @property
    def source(self) -> str:
        return "data:image/png;base64," + base64.b64encode(self.png).decode()


def picture(name: str, facts: Mapping[str, Any], seconds: Mapping[str, float]) -> Picture:
    """A figure and what is said of it.

    Args:
        name: the figure's.
        facts: ``png`` (a path), ``caption``, ``rule``, ``script``, ``data`` (paths) and
            ``experiments``, the main experiments behind it.
        seconds: core-seconds of each main experiment's descents.
    """
    behind = [seconds[experiment] for experiment in facts["experiments"]]
    return Picture(
        name=name,
        png=Path(facts["png"]).read_bytes(),
        caption=facts["caption"],
        rule=facts["rule"],
        script=facts["script"],
        data=tuple(facts["data"]),
        seconds=sum(behind) if behind else None,
    )


def embedded(value: Any) -> str:
    """JSON that is safe inside a script element: nothing in it can begin a tag or a comment."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")


def render(
    entries: Sequence[Mapping[str, Any]],
    pictures: Sequence[Picture],
    diagrams: Mapping[str, Mapping[str, Any]],
    provenance: Mapping[str, Any],
    confidence: float,
) -> str:
    """The page as HTML.

    Args:
        entries: the ledger.
        pictures: the figures in order.
        diagrams: by title, each with ``figure`` (Plotly's JSON) and ``cells`` (their details).
        provenance: what made the results.
        confidence: of every interval.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"interval": interval, "in_words": in_words}
    return environment.from_string(TEMPLATE.read_text()).render(
        entries=entries,
        reading=reading(entries, confidence),
        known=KNOWN,
        pictures=pictures,
        claims_of={
            picture.name: [entry["id"] for entry in entries if entry["figure"] == picture.name]
            for picture in pictures
        },
        titles=list(diagrams),
        diagrams=embedded(diagrams),
        plotly=get_plotlyjs(),
        provenance=provenance,
        confidence=confidence,
    )
