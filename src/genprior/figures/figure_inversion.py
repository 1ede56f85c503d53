"""Inversion, A = I: success against expansivity, one curve a depth."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(
    success: Mapping[int, pd.DataFrame], transitions: Mapping[int, pd.DataFrame], note: str
) -> Figure:
    """Success curves, and below each 50% transition e50 its interval.

    Args:
        success, transitions: the tables by depth.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 3.3)
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    for depth, table in success.items():
        colour = style.DEPTH_COLOURS[depth]
        curve = table.sort_values("expansivity")
        where = transitions[depth]
        where = where[where["axis"] == "expansivity"].iloc[0]
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
    style.note(figure, note)
    return figure
