"""Where HV's descent direction fails: networks with minima outside the balls, and slopes at 0."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.small_print import joined
from genprior.model.theory import rho
from genprior.studies.landscape.expected import STEEPEST, expected_shortest
from genprior.studies.landscape.vanishing import Fading

TITLE = "networks with a minimum away from x0 and -ρ_d x0, the shortest direction, slopes at 0"
CATEGORY = "Landscape"
NEEDS = {
    "cells": "statistics/landscape/cells.csv",
    "shares": "statistics/landscape/shares.csv",
}
CLAIMS = ["HV-descent", "HV-zero", "OWN-vanishing"]
SETTINGS = ["landscape.audit", "landscape.minima", "statistics"]
CAPTION = """An attempt to break HV's Theorems 1 and 4 (v3). Left: the share of networks in which
descent found a proved local minimum outside balls about x0, -rho_d x0 and 0, where the theorem has
a descent direction; lines: a probit curve in the square root of the width, fitted where shares
allow it, dotted where it is extrapolated. Middle: the shortest v that a search finds outside the
balls, beside the expected field's; at a kink minimum v is not short, so this decides nothing.
Right: the largest one-sided slope found at 0: above 0 the theorem fails, HV's bound is Theorem 4's;
grey horizontal lines are the expected field. Searches bound shares from below, lengths from above
and slopes from below.
"""

Curve = tuple[int, float, str]  # depth, m/k (NaN under A = I), name


def _curves(*tables: pd.DataFrame) -> dict[Curve, tuple[Any, str]]:
    """Colour and marker of every depth and measurement ratio that some table has."""
    both = pd.concat([table[["depth", "measurement_ratio"]] for table in tables])
    found = both.drop_duplicates().sort_values(["depth", "measurement_ratio"], na_position="first")
    curves = {}
    for number, (depth, ratio) in enumerate(found.itertuples(index=False)):
        name = "$A=I$" if pd.isna(ratio) else f"$m/k={ratio:g}$"
        look = style.PALETTE[number % len(style.PALETTE)], "osD^vPX*<>"[number % 10]
        curves[(int(depth), float(ratio), f"$d={depth}$, {name}")] = look
    return curves


def _each(
    curves: Mapping[Curve, tuple[Any, str]], table: pd.DataFrame
) -> Iterator[tuple[pd.DataFrame, str, Any, str]]:
    """Rows, name, colour and marker of each curve that the table has; shifted a little apart."""
    for number, ((depth, ratio, name), (colour, marker)) in enumerate(curves.items()):
        same = (
            table["measurement_ratio"].isna()
            if np.isnan(ratio)
            else table["measurement_ratio"] == ratio
        )
        group = table[(table["depth"] == depth) & same].sort_values("expansivity")
        shift = 1 + 0.025 * (number - len(curves) / 2)
        if len(group):
            yield group.assign(at=group["expansivity"] * shift), name, colour, marker


def _shares(axes: Axes, curves: Mapping[Curve, Any], shares: pd.DataFrame) -> None:
    """The share of networks with a proved minimum outside the balls, and the fitted curves."""
    last = shares["expansivity"].max()
    for group, name, colour, marker in _each(curves, shares):
        axes.errorbar(
            group["at"],
            group["share"],
            yerr=[group["share"] - group["low"], group["high"] - group["share"]],
            fmt=marker,
            color=colour,
            label=name,
            capsize=1.5,
            elinewidth=0.8,
        )
        widths = [group[name].to_numpy() for name in ("expansivity", "hits", "networks")]
        if Fading.possible(*widths[1:]):
            curve, least, most = Fading(*widths, "sqrt(n1/k)"), widths[0].min(), widths[0].max()
            for ends, line in [((least, most), "-"), ((most, 1.3 * last), ":")]:
                seen = np.geomspace(*ends, 100)
                axes.plot(seen, curve.share(seen), line, color=colour, linewidth=0.8)
    axes.set_ylim(-0.03, 1.03)
    axes.set_ylabel("share of networks with such a minimum")
    axes.set_title("a minimum outside the balls")


def _lengths(axes: Axes, curves: Mapping[Curve, Any], audit: pd.DataFrame, radius: float) -> None:
    """The shortest direction drawn and searched, and the expected field's."""
    for group, _, colour, marker in _each(curves, audit):
        for measure, face, line in [("drawn", "none", ":"), ("searched", colour, "-")]:
            chosen = group[group["measure"] == f"shortest, {measure}"]
            axes.errorbar(
                chosen["at"],
                chosen["mean"],
                yerr=[chosen["mean"] - chosen["low"], chosen["high"] - chosen["mean"]],
                fmt=marker + line,
                color=colour,
                markerfacecolor=face,
                capsize=1.5,
                elinewidth=0.8,
            )
    for depth, line in zip(sorted(audit["depth"].unique()), ["--", "-."], strict=False):
        level = expected_shortest(int(depth), radius)
        name = f"expected field, $d={depth}$"
        axes.axhline(level, color="0.4", linestyle=line, linewidth=0.9, label=name)
    axes.set_yscale("log")
    style.plain_ticks(axes.yaxis, [0.001, 0.003, 0.01, 0.03, 0.1, 0.3])
    axes.set_ylabel(r"shortest $2^d\|v\|/\max(\|x\|,\|x_0\|)$")
    axes.set_title("drawn (hollow), minimised")


