"""Error against noise, below LJDD's bound (LJDD, Figure 1)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import part_of, with_interval

TITLE = "error against noise and LJDD's bound, uniform and Gaussian (LJDD, Figure 1)"
CATEGORY = "One layer at a time"
NEEDS = {"rows": "layerwise/noise/"}
CLAIMS = ["LJDD-noise", "LJDD-proportional"]
SETTINGS = ["layerwise.noise"]
CAPTION = """Largest error of a coordinate, layer-wise inversion and descent, against the relative
noise of the output, uniform and Gaussian: medians with quartiles over trials. Dashed: the bound of
Lei, Jalal, Dhillon and Dimakis (arXiv 1906.07437) for the l_inf program, computed from each
instance's own conditioning (median). Their theorem and Figure 1 are recalled; networks and noise
are those of their released code, and the settings of descent are recalled.
"""

METHODS = {
    "l_inf": (r"$\ell_\infty$ program", "program", "s", True),
    "l_1": (r"$\ell_1$ program", "program", "D", False),
    "descent": ("descent", "descent", "o", True),
}
LAWS = {"uniform": "uniform", "gaussian": "Gaussian"}


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """One panel a network and law of the noise; one mark a method.

    Args:
        tables: the study's rows, and the claims.
        settings: the study's section.
    """
    trials, study = tables["rows"], settings["layerwise.noise"]
    networks = trials[["slope", "shape"]].drop_duplicates().sort_values("slope")
    figure, grid = style.new_figure(
        style.COLUMN,
        1.55 * len(networks) + 1.1,
        2,
        len(networks),
        sharex=True,
        sharey="row",
        squeeze=False,
    )
    names = []
    for row, (slope, shape) in zip(grid, networks.itertuples(index=False), strict=True):
        for axes, law in zip(row, LAWS, strict=True):
            _errors(axes, trials[(trials["shape"] == shape) & (trials["law"] == law)])
            names.append(f"{'ReLU' if slope == 0 else f'Leaky {slope:g}'}, {LAWS[law]}")
        row[0].set_ylabel(r"$\|x-x_0\|_\infty$")
    for axes in grid[-1]:
        axes.set_xlabel(r"noise $\|e\|/\|G(x_0)\|$")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    grid[0, 0].legend(handles[:2], labels[:2], loc="upper left", fontsize=6)
    grid[0, 1].legend(handles[2:], labels[2:], loc="upper left", fontsize=6)
    style.letters(grid.ravel(), names)
    claims = tables["claims"]
    exponent = part_of(
        claims["LJDD-proportional"], "exponent of error in noise", method="l_inf", law="uniform"
    )
    below = part_of(claims["LJDD-noise"], "share below LJDD's bound", law="gaussian")
    style.finding(
        figure,
        f"The program's error grows with the noise, exponent {with_interval(exponent)}, and lies "
        f"below LJDD's bound in {with_interval(below)} of ReLU networks",
    )
    style.verdicts(figure, tables["claims"].values())
    style.note(
        figure,
        small_print.joined(
            f"widths {', '.join(networks['shape'])}",
            small_print.WEIGHTS,
            small_print.CODE,
            f"thresholds grow by {study['growth']:g} on observed data alone",
            r"descent (recalled): $\nu=1$, no negation check, "
            + small_print.cap(study["max_iterations"]),
            small_print.QUARTILES,
            small_print.trials(
                [int(n) for n in trials.groupby(["shape", "law"])["trial"].nunique()]
            ),
        ),
    )
    return figure


def _errors(axes: Axes, trials: pd.DataFrame) -> None:
    """Medians with quartiles of each method, and the median bound where there is one."""
    for position, (method, (label, kind, marker, filled)) in enumerate(METHODS.items()):
        runs = trials[trials["method"] == method].groupby("level")
        if not len(runs):
            continue
        noise = runs["relative_noise"].median()
        low, middle, high = (runs["largest_error"].quantile(q) for q in (0.25, 0.5, 0.75))
        axes.errorbar(
            noise * 1.15 ** (position - 1),
            middle,
            yerr=[middle - low, high - middle],
            fmt=marker,
            linestyle="-" if filled else ":",
            linewidth=0.8,
            color=style.METHOD[kind],
            markerfacecolor=style.METHOD[kind] if filled else "white",
            capsize=1.5,
            elinewidth=0.7,
            label=label,
        )
        bounds = runs["bound"].median()
        if np.isfinite(bounds).any():
            style.predicted(axes, noise, bounds, label=r"LJDD's bound on $\ell_\infty$")
    axes.set_xscale("log")
    axes.set_yscale("log")
