"""Passes over the rows of A, and network evaluations, against the batch size."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from genprior.figures import small_print, style

TITLE = "stochastic gradient descent over the rows of A"
CATEGORY = "Stochastic descent"
NEEDS = {"points": "statistics/stochastic/batches.csv"}
CLAIMS = []
SETTINGS = ["stochastic.batches", "success.relative_error"]
CAPTION = """Stochastic gradient descent over the rows of A: passes over the rows and network
evaluations until success, against the number of rows a step."""

WORDS = {"passes": "passes over $A$'s rows", "evaluations": "network evaluations"}


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Medians with quartiles; the largest batch is full descent.

    Args:
        tables: the study's points.
        settings: the study's section, and what counts as success.
    """
    points = tables["points"]
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
    step = small_print.step(points["step_rule"].iloc[0])
    style.note(
        figure,
        small_print.joined(
            small_print.success(settings["success.relative_error"]),
            rf"step $\nu/(1+k/b)$ for batches of $b$ rows, {step}",
            "until success; largest batch: full descent",
            small_print.QUARTILES,
            small_print.trials(settings["stochastic.batches"]["trials"]),
        ),
    )
    return figure
