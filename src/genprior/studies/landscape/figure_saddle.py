"""rho_d against the depth, and the degenerate saddle's profile along the angle."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.small_print import joined
from genprior.model.theory import contracted_cosine, rho, saddle_coefficient

TITLE = "ρ_d against the depth, and the degenerate saddle's profile"
CATEGORY = "Landscape"
NEEDS = {"cells": "statistics/landscape/cells.csv"}
CLAIMS = ["HV-rho", "MI-degenerate", "MI-saddle", "CONTROL-mirror"]
SETTINGS = ["landscape.rays", "statistics"]
CAPTION = """The second critical point. Left: rho_d in closed form, and the minimiser of the
empirical risk on the ray through -x0, averaged over networks. Right: how the risk changes from
-rho_d x0 along the circle of radius rho_d: closed form, its cubic term, and the mean over the
widest networks.
"""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Left: the second critical point's place.  Right: 2^d f across it, its mean over networks."""
    rays = tables["cells"][tables["cells"]["study"] == "rays"]
    figure, (left, right) = style.new_figure(style.PAGE, 2.9, 2)
    depths = np.unique(np.geomspace(1, 100, 40).astype(int))
    left.plot(depths, [rho(int(d)) for d in depths], color="0.3", label=r"$\rho_d$, closed form")
    minimisers = rays[rays["measure"] == "ray minimiser"]
    for shade, (width, group) in zip(
        np.linspace(0.75, 0.0, minimisers["expansivity"].nunique()),
        minimisers.groupby("expansivity"),
        strict=True,
    ):
        shift = 1 + 0.12 * (0.5 - shade)
        left.errorbar(
            group["depth"] * shift,
            group["mean"],
            yerr=[group["mean"] - group["low"], group["high"] - group["mean"]],
            fmt="o",
            color=style.blend(style.PALETTE[0], shade),
            label=f"$n_1={int(2 * width)}$",
            capsize=1.5,
        )
    left.set_xscale("log")
    style.plain_ticks(left.xaxis, [1, 2, 3, 4, 10, 30, 100])
    left.set_ylim(-0.03, 1.03)
    left.set_xlabel("layers $d$")
    left.set_ylabel(r"minimiser of $f(-r x_0)$ over $r$")
    left.set_title("place of the second critical point")
    left.legend(loc="lower right", fontsize=6, title="$k=2$, mean over networks")

    angles = np.linspace(0, 0.9, 100)
    profiles = rays[rays["measure"].str.startswith("saddle profile at")]
    for depth, group in profiles.groupby("depth"):
        widest = group[group["expansivity"] == group["expansivity"].max()]
        at = widest["measure"].str.split().str[-1].astype(float)
        colour = style.DEPTH_COLOURS[int(depth)]
        drop = rho(int(depth)) * (
            contracted_cosine(np.pi, int(depth)) - contracted_cosine(np.pi - angles, int(depth))
        )
        right.plot(angles, 1e3 * drop, color=colour, label=f"$d={depth}$")
        cubic = saddle_coefficient(int(depth)) * angles**3
        right.plot(angles, -1e3 * cubic, color=colour, linestyle=":", linewidth=0.8)
        right.errorbar(
            at + 0.012 * (depth - 3),
            1e3 * widest["mean"],
            yerr=1e3 * np.array([widest["mean"] - widest["low"], widest["high"] - widest["mean"]]),
            fmt=style.DEPTH_MARKERS[int(depth)],
            color=colour,
            capsize=1.5,
        )
    right.plot([], [], color="0.3", linestyle=":", linewidth=0.8, label="$-C_d s^3$")
    right.set_xlabel(r"angle $s$ to $-x_0$, at radius $\rho_d$")
    right.set_ylabel(r"change of $2^d f$ from $-\rho_d x_0$ ($10^{-3}$)")
    right.set_title("the degenerate saddle")
    right.legend(loc="lower left")
    style.note(
        figure,
        joined(
            small_print.INVERSION,
            "$k=2$",
            small_print.WEIGHTS,
            "widths double from layer to layer",
            f"{settings['landscape.rays']['trials']} networks a point",
            f"{small_print.bars(settings['statistics']['confidence'])} of the mean",
            "right: widest networks, lines: closed form",
        ),
    )
    return figure
