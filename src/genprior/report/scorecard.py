"""The ledger as one picture: a row a claim, each with an axis of its own, the worst verdict first.

A row shows the number that decides by name, its interval and, shaded, where the claim's rule asks
it to lie.  It is drawn from the ledger alone.
"""

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from genprior.claims.ledger import WORST_FIRST
from genprior.claims.multiplicity import DECIDED, reading
from genprior.claims.rules import Verdict
from genprior.claims.words import interval
from genprior.figures import style
from genprior.figures.findings import ends_of
from genprior.statistics import estimate

Entry = Mapping[str, Any]

ORDER = (*WORST_FIRST, Verdict.VOID)
ASKED, EDGE, QUIET = "#d3dfd9", "#5a7d6c", "0.3"
WIDTH = 72 * style.PAGE  # points
SIZE, HEAD_SIZE = 6.0, 8.0
LINE, GAP = 6.8, 2.3  # points: a line of text, what parts two rows
MARGIN, HEAD = 4.0, 32.0
# Columns in points from the left, and how wide texts and axes may be.
NAME, WORD, AXIS, ASKS, TEXT = 4.0, 70.0, 117.0, 190.0, 235.0
AXIS_WIDTH, TEXT_WIDTH = 68.0, 241.0
BAND = "0.96"
TIDY = {">=": "≥", "<=": "≤", "rho_d": "ρ_d", "rho_2": "ρ_2", "1/pi": "1/π", "-ρ": "−ρ"}


def draw(entries: Sequence[Entry], confidence: float) -> Figure:
    """The scorecard of a ledger.

    Args:
        entries: the ledger, as ``claims.json`` holds it.
        confidence: of its intervals.
    """
    measured = [entry for entry in entries if decisive(entry)]
    claims = [entry for entry in measured if entry["kind"] != "control"]
    blocks = {
        "": sorted(claims, key=lambda entry: ORDER.index(entry["verdict"])),
        "Negative controls, known to be false: each must come out as not supported": [
            entry for entry in measured if entry["kind"] == "control"
        ],
    }
    untested = [entry for entry in entries if not decisive(entry)]
    there = (f"{one['id']}: {tidy(one['claim'])}" for one in untested if not one.get("why"))
    absent = (one["id"] for one in untested if one.get("why"))
    foot = {
        "Not tested here": wrapped(" ".join(there), WIDTH - 2 * MARGIN),
        "Nothing is measured for these in this configuration": wrapped(
            ", ".join(absent), WIDTH - 2 * MARGIN
        ),
    }
    key = wrapped(_key(entries, confidence), WIDTH - 2 * MARGIN) if measured else []
    height = {entry["id"]: GAP + LINE * len(lines_of(entry)) for entry in measured}
    titles = 2 * LINE * sum(bool(below) for below in [*list(blocks.values())[1:], *foot.values()])
    texts = LINE * (len(key) + sum(map(len, foot.values())))

    page = _Page(HEAD + titles + sum(height.values()) + texts + 2 * MARGIN)
    page.write(NAME, MARGIN + 2, [headline(entries)], size=HEAD_SIZE, weight="bold")
    heads = [
        (NAME, "claim", "left"),
        (WORD, "verdict", "left"),
        (AXIS + AXIS_WIDTH / 2, "shaded: what it asks", "center"),
        (TEXT, "the number that decides [its interval]", "left"),
        (WIDTH - MARGIN, "parts", "right"),
    ]
    for x, title, side in heads if measured else []:
        page.write(x, HEAD - 1.6 * LINE, [title], color=QUIET, ha=side)
    top = HEAD
    for title, rows in blocks.items():
        if title and rows:
            top = page.title(title, top)
        for number, entry in enumerate(rows):
            if number % 2 == 0:
                page.band(top, height[entry["id"]])
            page.row(entry, top + GAP / 2)
            top += height[entry["id"]]
    for title, lines in foot.items():
        if lines:
            top = page.title(title, top)
            page.write(NAME, top, lines)
            top += LINE * len(lines)
    page.write(NAME, top + MARGIN, key, color=QUIET)
    return page.figure


