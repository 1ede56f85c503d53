"""The one style of all figures: sizes, fonts, colours, intervals and byte-stable files."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.files import whole

COLUMN = 3.4  # inches: one column of a two-column paper
PAGE = 7.0
PALETTE = sns.color_palette("colorblind")
DEPTH_COLOURS = {1: PALETTE[0], 2: PALETTE[1], 3: PALETTE[2], 4: PALETTE[4], 5: PALETTE[7]}
DEPTH_MARKERS = {1: "o", 2: "s", 3: "D", 4: "^", 5: "v"}
PROBABILITY_MAP = "cividis"
NOTE_SIZE = 6.0

EXPANSIVITY = r"expansivity $n_i / n_{i-1}$"
RATIO = r"measurements per latent dimension $m/k$"
SUCCESS = "success probability"


def _set_style() -> None:
    """The project's settings over Matplotlib's own; no matplotlibrc of a user's or a machine's."""
    matplotlib.rcdefaults()
    sns.set_theme(
        context="paper",
        style="ticks",
        palette=PALETTE,
        rc={
            "font.size": 8,
            # It comes with Matplotlib; Seaborn would take Arial where a machine has it.
            "font.sans-serif": ["DejaVu Sans"],
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
            "mathtext.fontset": "dejavusans",
            "pdf.fonttype": 42,
            "svg.hashsalt": "genprior",
            "savefig.dpi": 300,
        },
    )


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1, **options):
    """A figure in the project's style with its axes (see ``matplotlib.pyplot.subplots``)."""
    _set_style()
    return plt.subplots(rows, columns, figsize=(width, height), layout="constrained", **options)


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
    """Locations with their intervals; an end without a bound is drawn to the edge of the axes."""
    known = table["status"] == "inside"
    position = np.asarray(x, float)[known]
    location = table.loc[known, "location"].to_numpy() * scale
    bottom, top = axes.get_ylim()
    low = np.clip(table.loc[known, "low"].to_numpy() * scale, bottom, None)
    high = np.clip(table.loc[known, "high"].to_numpy() * scale, None, top)
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


def note(figure: Figure, text: str) -> None:
    """The conditions of an experiment in small print below the panels.

    Args:
        figure: the figure, which is given a label.
        text: phrases separated by "; "; lines are broken between phrases, to fit the width.
    """
    label = figure.supxlabel("", fontsize=NOTE_SIZE, color="0.25", x=0.01, ha="left")
    renderer = figure.canvas.get_renderer()
    room = 0.98 * figure.bbox.width
    lines: list[str] = []
    for phrase in text.split("; "):
        longer = f"{lines[-1]}; {phrase}" if lines else phrase
        label.set_text(longer)
        if lines and label.get_window_extent(renderer).width > room:
            lines[-1] += ";"
            lines.append(phrase)
        else:
            lines[-1:] = [longer]
    label.set_text("\n".join(lines))


def span(numbers: int | Sequence[int]) -> str:
    """A count, or the range of several, as text."""
    several = [numbers] if isinstance(numbers, int) else sorted(set(numbers))
    return f"{several[0]}" if len(several) == 1 else f"{several[0]} to {several[-1]}"


def scientific(number: float) -> str:
    """A number as TeX: powers of ten as such."""
    mantissa, exponent = f"{number:.1e}".split("e")
    power = rf"10^{{{int(exponent)}}}"
    return power if float(mantissa) == 1 else rf"{float(mantissa):g}\cdot{power}"
