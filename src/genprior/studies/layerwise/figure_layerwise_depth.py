"""Exact inversion against depth at constant expansivity."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "exact inversion against depth at constant expansivity"
CATEGORY = "One layer at a time"
NEEDS = {"points": "statistics/layerwise/depth.csv"}
CLAIMS = ["LJDD-deep"]
SETTINGS = ["layerwise.depth", "statistics.confidence"]
CAPTION = """Share of random networks that are inverted exactly, one layer at a time, against depth
at constant expansivity. Dashed: the chance that every layer determines its input, in closed form
(ours)."""

MARKERS = "osD^v"


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """A panel an expansivity, a curve a k.

    Args:
        tables: the study's points.
        settings: the study's section, and the confidence.
    """
    points = tables["points"]
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
            axes.plot(
                shifted["at"],
                shifted["expected"],
                color=style.PALETTE[number],
                linestyle="--",
                linewidth=0.8,
                zorder=0,
            )
        axes.set_title(f"expansivity {expansivity:g}")
        axes.set_xlabel("depth $d$")
        axes.set_xticks(sorted(here["depth"].unique()))
        axes.set_ylim(-0.03, 1.03)
    panels[0, 0].set_ylabel("share inverted exactly")
    panels[0, 0].legend(loc="lower left")
    style.note(
        figure,
        small_print.joined(
            small_print.WEIGHTS,
            small_print.CODE,
            "least squares where it determines a layer, else the linear program",
            small_print.trials([one["trials"] for one in settings["layerwise.depth"]["networks"]]),
            small_print.bars(settings["statistics.confidence"]),
            "dashed: closed form",
        ),
    )
    return figure
