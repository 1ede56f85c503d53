"""Phase diagrams: success over expansivity and m/k, one panel a depth."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from genprior.figures import style


def diagram(axes, success: pd.DataFrame, transitions: pd.DataFrame):
    """One phase diagram with its m50 and interval at every expansivity."""
    mesh = style.probability_map(axes, success, "expansivity", "measurement_ratio")
    along_m = transitions[transitions["axis"] == "measurements"]
    points = style.interval_points(
        axes,
        along_m["expansivity"],
        along_m,
        scale=1 / float(along_m["latent_dimension"].iloc[0]),
        fmt="o",
        color="white",
        markeredgecolor="black",
        markeredgewidth=0.5,
        ecolor="white",
        label="$m_{50}$",
    )
    _, caps, bars = points
    for line in (*caps, *bars):
        line.set_path_effects([withStroke(linewidth=2.2, foreground="black")])
    style.plain_ticks(axes.xaxis, [1, 2, 3, 4, 6, 8])
    style.plain_ticks(axes.yaxis, [0.5, 1, 2, 4, 8, 12, 16])
    return mesh


def draw(
    success: Mapping[int, pd.DataFrame], transitions: Mapping[int, pd.DataFrame], note: str
) -> Figure:
    """Panels by depth.

    Args:
        success: the table of cells of each depth.
        transitions: the table of transitions of each depth.
        note: the conditions in small print.
    """
    figure, panels = style.new_figure(style.PAGE, 2.75, columns=len(success), sharey=True)
    for axes, depth in zip(panels, success, strict=True):
        mesh = diagram(axes, success[depth], transitions[depth])
        k = int(success[depth]["latent_dimension"].iloc[0])
        axes.set_title(f"$d={depth}$, $k={k}$")
        axes.set_xlabel(style.EXPANSIVITY)
    panels[0].set_ylabel("$m/k$")
    figure.colorbar(mesh, ax=panels, label=style.SUCCESS, pad=0.01, aspect=25)
    style.note(figure, note + r"; circles: $m_{50}/k$, where success passes 1/2")
    return figure
