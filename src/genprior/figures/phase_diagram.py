"""One phase diagram over expansivity and m/k, which figures set side by side."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from genprior.figures import style


def phase_diagram(axes: Axes, success: pd.DataFrame, transitions: pd.DataFrame):
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
    style.plain_ticks(axes.xaxis, [1, 1.5, 2, 3, 4, 5, 6, 8])
    style.plain_ticks(axes.yaxis, [0.5, 1, 2, 4, 8, 12, 16])
    return mesh


def possible(axes: Axes) -> None:
    """Where a code is determined as k grows: from m = k on, in layers more than twice as wide.

    AMP's threshold lies within 4% of m = k at these depths (docs/optimum.md, section 3): the two
    are one line here.
    """
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    (line,) = axes.plot([2, 2, right], [top, 1, 1], color="white", linewidth=0.8, linestyle="--")
    line.set_path_effects([withStroke(linewidth=1.8, foreground="black")])
    label = axes.annotate(
        r"$m=k$: possible, $k\to\infty$",
        (right, 1),
        xytext=(-2, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=style.NOTE_SIZE,
        color="white",
    )
    label.set_path_effects([withStroke(linewidth=1.2, foreground="black")])
