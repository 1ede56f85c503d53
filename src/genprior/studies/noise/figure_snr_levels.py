"""Error of successful runs against k at several signal-to-noise ratios: HHHV's Figure 2."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from scipy import stats

from genprior.figures import small_print, style

TITLE = "error against k at three noise levels (HHHV, Figure 2)"
CATEGORY = "Noise"
NEEDS = {"points": "statistics/noise/levels.csv"}
CLAIMS = ["HHHV-noise", "CONTROL-noise"]
SETTINGS = ["noise.levels", "descent.negation_check", "statistics.confidence"]
CAPTION = """Mean relative error of successful descents against k at three signal-to-noise ratios:
Figure 2 of Huang, Hand, Heckel and Voroninski (arXiv 1812.04176)."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Mean relative error over successful runs, one curve a ratio.

    Args:
        tables: the study's points.
        settings: the study's section, whether descent checks for negation, and the confidence.
    """
    points, confidence = tables["points"], settings["statistics.confidence"]
    reach = stats.norm.ppf(0.5 + confidence / 2)  # in standard errors
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    for number, (snr, table) in enumerate(points.groupby("snr", sort=True)):
        axes.errorbar(
            table["latent_dimension"],
            table["mean"],
            yerr=reach * table["sem"],
            capsize=1.5,
            elinewidth=0.9,
            color=style.PALETTE[number],
            marker="osD"[number % 3],
            label=f"SNR {snr:g}",
        )
    axes.set_yscale("log")
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel(r"mean of $\|x-x_0\|/\|x_0\|$")
    figure.legend(loc="outside upper center", ncols=3)
    step = small_print.step(points["step_rule"].iloc[0])
    style.note(
        figure,
        small_print.joined(
            small_print.SIGNAL_TO_NOISE,
            f"{step} {small_print.check(settings['descent.negation_check'])}",
            small_print.cap(settings["noise.levels"]["max_iterations"]),
            "means over runs that succeed",
            small_print.bars(confidence),
            small_print.trials(settings["noise.levels"]["trials"]),
        ),
    )
    return figure
