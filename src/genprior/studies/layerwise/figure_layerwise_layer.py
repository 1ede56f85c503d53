"""Exact inversion of one layer against its expansion."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "one layer: exact inversion against n/k, inputs of any sign and non-negative"
CATEGORY = "One layer at a time"
NEEDS = {"points": "statistics/layerwise/layer.csv", "estimates": "claims/layerwise/layer.csv"}
CLAIMS = ["LJDD-layer", "CONTROL-layer"]
SETTINGS = ["layerwise.layer", "statistics.confidence"]
CAPTION = """Exact inversion of one random layer against its expansion n/k. Inputs of any sign need
two rows an input, half of which are active; the outputs of a ReLU, known to be non-negative, need
one and a half."""

TITLES = {"free": "inputs of any sign", "nonnegative": "non-negative inputs"}
MARKERS = "osD^v"


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """A panel a kind of input, a curve a k; the expected transition as a dashed line.

    Args:
        tables: the study's points, and the family's estimates.
        settings: the study's section, and the confidence.
    """
    points, estimates = tables["points"], tables["estimates"]
    places = estimates[estimates["measure"] == "50% point in n/k"]
    places = places.set_index(["inputs", "latent_dimension"])
    theory = estimates[estimates["measure"] == "expected 50% point for large k"]
    theory = theory.set_index("inputs")["value"]
    figure, panels = style.new_figure(style.PAGE, 2.7, 2, sharey=True)
    for axes, (inputs, title) in zip(panels, TITLES.items(), strict=True):
        expected = theory[inputs]
        axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
        axes.axvline(expected, color="0.4", linestyle="--", linewidth=0.8, zorder=0)
        here = points[points["inputs"] == inputs]
        for number, (k, table) in enumerate(here.groupby("latent_dimension", sort=True)):
            at = places.loc[(inputs, k)]
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
        axes.legend(loc="lower right", title="50% point")
    panels[0].set_ylabel("share of layers inverted exactly")
    style.note(
        figure,
        small_print.joined(
            r"Gaussian $W$",
            r"inputs $\sim N(0,I_k)$ or their positive parts",
            "exact: the true input is all that a random objective and its negative find",
            small_print.trials(settings["layerwise.layer"]["trials"]),
            small_print.bars(settings["statistics.confidence"]),
        ),
    )
    return figure
