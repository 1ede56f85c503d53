"""Relative error against iteration without noise: HHHV's Figure 3."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(curves: pd.DataFrame, step: float, depth: int, note: str) -> Figure:
    """Every run as a thin line, the median run of each k in bold, HHHV's rate for comparison.

    Args:
        curves: one row an iteration of a trial: latent_dimension, trial, iteration, relative_error.
        step: the step nu.
        depth: d.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    for colour, (k, runs) in zip(style.PALETTE, curves.groupby("latent_dimension"), strict=False):
        for _, run in runs.groupby("trial"):
            axes.plot(
                run["iteration"], run["relative_error"], color=colour, linewidth=0.4, alpha=0.5
            )
        wide = runs.pivot(index="iteration", columns="trial", values="relative_error").ffill()
        axes.plot(wide.index, wide.median(axis=1), color=colour, label=f"$k={k}$: median")
    rate = 1 - 7 / 8 * step / 2**depth
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
    style.note(figure, note)
    return figure
