"""The one style of all figures: sizes, fonts, colours, intervals and byte-stable files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import blended_transform_factory

from genprior.figures import journal
from genprior.figures.colours import DEPTH as DEPTH
from genprior.figures.colours import DEPTH_MARKERS as DEPTH_MARKERS
from genprior.figures.colours import LATENT as LATENT
from genprior.figures.colours import MARKERS as MARKERS
from genprior.figures.colours import METHOD as METHOD
from genprior.figures.colours import METHOD_MARKERS as METHOD_MARKERS
from genprior.figures.colours import OUTCOME as OUTCOME
from genprior.figures.colours import OUTCOME_HATCHES as OUTCOME_HATCHES
from genprior.figures.colours import OUTCOME_MARKERS as OUTCOME_MARKERS
from genprior.figures.colours import PALETTE as PALETTE
from genprior.figures.colours import VERDICT as VERDICT
from genprior.figures.colours import VERDICT_MARKERS as VERDICT_MARKERS
from genprior.figures.colours import legible as legible
from genprior.files import whole

COLUMN = 3.4  # inches: one column of a two-column paper, before a journal's width
PAGE = 7.0
PROBABILITY_MAP = "cividis"
NOTE_SIZE = 6.0  # points; no text is smaller
THEORY = "0.25"  # what is predicted or possible
HALO = withStroke(linewidth=1.6, foreground="white")
EDGE = 0.042  # inches between the figure's edge and text in a corner

# Matplotlib's own mathematics that go with a font.
MATHEMATICS = {
    "DejaVu Sans": "dejavusans",
    "DejaVu Serif": "dejavuserif",
    "STIXGeneral": "stix",
}

EXPANSIVITY = r"expansivity $n_i / n_{i-1}$"
RATIO = r"measurements per latent dimension $m/k$"
SUCCESS = "success probability"


def _set_style() -> None:
    """The project's settings over Matplotlib's own; no matplotlibrc of a user's or a machine's."""
    font = journal.present().font
    matplotlib.rcdefaults()
    sns.set_theme(
        context="paper",
        style="ticks",
        palette=list(PALETTE),
        rc={
            "font.size": 8,
            # It comes with Matplotlib; Seaborn would take Arial where a machine has it.
            "font.family": "sans-serif",
            "font.sans-serif": [font],
            "axes.titlesize": 8,
            "axes.labelsize": 8,
            "xtick.labelsize": 7,
            "ytick.labelsize": 7,
            "legend.fontsize": 7,
            "legend.title_fontsize": 7,
            "legend.frameon": False,
            "axes.linewidth": 0.6,
            "lines.linewidth": 1.1,
            "lines.markersize": 3.5,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "xtick.major.size": 2.5,
            "ytick.major.size": 2.5,
            "mathtext.fontset": MATHEMATICS[font],
            "hatch.linewidth": 0.5,
            "pdf.fonttype": 42,
            "svg.hashsalt": "genprior",
            "savefig.dpi": 300,
        },
    )


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1, **options):
    """A figure in the project's style with its axes (see ``matplotlib.pyplot.subplots``).

    Args:
        width, height: in inches; the width is stretched with the column of the reader's journal.
        columns, rows: of panels.
        options: of ``subplots``.
    """
    _set_style()
    size = (width * journal.present().width / COLUMN, height)
    return plt.subplots(rows, columns, figsize=size, layout="constrained", **options)


def save(figure: Figure, pdf: str | Path, png: str | Path) -> None:
    """Write PDF and PNG, whole or not at all, the same bytes from the same figure."""
    _set_style()
    for path, kind, metadata in [
        (pdf, "pdf", {"CreationDate": None, "Producer": None, "Creator": None}),
        (png, "png", {"Software": None}),
    ]:
        with whole(path) as partial:
            figure.savefig(partial, format=kind, metadata=metadata)
    plt.close(figure)


def blend(colour, share: float) -> tuple[float, ...]:
    """A colour with this share of white mixed in."""
    return tuple(share + (1 - share) * channel for channel in matplotlib.colors.to_rgb(colour))


def log_edges(values: Sequence[float]) -> np.ndarray:
    """Edges of cells about increasing values on a logarithmic axis: their geometric means."""
    logs = np.log(np.asarray(values, float))
    if len(logs) == 1:
        return np.exp([logs[0] - 0.3, logs[0] + 0.3])
    middle = (logs[1:] + logs[:-1]) / 2
    first, last = 2 * logs[0] - middle[0], 2 * logs[-1] - middle[-1]
    return np.exp(np.concatenate([[first], middle, [last]]))


def plain_ticks(axis, values: Sequence[float]) -> None:
    """Label a logarithmic axis at these values, in plain numbers."""
    axis.set_major_locator(matplotlib.ticker.FixedLocator(list(values)))
    axis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(matplotlib.ticker.NullLocator())


def probability_map(axes: Axes, success: pd.DataFrame, x: str, y: str):
    """A phase diagram: the proportion of successes over two columns, on logarithmic axes."""
    grid = success.pivot(index=y, columns=x, values="proportion")
    mesh = axes.pcolormesh(
        log_edges(grid.columns),
        log_edges(grid.index),
        grid.to_numpy(),
        cmap=PROBABILITY_MAP,
        vmin=0,
        vmax=1,
        linewidth=0,
        rasterized=True,
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(log_edges(grid.columns)[[0, -1]])
    axes.set_ylim(log_edges(grid.index)[[0, -1]])
    return mesh


def interval_points(axes: Axes, x, table: pd.DataFrame, scale: float = 1.0, **options):
    """Locations with their intervals; an arrow where one leaves the axes, whose limits are set."""
    known = table["status"] == "inside"
    position = np.asarray(x, float)[known]
    location = table.loc[known, "location"].to_numpy() * scale
    bottom, top = axes.get_ylim()
    low = np.clip(table.loc[known, "low"].to_numpy() * scale, bottom, None)
    high = np.clip(table.loc[known, "high"].to_numpy() * scale, None, top)
    ends = (table.loc[known, end].to_numpy() * scale for end in ("low", "high"))
    clipped(axes, position, *ends, options.get("ecolor", options["color"]))
    return axes.errorbar(
        position,
        location,
        yerr=[np.maximum(location - low, 0), np.maximum(high - location, 0)],
        capsize=1.5,
        elinewidth=0.9,
        **options,
    )


def proportions(axes: Axes, x: str, table: pd.DataFrame, **options):
    """Proportions of success with their intervals along a column, joined by a line."""
    return axes.errorbar(
        table[x],
        table["proportion"],
        yerr=[table["proportion"] - table["low"], table["high"] - table["proportion"]],
        capsize=1.5,
        elinewidth=0.7,
        **options,
    )


def finding(figure: Figure, text: str) -> None:
    """What the figure shows, in a sentence, bold, at its top left."""
    look = {"size": 8, "weight": "bold"}
    figure.suptitle(_in_lines(figure, text, " ", **look), x=0.01, ha="left", **look)


def verdicts(figure: Figure, entries: Iterable[Mapping[str, Any]]) -> None:
    """Claims and their verdicts, in words and colours, in the bottom right corner.

    Args:
        figure: the figure; below its small print room is made.
        entries: of claims, with ``id``, ``kind`` and ``verdict``.
    """
    look = {"size": NOTE_SIZE, "weight": "bold"}
    room = 0.99 * figure.get_figwidth() - EDGE
    lines: list[list[Text]] = [[]]
    left = room
    for entry in reversed(list(entries)):
        said, colour = verdict_of(entry)
        word = figure.text(
            0,
            0,
            f"{entry['id']}: {said}",
            color=colour,
            **look,
            ha="right",
            va="bottom",
            gid=f"verdict {len(lines)}",
            transform=figure.dpi_scale_trans,
        )
        width = text_width(word.get_text(), **look) / 72
        if lines[-1] and width > left:
            lines.append([])
            left = room
            word.set_gid(f"verdict {len(lines)}")
        word.set_position((left, EDGE + (len(lines) - 1) * 1.25 * NOTE_SIZE / 72))
        lines[-1].append(word)
        left -= width + NOTE_SIZE / 72
    if lines[-1]:
        note(figure, figure.get_supxlabel().rstrip("\n").replace(";\n", "; "))


def verdict_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """A verdict in words and its colour; a control, which is known to be false, must be refuted."""
    if entry["kind"] == "control" and entry["verdict"] == "not supported":
        return "refuted, as it must be", VERDICT["supported"]
    return entry["verdict"], VERDICT[entry["verdict"]]


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """The width of a line of text in print, in points, in the font of the present journal."""
    font = FontProperties(family=journal.present().font, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, bool(is_math_text(text)))[0]


def broken(words: Iterable[str], between: str, fits: Callable[[str], bool]) -> list[str]:
    """Words, joined, as lines that fit; a word that does not is a line by itself."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]}{between}{word}" if lines else word
        if lines and not fits(longer):
            lines[-1] += between.rstrip()
            lines.append(word)
        else:
            lines[-1:] = [longer]
    return lines


