"""The audit of the descent direction: its shortest length away from the critical points, and 0."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.small_print import joined
from genprior.model.theory import rho
from genprior.studies.landscape.expected import expected_shortest

TITLE = "the shortest descent direction that a search finds, and slopes at 0"
CATEGORY = "Landscape"
NEEDS = {"cells": "statistics/landscape/cells.csv"}
SETTINGS = ["landscape.audit", "statistics"]
CAPTION = """An attempt to break HV's Theorem 4. Left: the shortest descent direction found outside
balls about x0, -rho_d x0 and 0, by drawing points (hollow) and by minimising from the worst of
them, beside the expected field's own minimum. A search finds points, so it can refute a bound for
all x but never prove one. Right: the largest one-sided slope found at 0 against HV's bound;
horizontal lines are the expected field.
"""


def _series(table: pd.DataFrame):
    """Depth and measurement ratio of each curve, narrowest sensing last, with its rows and name."""
    for (depth, ratio), group in table.groupby(["depth", "measurement_ratio"], dropna=False):
        name = "$A=I$" if pd.isna(ratio) else f"$m/k={ratio:g}$"
        yield depth, ratio, group.sort_values("expansivity"), f"$d={depth}$, {name}"


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Left: random against minimised, and the expected field.  Right: one-sided slopes at 0."""
    cells, radius = tables["cells"], settings["landscape.audit"]["radius"]
    audit = cells[cells["study"] == "audit"]
    figure, (left, right) = style.new_figure(style.PAGE, 3.4, 2)
    kinds = [("shortest, drawn", "none", ":"), ("shortest, searched", None, "-")]
    depths = sorted(audit["depth"].unique())
    series = list(_series(audit[audit["measure"] == "shortest, searched"]))
    for number, (depth, ratio, _, name) in enumerate(series):
        colour, marker = style.PALETTE[number], "osD^vP"[number]
        shift = 1 + 0.03 * (number - len(series) / 2)
        same = (
            audit["measurement_ratio"].isna()
            if pd.isna(ratio)
            else (audit["measurement_ratio"] == ratio)
        )
        group = audit[(audit["depth"] == depth) & same].sort_values("expansivity")
        for measure, face, line in kinds:
            chosen = group[group["measure"] == measure]
            left.errorbar(
                chosen["expansivity"] * shift,
                chosen["mean"],
                yerr=[chosen["mean"] - chosen["low"], chosen["high"] - chosen["mean"]],
                fmt=marker + line,
                color=colour,
                markerfacecolor=face or colour,
                label=name if face is None else None,
                capsize=1.5,
                elinewidth=0.8,
            )
        slope = group[group["measure"] == "slope at 0, searched"]
        right.errorbar(
            slope["expansivity"] * shift,
            slope["most"],
            yerr=[slope["most"] - slope["least"], 0 * slope["most"]],
            fmt="none",
            color=colour,
            elinewidth=0.7,
        )
        right.plot(
            slope["expansivity"] * shift, slope["mean"], marker + "-", color=colour, label=name
        )
    for depth, line in zip(depths, ["--", "-."], strict=False):
        left.axhline(
            expected_shortest(int(depth), radius),
            color="0.4",
            linestyle=line,
            linewidth=0.9,
            label=f"expected field, $d={depth}$",
        )
        right.axhline(-rho(int(depth)), color="0.4", linestyle=line, linewidth=0.9)
    right.axhline(-1 / (8 * np.pi), color="black", linewidth=0.9, label=r"HV's bound $-1/8\pi$")
    ticks = sorted(audit["expansivity"].unique())
    for axes in (left, right):
        axes.set_xscale("log")
        style.plain_ticks(axes.xaxis, ticks)
        axes.set_xlabel(style.EXPANSIVITY)
    left.set_yscale("log")
    style.plain_ticks(left.yaxis, [0.001, 0.003, 0.01, 0.03, 0.1, 0.3])
    left.set_ylabel(r"shortest $2^d\|v\|/\max(\|x\|,\|x_0\|)$")
    left.set_title("shortest direction: drawn (hollow), minimised")
    right.set_ylabel(r"largest $2^d D_w f(0)/\|x_0\|$")
    right.set_title("slopes at 0: mean, and range over networks")
    handles, names = left.get_legend_handles_labels()
    more, also = right.get_legend_handles_labels()
    handles.append(more[-1] if also[-1].startswith("HV") else more[0])
    names.append(also[-1] if also[-1].startswith("HV") else also[0])
    figure.legend(handles, names, loc="outside upper center", ncols=4, fontsize=6.5)
    sizes = sorted(audit["latent_dimension"].unique())
    style.note(
        figure,
        joined(
            f"$k={style.span(sizes)}$",
            small_print.WEIGHTS,
            r"$A_{ij}\sim N(0,1/m)$",
            rf"left: outside balls of radius ${radius:g}\|x_0\|$ about $x_0$, $-\rho_d x_0$ and 0",
            f"mean over {settings['landscape.audit']['trials']} networks, "
            + small_print.bars(settings["statistics"]["confidence"]),
            "grey: the expected field",
            "a search bounds the minimum from above, the slope from below",
        ),
    )
    return figure
