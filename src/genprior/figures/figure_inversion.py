"""Inversion, A = I: success against expansivity, one curve a depth."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of

TITLE = "A = I: success against expansivity, d = 1, 2, 3"
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
}
CLAIMS = ["HV-inversion", "HV-expansivity"]
SETTINGS = [
    "experiments.inversion-d1",
    "experiments.inversion-d2",
    "experiments.inversion-d3",
    "descent",
    "success",
    "statistics",
]
CAPTION = """Inversion (A = I): success of gradient descent against expansivity, one curve a depth,
with the 50% transition e50 and its interval."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Success curves, and beside each depth its 50% transition e50 with its interval."""
    figure, axes = style.new_figure(style.COLUMN, 3.3)
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    along_e = tables["transitions"].query("axis == 'expansivity'")
    for depth, table in tables["success"].groupby("depth", sort=False):
        colour = style.DEPTH_COLOURS[depth]
        curve = table.sort_values("expansivity")
        where = along_e[along_e["depth"] == depth].iloc[0]
        label = f"$d={depth}$"
        if where["status"] == "inside":
            label += rf": $e_{{50}}={where['location']:.2f}$"
            label += f" [{where['low']:.2f}, {where['high']:.2f}]"
        style.proportions(
            axes,
            "expansivity",
            curve,
            color=colour,
            marker=style.DEPTH_MARKERS[depth],
            label=label,
        )
    axes.set_xscale("log")
    style.plain_ticks(axes.xaxis, [1, 1.5, 2, 3, 4, 6, 8])
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(style.EXPANSIVITY)
    axes.set_ylabel(style.SUCCESS)
    figure.legend(loc="outside upper center", title="inversion, $A=I$")
    text = small_print.joined(
        conditions(settings, SETTINGS[:3], step_of(tables["success"])),
        small_print.bars(settings["statistics"]["confidence"]),
    )
    style.note(figure, text)
    return figure
