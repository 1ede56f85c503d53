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
    style.plain_ticks(axes.xaxis, [1, 2, 3, 4, 6, 8])
    style.plain_ticks(axes.yaxis, [0.5, 1, 2, 4, 8, 12, 16])
    return mesh
