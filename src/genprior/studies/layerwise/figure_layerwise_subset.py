"""Inversion from a random subset of the last layer's coordinates."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "inversion from a subset of the last layer's coordinates"
CATEGORY = "One layer at a time"
NEEDS = {"points": "statistics/layerwise/subset.csv", "estimates": "claims/layerwise/subset.csv"}
CLAIMS = []
SETTINGS = ["layerwise.subset", "statistics.confidence"]
CAPTION = """Exact inversion from a random subset of the last layer's coordinates."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Success against the share of coordinates seen, one curve a network.

    Args:
        tables: the study's points, and the family's estimates.
        settings: the study's section, and the confidence.
    """
    points, estimates = tables["points"], tables["estimates"]
    places = estimates[estimates["measure"] == "50% point in share seen"]
    places = places.set_index(["shape", "slope"])
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    for number, ((slope, shape), table) in enumerate(points.groupby(["slope", "shape"], sort=True)):
        kind = "ReLU" if slope == 0 else f"LeakyReLU {slope:g}"
        at = places.loc[(shape, slope)]
        label = f"{kind}, {shape}"
        if at["value"] == at["value"]:
            label += f": 50% at {at['value']:.2f} [{at['low']:.2f}, {at['high']:.2f}]"
        style.proportions(
            axes, "share", table, color=style.PALETTE[number], marker="os"[number % 2], label=label
        )
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("share of the output's coordinates seen")
    axes.set_ylabel(style.SUCCESS)
    figure.legend(loc="outside upper left")
    networks = settings["layerwise.subset"]["networks"]
    style.note(
        figure,
        small_print.joined(
            small_print.WEIGHTS,
            small_print.CODE,
            "random coordinates",
            small_print.trials([network["trials"] for network in networks]),
            small_print.bars(settings["statistics.confidence"]),
        ),
    )
    return figure
