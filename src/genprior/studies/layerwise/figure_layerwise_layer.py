"""Exact inversion of one layer against its expansion."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style

TITLES = {"free": "inputs of any sign", "nonnegative": "non-negative inputs"}
MARKERS = "osD^v"


def draw(points: pd.DataFrame, estimates: pd.DataFrame, note: str) -> Figure:
    """A panel a kind of input, a curve a k; the expected transition as a dashed line.

    Args:
        points, estimates: the study's tables.
        note: the conditions in small print.
    """
    places = estimates.set_index("measure")
    figure, panels = style.new_figure(style.PAGE, 2.7, 2, sharey=True)
    for axes, (inputs, title) in zip(panels, TITLES.items(), strict=True):
        expected = places.loc[f"expected 50% point for large k, {inputs} inputs", "value"]
        axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
        axes.axvline(expected, color="0.4", linestyle="--", linewidth=0.8, zorder=0)
        here = points[points["inputs"] == inputs]
        for number, (k, table) in enumerate(here.groupby("latent_dimension", sort=True)):
            size = "largest k" if k == here["latent_dimension"].max() else f"k = {k}"
            at = places.loc[f"50% point in n/k, {inputs} inputs, {size}"]
            label = f"$k={k}$"
            if at["value"] == at["value"]:
                label += f": {at['value']:.2f} [{at['low']:.2f}, {at['high']:.2f}]"
            style.proportions(
                axes,
                "ratio",
                table,
                color=style.PALETTE[number],
                marker=MARKERS[number % len(MARKERS)],
                label=label,
            )
        axes.set_title(f"{title} (dashed: {expected:g} expected)")
        axes.set_xlabel("expansion $n/k$")
        axes.set_ylim(-0.03, 1.03)
    panels[0].legend(loc="upper left", title="50% point")
    panels[1].legend(loc="lower right", title="50% point")
    panels[0].set_ylabel("share of layers inverted exactly")
    style.note(figure, note)
    return figure
