"""Passes over the rows of A against the batch size."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import listed

TITLE = "stochastic gradient descent over the rows of A"
CATEGORY = "Stochastic descent"
NEEDS = {"points": "statistics/stochastic/batches.csv"}
CLAIMS = []
SETTINGS = ["stochastic.batches", "success.relative_error"]
CAPTION = """Stochastic gradient descent over the rows of A: the fewer rows a step, the fewer passes
over all rows until success. All rows a step: full descent."""


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """Medians with quartiles; the largest batch is full descent."""
    points = tables["points"]
    figure, axes = style.new_figure(style.COLUMN, 2.9)
    sizes = sorted(points["latent_dimension"].unique())
    axes.set_xscale("log")
    axes.set_yscale("log")
    for number, k in enumerate(sizes):
        table = points[points["latent_dimension"] == k]
        table = table[np.isfinite(table["passes"])].sort_values("batch")
        if table.empty:
            continue
        high = table["passes_high"].where(np.isfinite(table["passes_high"]), table["passes"])
        axes.errorbar(
            table["batch"],
            table["passes"],
            yerr=[table["passes"] - table["passes_low"], high - table["passes"]],
            capsize=1.5,
            elinewidth=0.7,
            color=style.LATENT[k],
            marker=style.MARKERS[number],
        )
        middle = table.iloc[len(table) // 2]
        style.label_line(
            axes,
            middle["batch"],
            middle["passes"],
            f"$k={k}$",
            style.LATENT[k],
            xytext=(-4, 5),
            ha="right",
            fontsize=7,
        )
    style.plain_ticks(axes.xaxis, sorted(points["batch"].unique()))
    low, high = axes.get_ylim()
    nice = [one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if low <= one <= high]
    style.plain_ticks(axes.yaxis, nice)
    full = points["batch"].max()
    axes.axvline(full, color="0.85", linewidth=0.8, zorder=0)
    style.label_line(axes, full, low, "full descent", ha="right", xytext=(-2, 3))
    axes.set_xlabel("rows of $A$ a step")
    axes.set_ylabel("passes over $A$ until success")
    style.finding(figure, message(points))
    step = small_print.step(points["step_rule"].iloc[0])
    style.note(
        figure,
        small_print.joined(
            small_print.success(settings["success.relative_error"]),
            rf"step $\nu/(1+k/b)$ for batches of $b$ rows, {step}",
            small_print.QUARTILES,
            small_print.trials(settings["stochastic.batches"]["trials"]),
        ),
    )
    return figure


def message(points: pd.DataFrame) -> str:
    """How many times fewer passes the smallest batch takes than full descent, by k."""
    told = []
    for k, table in points.groupby("latent_dimension", sort=True):
        passes = table.sort_values("batch")["passes"]
        saved = passes.iloc[-1] / passes.iloc[0]
        if np.isfinite(saved):
            told.append(f"{saved:.1f} times (k = {k})")
    if not told:
        return "Stochastic descent over the rows of A: passes until success"
    one = int(points["batch"].min())
    rows = "one row" if one == 1 else f"{one} rows"
    return f"With {rows} a step, success takes {listed(told)} fewer passes over A than full descent"