def _in_lines(figure: Figure, text: str, between: str, **look) -> str:
    """A text, broken at these marks, as lines that fit the figure's width in print."""
    room = 0.98 * 72 * figure.get_figwidth()
    return "\n".join(broken(text.split(between), between, lambda s: text_width(s, **look) <= room))


def note(figure: Figure, text: str) -> None:
    """The conditions of an experiment in small print below the panels.

    Args:
        figure: the figure, which is given a label.
        text: phrases separated by "; "; lines are broken between phrases, to fit the width.
    """
    below = {one.get_gid() for one in figure.texts if str(one.get_gid()).startswith("verdict")}
    lines = _in_lines(figure, text, "; ", size=NOTE_SIZE) + "\n" * len(below)
    figure.supxlabel(lines, size=NOTE_SIZE, color="0.25", x=0.01, ha="left")


def letters(panels: Iterable[Axes], titles: Sequence[str] = ()) -> None:
    """Panels are called a, b, c, each with a title if there is one."""
    for number, axes in enumerate(panels):
        title = f"  {titles[number]}" if number < len(titles) else ""
        letter = rf"$\mathbf{{{chr(ord('a') + number)}}}$"
        axes.set_title(letter + title, loc="left")


def label_line(axes: Axes, x: float, y: float, text: str, colour="0.25", **options) -> Text:
    """A direct label at a curve, above and to the right of a point unless ``xytext`` is given."""
    given = {"xytext": (2, 2), "fontsize": NOTE_SIZE + 0.5, "ha": "left", "va": "bottom"}
    label = axes.annotate(
        text, (x, y), textcoords="offset points", color=colour, **(given | options)
    )
    label.set_path_effects([HALO])
    return label


