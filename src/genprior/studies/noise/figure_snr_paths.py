"""Relative error against iteration at several signal-to-noise ratios: HHHV's Figure 3."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(points: pd.DataFrame, estimates: pd.DataFrame, note: str) -> Figure:
    """Median error over trials, one curve a ratio, with the rate of HHHV's theorem.

    Args:
        points, estimates: the study's tables.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 2.8)
    curves = list(points.groupby("snr", sort=True))
    for number, (snr, table) in enumerate(curves):
        label = "no noise" if np.isinf(snr) else f"SNR {snr:g}"
        axes.plot(
            table["iteration"], table["median_error"], color=style.PALETTE[number], label=label
        )
    rates = estimates.set_index("measure")["value"]
    (bound,) = rates[rates.index.str.startswith("rate of HHHV")]
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
    style.note(figure, note)
    return figure
