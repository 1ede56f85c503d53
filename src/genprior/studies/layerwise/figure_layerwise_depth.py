"""Exact inversion against depth at constant expansivity."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style

MARKERS = "osD^v"


def draw(points: pd.DataFrame, note: str) -> Figure:
    """A panel an expansivity, a curve a k.

    Args:
        points: the study's points.
        note: the conditions in small print.
    """
    ratios = sorted(points["expansivity"].unique())
    figure, panels = style.new_figure(style.PAGE, 2.5, len(ratios), sharey=True, squeeze=False)
    for axes, expansivity in zip(panels[0], ratios, strict=True):
        here = points[points["expansivity"] == expansivity]
        sizes = sorted(here["latent_dimension"].unique())
        for number, k in enumerate(sizes):
            table = here[here["latent_dimension"] == k].sort_values("depth")
            shifted = table.assign(at=table["depth"] + 0.08 * (number - (len(sizes) - 1) / 2))
            style.proportions(
                axes,
                "at",
                shifted,
                color=style.PALETTE[number],
                marker=MARKERS[number % len(MARKERS)],
                label=f"$k={k}$",
            )
        axes.set_title(f"expansivity {expansivity:g}")
        axes.set_xlabel("depth $d$")
        axes.set_xticks(sorted(here["depth"].unique()))
        axes.set_ylim(-0.03, 1.03)
    panels[0, 0].set_ylabel("share inverted exactly")
    panels[0, 0].legend(loc="lower left")
    style.note(figure, note)
    return figure