def headline(entries: Sequence[Entry]) -> str:
    """The message: how the verdicts fell."""
    whole = reading(entries, 0.95)
    if not whole["stand"]:
        return "Void: a control, which is known to be false, was not refuted"
    counts = whole["counts"]
    measured = sum(counts.values()) - counts[Verdict.NOT_TESTED]
    if not measured:
        return "No claim is judged in this configuration"
    return (
        f"Of {measured} claims that were measured {counts[Verdict.SUPPORTED]} are supported, "
        f"{counts[Verdict.NOT_SUPPORTED]} are not, {counts[Verdict.INCONCLUSIVE]} remain open"
    )


def decisive(entry: Entry) -> Mapping[str, Any] | None:
    """The part of a claim that decides; None where nothing was measured."""
    return next((p for p in entry["parts"] if p["label"] == entry["decisive"]), None)


def passed(entry: Entry) -> tuple[int, int]:
    """How many parts of a claim hold, of how many."""
    parts = entry["parts"]
    return sum(part["verdict"] == Verdict.SUPPORTED for part in parts), len(parts)


def asked(rule: Mapping[str, Any]) -> tuple[float, float]:
    """The region that a rule asks an interval to lie in; of one point for ``equals``."""
    ((kind, bound),) = rule.items()
    if kind == "low_at_least":
        return bound, inf
    if kind == "high_at_most":
        return -inf, bound
    return (bound[0], bound[1]) if kind == "inside" else (bound, bound)


def asked_text(rule: Mapping[str, Any]) -> str:
    """The same as text; two ends as a middle and a reach."""
    low, high = asked(rule)
    if low == high:
        return f"= {low:g}"
    if high == inf:
        return f"≥ {low:g}"
    if low == -inf:
        return f"≤ {high:g}"
    centre, reach = (low + high) / 2, (high - low) / 2
    return f"{centre:.4g} ± {reach:.3g}" if centre else f"± {reach:g}"


def word(entry: Entry) -> str:
    """The verdict, with a mark where it does not stand when the list is read as a whole."""
    uncorrected = entry["verdict"] in DECIDED and entry["stands"] is False
    return f"{entry['verdict']}{' †' if uncorrected else ''}"


def tidy(text: str) -> str:
    """Symbols in place of their names."""
    for name, sign in TIDY.items():
        text = text.replace(name, sign)
    return text


def wrapped(text: str, width: float) -> list[str]:
    """A text as lines that are no wider than this, in points."""
    return style.broken(text.split(), " ", lambda line: style.text_width(line, SIZE) <= width)


def name_of(part: Mapping[str, Any]) -> str:
    """A number's name; a word of its cell says enough without its key."""
    cell = (
        value if isinstance(value, str) else f"{estimate.symbol(key)} = {estimate.text(value)}"
        for key, value in part["where"].items()
    )
    return ", ".join([part["measure"], *(one.replace("_", " ") for one in cell)])


def lines_of(entry: Entry) -> list[str]:
    """The number that decides, its interval, name and published value; then, where it does not
    support the claim, the claim."""
    part = decisive(entry)
    assert part is not None
    told = f"{interval(part)}  {tidy(name_of(part))}"
    if part.get("published") is not None:
        told += f"; published: {part['published']:.3g} ({entry['known']})"
    lines = wrapped(told, TEXT_WIDTH)
    if entry["verdict"] != Verdict.SUPPORTED:
        lines += wrapped(f"“{tidy(entry['claim'])}”", TEXT_WIDTH)
    return lines


def span(part: Mapping[str, Any]) -> tuple[float, float]:
    """What a row's axis shows: bounds, interval and published value, with room beside them."""
    numbers = [*asked(part["rule"]), *ends_of(part), part["value"], part.get("published")]
    shown = [one for one in numbers if one is not None and abs(one) < inf]
    low, high = min(shown), max(shown)
    room = 0.14 * (high - low) or max(0.1 * abs(high), 1e-12)
    return low - room, high + room


