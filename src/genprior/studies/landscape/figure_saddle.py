"""The second critical point: how its place tends to -rho_d x0, and the degenerate saddle there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import ends_of, part_of, with_interval
from genprior.figures.small_print import joined
from genprior.model.theory import contracted_cosine, rho

TITLE = "the second critical point against 1/n, and the degenerate saddle's profile"
CATEGORY = "Landscape"
NEEDS = {"cells": "statistics/landscape/cells.csv"}
CLAIMS = ["HV-rho", "HV-rho-cluster", "MI-saddle", "MI-degenerate", "CONTROL-mirror"]
SETTINGS = ["landscape.rays", "statistics"]
CAPTION = """The second critical point lies where HV put it. (a) Minimiser r of f(-r x0) less its
place in theory, rho_d = cos g^(d)(pi), against 1/n_1: means over networks, least-squares lines, and
their limits at 1/n_1 = 0, which must lie in the shaded band of 0.01 about rho_d. At d = 2, rho_2 =
1/pi. (b) How 2^d f changes from -rho_d x0 along the circle of radius rho_d: the widest networks
fall as the closed form does, which begins with the cube of the angle; the saddle is degenerate.
"""

LIMIT = "ray minimiser, extrapolated in 1/n"
FALL = "fall of 2^d f from -rho_d x0 along its circle, by the closed form"
BAND = 0.01  # what HV-rho allows


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a): deviation of the second point from theory.  (b): 2^d f across it, mean over networks."""
    claims = tables["claims"]
    rays = tables["cells"][tables["cells"]["study"] == "rays"]
    figure, (above, below) = style.new_figure(style.COLUMN, 4.7, rows=2)
    _places(above, rays[rays["measure"] == "ray minimiser"], claims)
    _profiles(below, rays[rays["measure"].str.startswith("saddle profile at")])
    style.letters([above, below])
    second = part_of(claims["HV-rho"], LIMIT, depth=2)
    fall = part_of(claims["MI-saddle"], FALL, depth=2)
    style.finding(
        figure,
        r"In wide networks of two layers the second critical point is $-r\,x_0$ with r = "
        f"{with_interval(second, 3)}; theory has 1/π = {rho(2):.3f}; from there the risk falls "
        f"{with_interval(fall)} times as far as from theory's degenerate saddle",
    )
    style.verdicts(figure, claims.values())
    style.note(
        figure,
        joined(
            small_print.INVERSION,
            "$k=2$",
            small_print.WEIGHTS,
            "widths double from layer to layer",
            f"{settings['landscape.rays']['trials']} networks a point",
            f"{small_print.bars(settings['statistics']['confidence'])} of the mean",
            "(b): widest networks",
        ),
    )
    return figure


def _look(depth: int) -> dict[str, Any]:
    return {"fmt": style.DEPTH_MARKERS[depth], "color": style.DEPTH[depth]}


def _places(axes: Axes, minimisers: pd.DataFrame, claims: Mapping[str, Any]) -> None:
    """Deviations from rho_d against 1/n_1, the lines through them, and the limits at 0."""
    first = minimisers["shape"].str.split("-").str[1].astype(int)
    minimisers = minimisers.assign(inverse=1 / first)
    reach = minimisers["inverse"].max()
    axes.axhspan(-BAND, BAND, color="0.92", zorder=0)
    style.label_line(
        axes, 1.13 * reach, -BAND, "where HV-rho's limits must lie", xytext=(0, 1), ha="right"
    )
    style.predicted(axes, [-0.15 * reach, 1.15 * reach], [0, 0])
    for depth, group in minimisers.groupby("depth"):
        depth, low, high = int(depth), group["low"] - rho(depth), group["high"] - rho(depth)
        deviation = group["mean"] - rho(depth)
        at = group["inverse"] * (1 + 0.015 * (depth - 3))
        bars = [deviation - low, high - deviation]
        axes.errorbar(at, deviation, yerr=bars, capsize=1.5, linestyle="", **_look(depth))
        if len(group) > 1:
            slope, limit = np.polyfit(group["inverse"], deviation, 1, w=1 / (high - low))
            x = np.array([0, 1.04 * reach])
            axes.plot(x, limit + slope * x, color=style.DEPTH[depth], linewidth=0.8)
            style.label_line(
                axes,
                x[1],
                limit + slope * x[1],
                f"$d={depth}$",
                style.DEPTH[depth],
                va="center",
            )
        found = part_of(claims["HV-rho"], LIMIT, depth=depth)
        if found["value"] is not None:
            limit = found["value"] - rho(depth)
            low, high = np.clip(np.subtract(ends_of(found), rho(depth)), -1, 1)
            axes.errorbar(
                -0.03 * reach * (5 - depth),
                limit,
                yerr=[[limit - low], [high - limit]],
                capsize=1.5,
                markersize=4.5,
                markerfacecolor="white",
                **_look(depth),
            )
    axes.set_xlim(-0.12 * reach, 1.18 * reach)
    style.label_line(axes, -0.11 * reach, 0.003, "limits", xytext=(0, 0))
    style.label_line(
        axes,
        -0.1 * reach,
        0.044,
        rf"(known to be wrong: $-x_0$, at ${1 - rho(2):.2f}$ for $d=2$)",
        xytext=(0, 0),
    )
    widths = sorted(first.unique())
    axes.set_xticks([0, *(1 / np.array(widths))])
    axes.set_xticklabels(["0", *(f"1/{n}" if n <= 4 * widths[0] else "" for n in widths)])
    axes.set_xlabel("inverse width $1/n_1$")
    axes.set_ylabel(r"minimiser of $f(-r\,x_0)$ less $\rho_d$")


def _profiles(axes: Axes, profiles: pd.DataFrame) -> None:
    """2^d f along the circle of radius rho_d, of the widest networks and in closed form."""
    angles = np.linspace(0, 0.9, 100)
    for depth, group in profiles.groupby("depth"):
        depth = int(depth)
        widest = group[group["expansivity"] == group["expansivity"].max()]
        at = widest["measure"].str.split().str[-1].astype(float)
        drop = rho(depth) * (
            contracted_cosine(np.pi, depth) - contracted_cosine(np.pi - angles, depth)
        )
        style.predicted(axes, angles, 1e3 * drop)
        axes.errorbar(
            at + 0.018 * (depth - 3),
            1e3 * widest["mean"],
            yerr=1e3 * np.array([widest["mean"] - widest["low"], widest["high"] - widest["mean"]]),
            capsize=1.5,
            linestyle="",
            **_look(depth),
        )
        style.label_line(
            axes,
            0.9,
            1e3 * drop[-1],
            f"$d={depth}$",
            style.DEPTH[depth],
            va="top" if depth == 2 else "center",
        )
    axes.set_xlim(0, 1.03)
    axes.set_xlabel(r"angle $s$ to $-x_0$, at radius $\rho_d$ (radians)")
    axes.set_ylabel("$2^d f$ less that at\n" + r"$-\rho_d x_0$ ($10^{-3}$)")
    axes.annotate(
        "dashed: closed form,\n" + r"$-C_d s^3$ at small $s$",
        (0.04, 0.08),
        xycoords="axes fraction",
        fontsize=6.5,
    )
