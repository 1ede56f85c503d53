"""The census: where descent without the negation check ends, and how the second cluster shrinks."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.model.theory import rho
from genprior.studies.landscape.summary import KINDS

COLOURS = dict(zip(KINDS, [style.PALETTE[i] for i in (2, 1, 0, 4, 7, 5)], strict=True))
LABELS = {
    "recovery": "$x_0$",
    "smooth": "smooth minimum",
    "kink": "kink minimum",
    "dead": "flat minimum",
    "zero": "0",
    "undecided": "undecided",
}


def conditions(settings: Mapping[str, Any], confidence: float) -> str:
    """The small print, from the settings of the three studies of end points."""
    census, second, negation = (settings[name] for name in ("census", "second", "negation"))
    step = style.step_phrase(second["descent"]["step"])
    return (
        r"$(W_i)_{jl}\sim N(0,1/n_i)$; $A=I$, but $k$-250-600, $m=150$ for the negation check; "
        rf"{step} ($2^d/2$ at $d=1$), at most {second['descent']['max_iterations']:,} steps; "
        f"networks a cell: {second['trials']} (top, middle), {census['trials']} (left), "
        f"{negation['trials']} (right); {second['starts']['near']} starts within "
        rf"$0.3\|x_0\|$ of $-\rho_d x_0$ and one there; bars: {confidence:.0%} intervals"
    )


def draw(second: pd.DataFrame, ends: pd.DataFrame, radius: float, note: str) -> Figure:
    """Top: end points at k = 2 by width.  Bottom: what becomes of runs, spread, and prevalence.

    Args:
        second: rows of the study of the second cluster (``summary.read_rows``).
        ends: the table of ends of all studies.
        radius: about -rho_d x0, in units of |x0|.
        note: the conditions in small print.
    """
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
    _spread(bottom[1], second[second["along"] < 0])
    _gain(bottom[2], ends[ends["study"] == "negation"])
    style.note(figure, note)
    return figure


def _outcomes(axes, census: pd.DataFrame) -> None:
    """Shares of the outcomes of all starts, by depth and k, stacked."""
    cells = census.groupby(["depth", "latent_dimension"])[["runs", *KINDS]].sum().reset_index()
    base = np.zeros(len(cells))
    at = np.arange(len(cells))
    for kind in KINDS:
        share = cells[kind] / cells["runs"]
        axes.bar(at, share, bottom=base, color=COLOURS[kind], width=0.85, label=LABELS[kind])
        base += share
    names = [
        f"{d:g}, {k:g}" for d, k in zip(cells["depth"], cells["latent_dimension"], strict=True)
    ]
    axes.set_xticks(at, names, rotation=60, fontsize=6)
    axes.set_xlabel("$d$, $k$ (all widths)")
    axes.set_ylabel("share of all runs")
    axes.set_ylim(0, 1)
    axes.set_title("what becomes of the runs")


def _spread(axes, near: pd.DataFrame) -> None:
    """Distance of proved minima from -rho_d x0 against the first width."""
    proved = near[near["kind"].isin(["smooth", "kink", "dead"])]
    networks = proved.groupby(["depth", "expansivity", "trial"])["distance_to_mirror"].mean()
    table = networks.groupby(["depth", "expansivity"]).agg(["mean", "sem"]).reset_index()
    for depth, group in table.groupby("depth"):
        axes.errorbar(
            2 * group["expansivity"] * (1 + 0.04 * (depth - 3)),
            group["mean"],
            yerr=1.96 * group["sem"].fillna(0),
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
