"""Error of successful runs against k at several signal-to-noise ratios: HHHV's Figure 2."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(points: pd.DataFrame, note: str) -> Figure:
    """Mean relative error over successful runs, one curve a ratio.

    Args:
        points: the study's points.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    for number, (snr, table) in enumerate(points.groupby("snr", sort=True)):
        axes.errorbar(
            table["latent_dimension"],
            table["mean"],
            yerr=1.96 * table["sem"],
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
    style.note(figure, note)
    return figure
