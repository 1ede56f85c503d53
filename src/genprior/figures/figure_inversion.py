"""Inversion, A = I: descent and the programs of single layers against expansivity, with theory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
from genprior.figures.findings import listed

TITLE = "A = I: descent and linear programs against expansivity, with the exact curves"
CATEGORY = "Phase transitions"
NEEDS = {
    "success": [
        "statistics/inversion-d1/success.csv",
        "statistics/inversion-d2/success.csv",
        "statistics/inversion-d3/success.csv",
    ],
    "transitions": [
        "statistics/inversion-d1/transitions.csv",
        "statistics/inversion-d2/transitions.csv",
        "statistics/inversion-d3/transitions.csv",
    ],
    "layer": "statistics/layerwise/layer.csv",
    "depth": "statistics/layerwise/depth.csv",
}
CLAIMS = [
    "HV-inversion",
    "HV-expansivity",
    "LJDD-layer",
    "OWN-layer",
    "LJDD-deep",
    "LJDD-fewer",
    "CONTROL-layer",
]
SETTINGS = [
    "experiments.inversion-d1",
    "experiments.inversion-d2",
    "experiments.inversion-d3",
    "descent",
    "success",
    "statistics",
]
CAPTION = """Inversion (A = I) against expansivity. (a) Filled: gradient descent, one curve a depth,
with the expansivity e50 at which half of the networks are recovered. Open squares: the linear
program of a single layer. Dashed: in closed form, the chance P(Bin(n, 1/2) >= k) that its active
rows determine an input of any sign, which no method can exceed, and (ours) that they determine one
that is known to be non-negative. Dotted: limits as k grows, 2 for one code and 6.698 for all at
once (Maillard et al., arXiv 2302.14112). (b) Whole networks inverted one layer at a time against
depth, with the closed form (ours), which hardly depends on depth."""


# Expansivities from which one typical code, and all codes at once, are determined as k grows; the
# second is a replica computation (Maillard et al., arXiv 2302.14112).
TYPICAL, EVERY = 2.0, 6.698


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a): success against expansivity.  (b): of the programs against depth."""
    figure, (above, below) = style.new_figure(
        style.COLUMN, 5.4, rows=2, gridspec_kw={"height_ratios": [1.7, 1]}
    )
    k = int(tables["success"]["latent_dimension"].iloc[0])
    draw_descent(above, tables["success"], tables["transitions"])
    draw_limits(above)
    exact = draw_programs(above, tables["layer"], k)
    above.set_ylim(-0.03, 1.04)
    draw_depth(below, tables["depth"], k)
    for axes in (above, below):
        axes.set_ylabel("share inverted")
    style.letters([above, below])
    style.finding(figure, message(tables["transitions"], exact))
    style.verdicts(figure, tables["claims"].values())
    text = small_print.joined(
        conditions(settings, SETTINGS[:3], step_of(tables["success"])),
        small_print.bars(settings["statistics"]["confidence"]),
        "program: two opposite objectives find the true input alone",
        f"(a) layer of $k={nearest(tables['layer'], k)}$ inputs",
        f"(b) networks of $k={nearest(tables['depth'], k)}$",
        "dashed: closed forms",
        f"dotted: one code from {TYPICAL:g} on as $k\\to\\infty$",
    )
    style.note(figure, text)
    return figure


def nearest(table: pd.DataFrame, k: int) -> int:
    """The latent dimension of a table that is nearest to k."""
    return min(table["latent_dimension"].unique(), key=lambda one: abs(one - k))


def message(transitions: pd.DataFrame, exact: float) -> str:
    """Where half of the networks are recovered, by depth, and where that is possible."""
    along_e = transitions[(transitions["axis"] == "expansivity")]
    found = along_e[along_e["status"] == "inside"].sort_values("depth")
    if found.empty:
        return "Inversion against expansivity: descent passes one half nowhere in the grid"
    places = listed(f"{place:.2f}" for place in found["location"])
    depths = listed(map(str, found["depth"]))
    return (
        f"Without A, descent inverts half of the networks at expansivity {places} (d = {depths}); "
        f"no method can with one layer below {exact:.2f}"
    )


