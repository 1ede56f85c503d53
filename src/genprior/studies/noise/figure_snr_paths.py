"""Relative error against iteration at several signal-to-noise ratios: HHHV's Figure 3."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "error against iteration with noise (HHHV, Figure 3)"
CATEGORY = "Noise"
NEEDS = {"points": "statistics/noise/paths.csv", "estimates": "claims/noise.csv"}
SETTINGS = ["noise.paths", "descent.negation_check"]
CAPTION = """Relative error against iteration at three signal-to-noise ratios and without noise:
Figure 3 of Huang, Hand, Heckel and Voroninski (arXiv 1812.04176)."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Median error over trials, one curve a ratio, with the rate of HHHV's theorem.

    Args:
        tables: the study's points, and the family's estimates.
        settings: the study's section, and whether descent checks for negation.
    """
    points, estimates = tables["points"], tables["estimates"]
    figure, axes = style.new_figure(style.COLUMN, 2.8)
    curves = list(points.groupby("snr", sort=True))
    for number, (snr, table) in enumerate(curves):
        label = "no noise" if np.isinf(snr) else f"SNR {snr:g}"
        axes.plot(
            table["iteration"], table["median_error"], color=style.PALETTE[number], label=label
        )
    rates = estimates.set_index("measure")["value"]
    bound = rates["rate of HHHV's Theorem 3.1, 1 - (7/8) nu / 2^d"]
    fitted = rates["rate of convergence an iteration, fitted"]
    steps = np.arange(0, 140)
    axes.plot(
        steps,
        bound**steps,
        color="0.4",
        linestyle="--",
        linewidth=0.8,
        label=f"rate of Theorem 3.1: {bound:.3f}",
    )
    axes.plot([], [], linestyle="", label=f"fitted without noise: {fitted:.3f}")
    axes.set_yscale("log")
    axes.set_ylim(1e-16, 3)
    axes.set_xlabel("iteration")
    axes.set_ylabel(r"median of $\|x-x_0\|/\|x_0\|$")
    axes.legend(loc="upper right")
    study, step = settings["noise.paths"], small_print.step(points["step_rule"].iloc[0])
    style.note(
        figure,
        small_print.joined(
            f"$k={study['latent_dimension']}$",
            small_print.SIGNAL_TO_NOISE,
            f"{step} {small_print.check(settings['descent.negation_check'])}",
            f"medians of {study['trials']} trials",
        ),
    )
    return figure
