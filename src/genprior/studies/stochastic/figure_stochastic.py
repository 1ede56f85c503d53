"""Passes over the rows of A, and network evaluations, against the batch size."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from genprior.figures import style

WORDS = {"passes": "passes over $A$'s rows", "evaluations": "network evaluations"}


def draw(points: pd.DataFrame, note: str) -> Figure:
    """Medians with quartiles; the largest batch is full descent.

    Args:
        points: the study's points.
        note: the conditions in small print.
    """
    figure, panels = style.new_figure(style.COLUMN, 2.5, 2)
    for axes, (column, words) in zip(panels, WORDS.items(), strict=True):
        for number, (k, table) in enumerate(points.groupby("latent_dimension", sort=True)):
            table = table[np.isfinite(table[column])]
            high = table[f"{column}_high"].where(
                np.isfinite(table[f"{column}_high"]), table[column]
            )
            axes.errorbar(
                table["batch"],
                table[column],
                yerr=[table[column] - table[f"{column}_low"], high - table[column]],
                capsize=1.5,
                elinewidth=0.7,
                color=style.PALETTE[number],
                marker="osD"[number % 3],
                label=f"$k={k}$",
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        style.plain_ticks(axes.xaxis, sorted(points["batch"].unique()))
        axes.set_xlabel("rows a step")
        axes.set_ylabel(words)
        axes.yaxis.set_minor_formatter(NullFormatter())
    panels[0].legend(loc="best")
    style.note(figure, note)
    return figure