def draw_limits(axes: Axes) -> None:
    """From where on one code is determined, and from where on all are, as k grows."""
    for place, foot in ((TYPICAL, 0), (EVERY, 0.32)):  # above the legend
        axes.axvline(place, ymin=foot, color=style.THEORY, linestyle=":", linewidth=0.8, zorder=0)
    words = f"every code from\n{EVERY:.2f} on\n(Maillard et al.)"
    style.label_line(axes, EVERY, 0.5, words, ha="right", va="center", xytext=(-3, 0))


def draw_descent(axes: Axes, success: pd.DataFrame, transitions: pd.DataFrame) -> None:
    """Success of descent, one curve a depth, with its 50% transition in the legend."""
    along_e = transitions[transitions["axis"] == "expansivity"]
    axes.set_xscale("log")
    for depth, table in success.groupby("depth", sort=False):
        where = along_e[along_e["depth"] == depth].iloc[0]
        label = f"$d={depth}$"
        if where["status"] == "inside":
            label += f": {where['location']:.2f} [{where['low']:.2f}, {where['high']:.2f}]"
        style.proportions(
            axes,
            "expansivity",
            table.sort_values("expansivity"),
            color=style.DEPTH[depth],
            marker=style.DEPTH_MARKERS[depth],
            label=label,
        )
    style.plain_ticks(axes.xaxis, [1, 1.5, 2, 3, 4, 5, 6, 8])
    axes.set_xlabel(style.EXPANSIVITY)
    axes.add_artist(small_legend(axes, "lower right", "descent, $e_{50}$"))


def small_legend(axes: Axes, place: str, title: str, *of):
    """A legend in a corner of the panel."""
    look = {"fontsize": style.NOTE_SIZE, "title_fontsize": style.NOTE_SIZE, "handlelength": 1.0}
    look |= {"handletextpad": 0.4, "borderaxespad": 0.2, "labelspacing": 0.3}
    return axes.legend(*of, loc=place, title=title, alignment="left", **look)


def draw_programs(axes: Axes, layer: pd.DataFrame, k: int) -> float:
    """The program of one layer, inputs of any sign and non-negative, with the exact curves.

    Returns:
        where the exact curve of inputs of any sign first reaches one half.
    """
    size = nearest(layer, k)
    layer = layer[layer["latent_dimension"] == size].sort_values("ratio")
    for inputs, marker, fill in (("free", "s", "white"), ("nonnegative", "P", "white")):
        one = layer[layer["inputs"] == inputs]
        style.predicted(axes, one["ratio"], one["expected"])
        words = {"free": "any sign", "nonnegative": "non-negative"}[inputs]
        style.proportions(
            axes,
            "ratio",
            one,
            color=style.METHOD["program"],
            marker=marker,
            markerfacecolor=fill,
            markersize=4,
            linestyle="none",
            label=words,
        )
    marks = [
        one for one in zip(*axes.get_legend_handles_labels(), strict=True) if "=" not in one[1]
    ]
    small_legend(axes, "upper left", "program", *zip(*marks, strict=True))
    n = np.arange(size, 4 * size)
    half = stats.binom.sf(size - 1, n, 0.5) >= 0.5 - 1e-9
    return float(n[half][0] / size)


def draw_depth(axes: Axes, networks: pd.DataFrame, k: int) -> None:
    """Networks inverted one layer at a time against depth, a curve an expansivity."""
    networks = networks[networks["latent_dimension"] == nearest(networks, k)]
    ratios = sorted(networks["expansivity"].unique())
    for number, expansivity in enumerate(ratios):
        one = networks[networks["expansivity"] == expansivity].sort_values("depth")
        at = one.assign(at=one["depth"] + 0.06 * (number - (len(ratios) - 1) / 2))
        style.predicted(axes, one["depth"], one["expected"])
        style.proportions(
            axes,
            "at",
            at,
            color=style.METHOD["program"],
            marker=style.MARKERS[number],
            markerfacecolor="white",
            linestyle="none",
        )
        style.label_line(
            axes,
            one["depth"].iloc[-1],
            one["expected"].iloc[-1],
            f"expansivity {expansivity:g}",
            xytext=(8, 2 * number - 2),
            va="center",
        )
    depths = sorted(networks["depth"].unique())
    axes.set_xticks(depths)
    axes.set_ylim(max(-0.03, networks["low"].min() - 0.05), 1.06)
    axes.set_xlim(depths[0] - 0.2, depths[-1] + 0.35 * max(len(depths), 2))
    axes.set_xlabel("depth $d$")