class _Page:
    """A figure that is written in points from its top left."""

    def __init__(self, height: float):
        self.height = height
        self.figure, axes = style.new_figure(style.PAGE, height / 72)
        self.figure.delaxes(axes)
        self.figure.set_layout_engine("none")

    def write(self, x: float, top: float, lines: Sequence[str], **look: Any) -> None:
        """Lines of text, one below the other."""
        for number, line in enumerate(lines):
            y = 1 - (top + (number + 0.8) * LINE) / self.height
            self.figure.text(x / WIDTH, y, line, **{"size": SIZE, "va": "baseline"} | look)

    def title(self, text: str, top: float) -> float:
        """A heading; returns where what is below it begins."""
        self.write(NAME, top + 0.6 * LINE, [text], weight="bold")
        return top + 2 * LINE

    def band(self, top: float, height: float) -> None:
        """A light ground, so that the eye keeps to a row."""
        corner = (0, 1 - (top + height) / self.height)
        self.figure.add_artist(
            Rectangle(corner, 1, height / self.height, color=BAND, linewidth=0, zorder=-1)
        )

    def row(self, entry: Entry, top: float) -> None:
        """A claim: name and verdict, axis, what is asked, number, parts."""
        name, colour = entry["id"], style.VERDICT[entry["verdict"]]
        part = decisive(entry)
        assert part is not None
        self.write(NAME, top, [name], weight="bold", gid=f"{name} name")
        self.write(WORD, top, [word(entry)], color=colour, gid=f"{name} verdict")
        self.write(ASKS, top, [asked_text(part["rule"])], color=QUIET, gid=f"{name} asks")
        self.write(TEXT, top, lines_of(entry), gid=f"{name} text")
        hold, of = passed(entry)
        self.write(WIDTH - MARGIN, top, [f"{hold} of {of}"], ha="right", gid=f"{name} parts")
        place = (AXIS / WIDTH, 1 - (top + LINE) / self.height, AXIS_WIDTH / WIDTH)
        draw_row(self.figure.add_axes((*place, LINE / self.height), label=name), entry)


def draw_row(axes: Axes, entry: Entry) -> None:
    """A claim's axis: the region asked for, the interval, the number, the published value.

    The artists are named by ``gid``: ``asked``, ``interval``, ``number`` and ``published``.
    """
    part = decisive(entry)
    assert part is not None
    # Word, colour and marker say the same, so that each is enough: in grey, and to any eye.
    colour, marker = (looks[entry["verdict"]] for looks in (style.VERDICT, style.VERDICT_MARKERS))
    left, right = span(part)
    axes.set(xlim=(left, right), ylim=(-1, 1))
    axes.axis("off")
    bounds = asked(part["rule"])
    start, stop = max(bounds[0], left), min(bounds[1], right)
    axes.fill_between([start, stop], -1, 1, color=ASKED, linewidth=0, gid="asked")
    finite = [bound for bound in dict.fromkeys(bounds) if abs(bound) < inf]
    axes.vlines(finite, -1, 1, color=EDGE, linewidth=0.9)
    low, high = ends_of(part)
    axes.plot(
        [max(low, left), min(high, right)], [0, 0], color=colour, linewidth=1.5, gid="interval",
        solid_capstyle="butt",
    )  # fmt: skip
    for end, edge, arrow in ((low, left, "<"), (high, right, ">")):
        if abs(end) == inf:
            axes.plot(edge, 0, arrow, color=colour, markersize=4, clip_on=False)
    if part["value"] is not None:
        axes.plot(part["value"], 0, marker, color=colour, markersize=3.6, gid="number",
                  markeredgewidth=0, clip_on=False)  # fmt: skip
    if part.get("published") is not None:
        axes.plot(part["published"], 0, "d", color="black", markersize=6, gid="published",
                  markerfacecolor="none", markeredgewidth=0.8, clip_on=False)  # fmt: skip


def _key(entries: Sequence[Entry], confidence: float) -> str:
    """How to read the picture."""
    told = [
        f"Intervals: {confidence:.0%}.",
        "A claim holds where the whole interval lies in the shaded region, and fails where all of "
        "it lies outside; of several parts the one that decides is shown.",
    ]
    if any(part.get("published") is not None for e in entries for part in e["parts"]):
        told.append("Open diamond: the published value.")
    told.append(
        f"†: does not stand when the chance of any false verdict among all is to be "
        f"{1 - confidence:.0%} (Holm)."
    )
    return " ".join(told)
