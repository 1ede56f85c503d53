"""Inversion from a random subset of the last layer's coordinates."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import listed
from genprior.studies.layerwise.theory import inverted
from genprior.types import Array

TITLE = "inversion from a subset of the last layer's coordinates"
CATEGORY = "One layer at a time"
NEEDS = {"points": "statistics/layerwise/subset.csv", "estimates": "claims/layerwise/subset.csv"}
CLAIMS = []
SETTINGS = ["layerwise.subset", "statistics.confidence"]
CAPTION = """Exact inversion, layer by layer, from a random subset of the last layer's coordinates.
Dashed: closed forms (ours), the chance that every layer of the ReLU network determines its input,
and for the LeakyReLU network, whose every row is an equation, the share at which the rows seen are
as many as the last layer's inputs. The released code of Lei, Jalal, Dhillon and Dimakis (arXiv
1906.07437) senses 90% (ReLU) and 50% (LeakyReLU) of the coordinates of learned networks.
"""

# Shares of coordinates in LJDD's released code, by the slope below zero: settings, no results.
SENSED = {0.0: 0.9, 0.1: 0.5}


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """Success against the share of coordinates seen, one curve a network.

    Args:
        tables: the study's points, and the family's estimates.
        settings: the study's section, and the confidence.
    """
    points, estimates = tables["points"], tables["estimates"]
    places = estimates[estimates["measure"] == "50% point in share seen"]
    places = places.set_index(["shape", "slope"])
    figure, axes = style.new_figure(style.COLUMN, 2.9)
    found = []
    for number, ((slope, shape), table) in enumerate(points.groupby(["slope", "shape"], sort=True)):
        kind = "ReLU" if slope == 0 else f"Leaky {slope:g}"
        *inner, outputs = map(int, shape.split("-"))
        colour = style.METHOD["program"]
        style.proportions(
            axes,
            "share",
            table.assign(share=table["share"] + 0.008 * number),
            color=colour,
            marker="so"[number % 2],
            linestyle="",
            markerfacecolor=colour if slope == 0 else "white",
        )
        if slope == 0:
            style.predicted(axes, *chances(inner, outputs))
        else:
            style.predicted(
                axes, np.array([0, inner[-1], inner[-1], outputs]) / outputs, [0, 0, 1, 1]
            )
        at = places.loc[(shape, slope)]
        measured = at["value"] == at["value"]
        theory = half(inner, outputs, slope)
        found.append(
            (f"{at['value']:.0%}" if measured else "an unmeasured share")
            + f" ({kind}; closed form {theory:.0%})"
        )
        side = -1 if number == 0 else 1
        style.label_line(
            axes,
            at["value"] if measured else table["share"].median(),
            0.6,
            f"{kind}\n{shape}" + (f"\n[{at['low']:.2f}, {at['high']:.2f}]" if measured else ""),
            colour,
            xytext=(12 * side, 0),
            ha="right" if side < 0 else "left",
            va="center",
        )
        if slope in SENSED:
            axes.plot(SENSED[slope], -0.06, "v", color="black", markersize=4)
            style.label_line(
                axes,
                SENSED[slope],
                -0.03,
                f"LJDD's code:\n{SENSED[slope]:.0%}, {kind}",
                "black",
                ha="right" if slope == 0 else "left",
                xytext=(10, 2) if slope == 0 else (-6, 2),
            )
    axes.set_ylim(-0.1, 1.05)
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of the output's coordinates seen")
    axes.set_ylabel(style.SUCCESS)
    style.finding(
        figure,
        f"Half of the codes are found from {listed(found)} of the output's coordinates",
    )
    networks = settings["layerwise.subset"]["networks"]
    style.note(
        figure,
        small_print.joined(
            small_print.WEIGHTS,
            small_print.CODE,
            "random coordinates",
            small_print.trials([network["trials"] for network in networks]),
            f"{small_print.bars(settings['statistics.confidence'])}, in brackets of the 50% point",
        ),
    )
    return figure


def chances(inner: Sequence[int], outputs: int) -> tuple[Array, Array]:
    """Shares of the outputs, and the chance that a ReLU network's code is determined by so many."""
    seen = np.unique(np.linspace(1, outputs, 101).astype(int))
    return seen / outputs, np.array([inverted((*inner, int(n))) for n in seen])


def half(inner: Sequence[int], outputs: int, slope: float) -> float:
    """The share of outputs from which the closed form has half of the codes determined."""
    if slope:
        return inner[-1] / outputs
    return bisect_left(range(outputs), 0.5, key=lambda n: inverted((*inner, n))) / outputs
