"""Inversion from a random subset of the last layer's coordinates."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(points: pd.DataFrame, estimates: pd.DataFrame, note: str) -> Figure:
    """Success against the share of coordinates seen, one curve a network.

    Args:
        points, estimates: the study's tables.
        note: the conditions in small print.
    """
    places = estimates.set_index("measure")
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    networks = points.groupby(["slope", "shape"], sort=True)
    for number, ((slope, shape), table) in enumerate(networks):
        kind = "ReLU" if slope == 0 else f"LeakyReLU {slope:g}"
        at = places.loc[f"50% point in share seen, {kind}, {shape}"]
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
    style.note(figure, note)
    return figure
