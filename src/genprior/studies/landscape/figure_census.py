"""The census: where descent without the negation check ends, and how the second cluster shrinks."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.small_print import joined
from genprior.model.theory import rho
from genprior.statistics.estimates import mean
from genprior.studies.landscape.starts import BESIDE
from genprior.studies.landscape.summary import KINDS, prepared

TITLE = "where descent ends, the second cluster against the width, the negation check"
CATEGORY = "Landscape"
NEEDS = {"second": "landscape/second/", "ends": "statistics/landscape/ends.csv"}
CLAIMS = ["HV-two-points", "MI-onebasin", "MI-pushed", "HHHV-negation", "OWN-onebasin"]
SETTINGS = ["landscape.census", "landscape.second", "landscape.negation", "statistics"]
CAPTION = """Where gradient descent without the negation check ends. Top: proved end points from
starts near -rho_d x0 at k = 2, by width. Bottom: the share of outcomes over all starts, the
distance of proved minima from -rho_d x0 against the width, and recovery with and without the
negation check.
"""

COLOURS = dict(zip(KINDS, [style.PALETTE[i] for i in (2, 1, 0, 4, 7, 5)], strict=True))
LABELS = {
    "recovery": "$x_0$",
    "smooth": "smooth minimum",
    "kink": "kink minimum",
    "dead": "flat minimum",
    "zero": "0",
    "undecided": "undecided",
}


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Top: end points at k = 2 by width.  Bottom: what becomes of runs, spread, and prevalence."""
    second, ends = prepared(tables["second"]), tables["ends"]
    radius, confidence = (
        settings["landscape.second"]["radius"],
        settings["statistics"]["confidence"],
    )
    figure, (top, bottom) = style.new_figure(style.PAGE, 4.7, 3, 2)
    two = second[second["depth"] == 2]
    widths = np.sort(two["expansivity"].unique())
    for axes, width in zip(top, widths[[0, len(widths) // 2, -1]], strict=True):
        chosen = two[two["expansivity"] == width]
        for kind in KINDS:
            points = chosen[chosen["kind"] == kind]
            axes.plot(
                points["along"],
                points["off"],
                "o",
                color=COLOURS[kind],
                markersize=3,
                markeredgecolor="white",
                markeredgewidth=0.3,
            )
        angle = np.linspace(0, np.pi, 100)
        axes.plot(
            radius * np.cos(angle) - rho(2), radius * np.sin(angle), color="0.6", linewidth=0.7
        )
        axes.plot(-rho(2), 0, "D", color=style.PALETTE[8], markeredgecolor="black", zorder=5)
        axes.set_aspect("equal")
        axes.set_xlim(-0.8, 1.1)
        axes.set_ylim(-0.06, 0.7)
        shape = chosen["shape"].iloc[0].split("-")[1:]
        axes.set_title(f"$k=2$, widths {', '.join(shape)}")
        axes.set_xlabel("component along $x_0$")
    top[0].set_ylabel("distance from its line")
    keys = [(COLOURS[kind], "o", LABELS[kind]) for kind in KINDS]
    keys.append((style.PALETTE[8], "D", r"$-\rho_d x_0$"))
    handles = [
        plt.Line2D([], [], color=colour, marker=marker, linestyle="none", label=label)
        for colour, marker, label in keys
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=len(keys))

    _outcomes(bottom[0], ends[ends["study"] == "census"])
    _spread(bottom[1], second[second["along"] < 0], confidence)
    _gain(bottom[2], ends[ends["study"] == "negation"])
    style.note(figure, _conditions(second, ends, settings))
    return figure


def _outcomes(axes, census: pd.DataFrame) -> None:
    """Shares of the outcomes of all starts, by depth and k, stacked."""
    cells = census.groupby(["depth", "latent_dimension"])[["runs", *KINDS]].sum().reset_index()
    base = np.zeros(len(cells))
    at = np.arange(len(cells))
    for kind in KINDS:
        height = cells[kind] / cells["runs"]
        axes.bar(at, height, bottom=base, color=COLOURS[kind], width=0.85, label=LABELS[kind])
        base += height
    names = [
        f"{d:g}, {k:g}" for d, k in zip(cells["depth"], cells["latent_dimension"], strict=True)
    ]
    axes.set_xticks(at, names, rotation=60, fontsize=6)
    axes.set_xlabel("$d$, $k$ (all widths)")
    axes.set_ylabel("share of all runs")
    axes.set_ylim(0, 1)
    axes.set_title("what becomes of the runs")


def _spread(axes, near: pd.DataFrame, confidence: float) -> None:
    """Distance of proved minima from -rho_d x0 against the first width."""
    proved = near[near["kind"].isin(["smooth", "kink", "dead"])]
    networks = proved.groupby(["depth", "expansivity", "trial"])["distance_to_mirror"].mean()
    table = networks.groupby(["depth", "expansivity"]).agg(list).reset_index()
    for depth, group in table.groupby("depth"):
        found = [mean(distances, confidence) for distances in group["distance_to_mirror"]]
        reach = np.array([one.high - one.value for one in found])
        axes.errorbar(
            2 * group["expansivity"] * (1 + 0.04 * (depth - 3)),
            [one.value for one in found],
            yerr=np.where(np.isfinite(reach), reach, 0.0),  # no bar about a single network
            fmt=style.DEPTH_MARKERS[depth] + "-",
            color=style.DEPTH_COLOURS[depth],
            label=f"$d={depth}$",
            capsize=1.5,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.plain_ticks(axes.xaxis, sorted(2 * table["expansivity"].unique()))
    style.plain_ticks(axes.yaxis, [0.02, 0.05, 0.1, 0.2, 0.3])
    axes.set_xlabel("first width $n_1$ ($k=2$)")
    axes.set_ylabel(r"distance from $-\rho_d x_0$")
    axes.set_title("the second cluster shrinks")
    axes.legend()


def _gain(axes, negation: pd.DataFrame) -> None:
    """Recovery with and without the negation check against k, by start."""
    for (start, check), group in negation.groupby(["start", "negation_check"]):
        group = group.sort_values("latent_dimension")
        colour = style.PALETTE[0] if start == "random" else style.PALETTE[1]
        axes.errorbar(
            group["latent_dimension"],
            group["recovered"],
            yerr=[group["recovered"] - group["low"], group["high"] - group["recovered"]],
            fmt="o-" if check else "s:",
            color=colour,
            markerfacecolor=colour if check else "white",
            capsize=1.5,
            label=("random start" if start == "random" else r"start $-\rho_d x_0$")
            + (", check" if check else ", none"),
        )
    axes.set_xscale("log")
    style.plain_ticks(axes.xaxis, sorted(negation["latent_dimension"].unique()))
    axes.set_ylim(-0.03, 1.05)
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel("share recovered")
    axes.set_title("the negation check")
    axes.legend(fontsize=6, loc="lower right")


def _step(settings: Mapping[str, Any]) -> str:
    """The step of each study, and of the census's grids that have one of their own."""
    panels = {"top, middle": "second", "left": "census", "right": "negation"}
    rules = {
        panel: settings[f"landscape.{study}"]["descent"]["step"] for panel, study in panels.items()
    }
    words = {panel: small_print.step(rule) for panel, rule in rules.items()}
    if len(set(words.values())) == 1:
        step = f"step {words['left']}"
    else:
        step = "step " + ", ".join(f"{word} ({panel})" for panel, word in words.items())
    own = {
        rf"${rule}$ at $d={depth}$": None
        for grid in settings["landscape.census"]["networks"]
        for rule in [grid.get("descent", {}).get("step", rules["left"])]
        for depth in [grid["depth"] if "depth" in grid else len(grid["widths"][0])]
        if rule != rules["left"]
    }
    return f"{step} ({', '.join(own)})" if own else step


def _conditions(second: pd.DataFrame, ends: pd.DataFrame, settings: Mapping[str, Any]) -> str:
    """The small print, from the end points near -rho_d x0, the table of ends and the studies."""
    study, negation = settings["landscape.second"], ends[ends["study"] == "negation"]
    widths, m = negation["shape"].iloc[0].split("-", 1)[1], negation["measurements"].iloc[0]
    networks = [
        second.groupby("shape")["trial"].nunique(),
        *(ends.loc[ends["study"] == name, "networks"] for name in ("census", "negation")),
    ]
    top, left, right = (style.span(counts) for counts in networks)
    return joined(
        small_print.WEIGHTS,
        rf"$A=I$, but $k$-{widths}, $m={m}$ for the negation check",
        f"{_step(settings)}, {small_print.cap(study['descent']['max_iterations'])}",
        f"networks a cell: {top} (top, middle), {left} (left), {right} (right)",
        f"{study['starts']['near']} starts within "
        rf"${BESIDE:g}\|x_0\|$ of $-\rho_d x_0$ and one there",
        small_print.bars(settings["statistics"]["confidence"]),
    )
