"""Relative error against iteration without noise: HHHV's Figure 3."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.descent import step_size
from genprior.figures import small_print, style
from genprior.figures.conditions import descents

TITLE = "relative error at every iteration (HHHV, Figure 3, without noise)"
CATEGORY = "Published settings"
NEEDS = {"curves": "convergence/convergence/"}
CLAIMS = []
SETTINGS = ["convergence", "descent"]
CAPTION = """Relative error against iteration without noise, at the published setting of Huang,
Hand, Heckel and Voroninski (HHHV, arXiv 1812.04176), Figure 3, where k = 10; larger k are ours. The
dashed line is the rate of their Theorem 3.1, which we recall and have not seen in the paper's text
(its constants are confirmed in the proofs), at a step beyond what the theorem allows."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Every run as a thin line, the median run of each k in bold, HHHV's rate for comparison.

    The rate says nothing of a step so large that it is not below one in magnitude.
    """
    curves = tables["curves"]
    rule = (settings["descent"] | settings["convergence"].get("descent", {}))["step"]
    depth = int(curves["depth"].iloc[0])
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    for colour, (k, runs) in zip(style.PALETTE, curves.groupby("latent_dimension"), strict=False):
        for _, run in runs.groupby("trial"):
            axes.plot(
                run["iteration"], run["relative_error"], color=colour, linewidth=0.4, alpha=0.5
            )
        wide = runs.pivot(index="iteration", columns="trial", values="relative_error").ffill()
        axes.plot(wide.index, wide.median(axis=1), color=colour, label=f"$k={k}$: median")
    rate = 1 - 7 / 8 * step_size(rule, depth) / 2**depth
    if rate > 0:
        iterations = np.arange(0, int(np.log(1e-16) / np.log(rate)))
        axes.plot(
            iterations,
            rate**iterations,
            color="0.4",
            linestyle="--",
            linewidth=0.9,
            label=r"HHHV Thm 3.1: $(1-\frac{7}{8}\nu/2^d)^i$",
        )
    axes.set_yscale("log")
    axes.set_ylim(1e-17, 10)
    axes.set_xlim(0, None)
    axes.set_xlabel("iteration $i$")
    axes.set_ylabel(r"relative error $\|x_i-x_0\|/\|x_0\|$")
    axes.legend(loc="upper right")
    text = small_print.joined(
        descents(settings, SETTINGS[0], f"step {small_print.step(rule)}"),
        f"{settings['convergence']['trials']} runs for each $k$, each a thin line",
        "medians: a run that has stopped keeps its last error",
    )
    style.note(figure, text)
    return figure