def predicted(axes: Axes, x, y, **options):
    """A thin dark line for what theory predicts; label it with ``label_line``."""
    given = {"color": THEORY, "linewidth": 0.8, "linestyle": "--", "zorder": 1.5}
    (line,) = axes.plot(x, y, **(given | options))
    return line


def published(axes: Axes, x, y, label: str = "", **options):
    """Open diamonds at published values, the first with its source as a direct label."""
    (marks,) = axes.plot(
        x,
        y,
        linestyle="none",
        marker="d",
        markersize=5,
        markerfacecolor="white",
        markeredgecolor="black",
        markeredgewidth=0.8,
        zorder=4,
    )
    if label:
        label_line(
            axes, np.ravel(x)[0], np.ravel(y)[0], label, "black", **({"xytext": (4, 0)} | options)
        )
    return marks


def clipped(axes: Axes, x, low, high, colour) -> None:
    """Arrows at the edge of the axes where whiskers leave them; call it when the limits are set."""
    bottom, top = axes.get_ylim()
    edge = blended_transform_factory(axes.transData, axes.transAxes)
    x, low, high = (np.ravel(np.asarray(values, float)) for values in (x, low, high))
    for leaves, place, marker in [(low < bottom, 0, "v"), (high > top, 1, "^")]:
        (arrows,) = axes.plot(
            x[leaves],
            np.full(leaves.sum(), place),
            linestyle="none",
            marker=marker,
            markersize=3,
            color=colour,
            markeredgecolor="black",
            markeredgewidth=0.3,
            transform=edge,
            clip_on=False,
            zorder=5,
        )
        arrows.set_in_layout(False)


def span(numbers: int | Sequence[int]) -> str:
    """A count, or the range of several, as text."""
    several = [numbers] if isinstance(numbers, int) else sorted(set(numbers))
    return f"{several[0]}" if len(several) == 1 else f"{several[0]} to {several[-1]}"


def scientific(number: float) -> str:
    """A number as TeX: powers of ten as such."""
    mantissa, exponent = f"{number:.1e}".split("e")
    power = rf"10^{{{int(exponent)}}}"
    return power if float(mantissa) == 1 else rf"{float(mantissa):g}\cdot{power}"