def _slopes(axes: Axes, curves: Mapping[Curve, Any], zero: pd.DataFrame) -> None:
    """The largest slope at 0: mean and most over networks, and the two bounds."""
    for group, name, colour, marker in _each(curves, zero):
        axes.errorbar(
            group["at"],
            group["mean"],
            yerr=[0 * group["mean"], group["most"] - group["mean"]],
            fmt=marker + "-",
            color=colour,
            label=name,
            elinewidth=0.7,
        )
    for depth, line in zip(sorted(zero["depth"].unique()), ["--", "-."], strict=False):
        axes.axhline(-rho(int(depth)), color="0.4", linestyle=line, linewidth=0.9)
    axes.axhline(0, color="black", linewidth=0.5)
    axes.axhline(STEEPEST, color="black", linestyle=":", linewidth=1, label=r"HV's bound $-1/8\pi$")
    axes.set_ylabel(r"largest $2^d D_w f(0)/\|x_0\|$")
    axes.set_title("slopes at 0: mean to most")


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Left: networks with a minimum outside the balls.  Middle: lengths of v.  Right: at 0."""
    cells, shares = tables["cells"], tables["shares"]
    radius = settings["landscape.minima"]["radius"]
    audit = cells[(cells["study"] == "audit") & cells["measure"].str.startswith("shortest")]
    zero = cells[(cells["study"] == "zero") & (cells["measure"] == "slope at 0, searched")]
    curves = _curves(shares, audit, zero)
    figure, (left, middle, right) = style.new_figure(style.PAGE, 3.2, 3)
    _shares(left, curves, shares)
    _lengths(middle, curves, audit, settings["landscape.audit"]["radius"])
    _slopes(right, curves, zero)
    for axes, table in [(left, shares), (middle, audit), (right, zero)]:
        axes.set_xscale("log")
        style.plain_ticks(axes.xaxis, sorted(table["expansivity"].unique()))
        axes.set_xlabel(style.EXPANSIVITY)
    entries = {}
    for axes in (left, middle, right):
        entries |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=4, fontsize=6)
    sizes = sorted({*shares["latent_dimension"], *audit["latent_dimension"]})
    style.note(
        figure,
        joined(
            f"$k$ = {style.span(sizes)}",
            small_print.WEIGHTS,
            r"$A_{ij}\sim N(0,1/m)$",
            rf"balls of radius ${radius:g}\|x_0\|$ about $x_0$, $-\rho_d x_0$ and 0",
            f"networks a point: {style.span(shares['networks'])} (left), "
            f"{style.span(audit['trials'])} (middle), {style.span(zero['trials'])} (right)",
            small_print.bars(settings["statistics"]["confidence"]) + " (left, middle)",
        ),
    )
    return figure
