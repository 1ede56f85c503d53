"""Render the page: everything it shows is embedded, so it opens offline."""

import base64
import json
import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from PIL import Image

from genprior.claims.claim import KNOWN, Paper
from genprior.claims.findings import OTHER, QUESTIONS, Finding, question_of
from genprior.claims.multiplicity import reading
from genprior.claims.rules import in_words
from genprior.claims.words import interval
from genprior.configuration.pieces import PUBLISHED
from genprior.report.glossary import TERMS, linked, synonyms

PARTS = (
    Path(__file__).with_name("page.html.j2"),
    Path(__file__).with_name("ledger.html.j2"),
    Path(__file__).with_name("figures.html.j2"),
    Path(__file__).with_name("diagrams.html.j2"),
    Path(__file__).with_name("glossary.html.j2"),
    Path(__file__).with_name("page.css"),
    Path(__file__).with_name("page.js"),
    Path(__file__).with_name("diagrams.js"),
)
SHRINK = 0.5  # figures are drawn with 300 dots an inch; 150 are enough beside text
COLOURS = 256  # with fewer, a verdict's red turns brown
SCORECARD = "scorecard"
OWN = "Experiments of this configuration"  # the group of default figures


@dataclass(frozen=True)
class Picture:
    """A figure with what stands beside it.

    Attributes:
        name: as in the file's name.
        png: the picture's bytes, as drawn.
        caption: plain text.
        pdf: where it is as PDF.
        rule, script: what made it.
        data: the tables that it was drawn from.
        seconds: core-seconds of the descents behind it, or None where they are not recorded.
        own: whether it is the default figure of an experiment.
    """

    name: str
    png: bytes
    caption: str
    pdf: str
    rule: str
    script: str
    data: tuple[str, ...]
    seconds: float | None
    own: bool = False

    @property
    def source(self) -> str:
        """The picture as the page embeds it."""
        return "data:image/png;base64," + base64.b64encode(small(self.png)).decode()

    @property
    def tables(self) -> list[str]:
        """The tables that any program opens."""
        return [path for path in self.data if path.endswith(".csv")]

    @property
    def folders(self) -> dict[str, int]:
        """How many other tables there are by folder."""
        folders = [posixpath.dirname(path) for path in self.data if not path.endswith(".csv")]
        return {folder: folders.count(folder) for folder in dict.fromkeys(folders)}


def picture(name: str, facts: Mapping[str, Any], seconds: Mapping[str, float]) -> Picture:
    """A figure and what is said of it.

    Args:
        name: the figure's.
        facts: ``png`` (a path), ``caption``, ``rule``, ``script``, ``data`` (paths) and
            ``experiments``, the main experiments behind it; ``own`` for a default figure.
        seconds: core-seconds of each main experiment's descents.
    """
    behind = [seconds[experiment] for experiment in facts["experiments"]]
    return Picture(
        name=name,
        png=Path(facts["png"]).read_bytes(),
        caption=facts["caption"],
        pdf=facts["png"].removesuffix(".png") + ".pdf",
        rule=facts["rule"],
        script=facts["script"],
        data=tuple(facts["data"]),
        seconds=sum(behind) if behind else None,
        own=facts.get("own", False),
    )


def small(png: bytes) -> bytes:
    """A picture at the size and in the colours that a page needs."""
    if not png:
        return png
    with Image.open(BytesIO(png)) as image:
        size = tuple(max(1, round(side * SHRINK)) for side in image.size)
        reduced = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    out = BytesIO()
    reduced.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def embedded(value: Any) -> str:
    """JSON that is safe inside a script element: nothing in it can begin a tag or a comment."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def cited(where: str, papers: Mapping[str, Paper]) -> list[str]:
    """The short names of the papers in which a claim is made."""
    return [name for name in papers if re.search(rf"(?:^|; ){re.escape(name)}(?:$|[ ,;])", where)]


def arxiv(paper: Paper) -> str | None:
    """A paper's number on arXiv, with its version."""
    found = re.search(r"\d{4}\.\d{4,5}(v\d+)?", paper.version or "")
    return found[0] if found else None


def searched(entry: Mapping[str, Any], papers: Mapping[str, Paper]) -> str:
    """What the filter finds an entry by besides its own text: authors, numbers, synonyms."""
    named = [papers[name] for name in cited(entry["where"], papers)]
    return " ".join(
        [*(f"{one.cite} {one.version or ''}" for one in named), synonyms(entry["claim"])]
    )


def asked(claims: Sequence[str]) -> str:
    """The first question that these claims, those of a figure, bear on."""
    order = [*(one.text for one in QUESTIONS), OTHER]
    return min((question_of(claim) for claim in claims), key=order.index, default=OTHER)


def grouped(
    figures: Sequence[Picture], claims_of: Mapping[str, Sequence[str]]
) -> dict[str, list[Picture]]:
    """Figures under their headings: those of a user's own experiments, then by question."""
    headings = {one.name: OWN if one.own else asked(claims_of[one.name]) for one in figures}
    groups = {
        heading: [one for one in figures if headings[one.name] == heading]
        for heading in [OWN, *(one.text for one in QUESTIONS), OTHER]
    }
    return {heading: group for heading, group in groups.items() if group}


def render(
    entries: Sequence[Mapping[str, Any]],
    pictures: Sequence[Picture],
    diagrams: Mapping[str, Mapping[str, Any]],
    provenance: Mapping[str, Any],
    confidence: float,
    *,
    page: str,
    papers: Mapping[str, Paper],
    findings: Sequence[Finding] = (),
    notebooks: Sequence[str] = (),
    configuration: str | None = None,
) -> str:
    """The page as HTML.

    Args:
        entries: the ledger.
        pictures: the figures in order; the scorecard stands on the first screen.
        diagrams: by experiment, as ``genprior.report.diagrams.diagram`` makes them.
        provenance: what made the results.
        confidence: of every interval.
        page: where the page will be, below the checkout's root like all paths; links are relative.
        papers: by short name.
        findings: the answers of the first screen.
        notebooks: names of those that are rendered beside the page.
        configuration: path of the file that says what was run.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=DictLoader({part.name: part.read_text() for part in PARTS}),
    )
    environment.filters |= {
        "interval": interval,
        "in_words": in_words,
        "terms": linked,
        "link": lambda path: posixpath.relpath(path, posixpath.dirname(page)),
        "arxiv": arxiv,
    }
    figures = [one for one in pictures if one.name != SCORECARD]
    claims_of = {
        one.name: [entry["id"] for entry in entries if entry["figure"] == one.name]
        for one in figures
    }
    return environment.get_template("page.html.j2").render(
        entries=entries,
        reading=reading(entries, confidence),
        known=KNOWN,
        untested=Counter(entry["why"] for entry in entries if entry.get("why")),
        papers=papers,
        cited={entry["id"]: cited(entry["where"], papers) for entry in entries},
        searched={entry["id"]: searched(entry, papers) for entry in entries},
        figures=figures,
        groups=grouped(figures, claims_of),
        published=PUBLISHED,
        scorecard=next((one for one in pictures if one.name == SCORECARD), None),
        claims_of=claims_of,
        titles=list(diagrams),
        diagrams=embedded(diagrams),
        findings=findings,
        notebooks=notebooks,
        configuration=configuration,
        terms=TERMS,
        provenance=provenance,
        confidence=confidence,
    )
