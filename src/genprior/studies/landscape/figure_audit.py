"""Where HV's theorem fails: minima outside its balls, and slopes at 0 above its bound."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import part_of, with_interval
from genprior.figures.small_print import joined
from genprior.statistics.estimates import share
from genprior.studies.landscape.expected import STEEPEST
from genprior.studies.landscape.measures import RARE
from genprior.studies.landscape.summary import CELL, prepared
from genprior.studies.landscape.vanishing import Fading

TITLE = "networks with a minimum outside HV's balls, or a slope at 0 above HV's bound"
CATEGORY = "Landscape"
NEEDS = {"shares": "statistics/landscape/shares.csv", "zero": "landscape/zero/"}
CLAIMS = ["HV-descent", "HV-zero", "HV-zero-slope", "OWN-vanishing"]
SETTINGS = ["landscape.minima", "statistics"]
CAPTION = """An attempt to break HV's Theorems 1 and 4 (v3). (a) The share of networks in which
descent found a proved local minimum outside balls about x0, -rho_d x0 and 0, where the theorem has
a descent direction. Lines through A = I: Phi(a + b sqrt(n_1/k)), fitted, dotted where extrapolated.
(b) The share of networks in which a search found a direction at 0 whose one-sided slope exceeds
Theorem 4's bound, 2^d D_w f(0) = -|x0| / (8 pi). Both shares are bounded from below by what was
found; "with high probability" is taken as one network in twenty (dashed).
"""

SENSED = "v^<>"  # by m/k, the smallest first
OUTSIDE = "share of networks with a proved minimum outside the balls"


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a): shares of networks with such a minimum.  (b): with a slope at 0 above the bound."""
    claims, confidence = tables["claims"], settings["statistics"]["confidence"]
    shares, slopes = tables["shares"], above_the_bound(tables["zero"], confidence)
    figure, (above, below) = style.new_figure(
        style.COLUMN, 4.9, rows=2, sharex=True, gridspec_kw={"height_ratios": [1.2, 1]}
    )
    _shares(above, shares, named=True)
    _fits(above, shares)
    _shares(below, slopes, named=False)
    above.set_ylim(-0.03, 0.93)
    below.set_ylim(-0.03, 0.73)
    above.set_ylabel("networks with a proved\nminimum outside the balls")
    below.set_ylabel("networks with a slope\n" + r"at 0 above $-1/8\pi$")
    below.set_xlabel("expansivity $n_1/k$")
    every = pd.concat([shares, slopes])["expansivity"]
    for axes in (above, below):
        axes.set_xscale("log")
        style.plain_ticks(axes.xaxis, sorted({*every} & {2.0, 4.0, 6.0, 8.0, 16.0, 32.0}))
        axes.set_xlim(0.8 * every.min(), 1.25 * every.max())
        style.predicted(axes, axes.get_xlim(), [RARE, RARE])
    style.label_line(below, below.get_xlim()[1], RARE, "1 in 20", xytext=(-3, 1), ha="right")
    style.letters([above, below])
    style.finding(figure, _finding(shares, claims))
    style.verdicts(figure, claims.values())
    minima = settings["landscape.minima"]
    style.note(
        figure,
        joined(
            f"$k$ = {style.span([*shares['latent_dimension'], *slopes['latent_dimension']])}",
            small_print.WEIGHTS,
            r"$A_{ij}\sim N(0,1/m)$ or $A=I$",
            rf"balls of radius ${minima['radius']:g}\|x_0\|$",
            f"networks a point: {style.span(shares['networks'])} (a), "
            f"{style.span(slopes['networks'])} (b)",
            small_print.bars(confidence),
            "marks of (b) as in (a)",
        ),
    )
    return figure


def _finding(shares: pd.DataFrame, claims: Mapping[str, Any]) -> str:
    """What was found with A = I in the widest networks of two layers, and at the least m/k."""
    plain = shares[shares["measurement_ratio"].isna() & (shares["depth"] == 2)]
    widest = plain.sort_values("expansivity").iloc[-1]
    ratio = shares["measurement_ratio"].min()
    text = (
        f"Minima outside HV's balls: with A = I in {widest['hits']:g} of {widest['networks']:g} "
        f"networks of two layers at n₁/k = {widest['expansivity']:g}"
    )
    if pd.isna(ratio):
        return text
    part = part_of(claims["HV-descent"], OUTSIDE, depth=2, measurement_ratio=ratio)
    wide = shares.loc[shares["measurement_ratio"] == ratio, "expansivity"].max()
    return f"{text}, with m/k = {ratio:g} in {with_interval(part)} at n₁/k = {wide:g}"


def above_the_bound(rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """One row a cell: the share of networks whose largest slope at 0 exceeds HV's bound."""
    rows = prepared(rows)
    found = []
    searched = rows[rows["measure"] == "slope at 0, searched"]
    for cell, group in searched.groupby(CELL, dropna=False, sort=False):
        one = share(group["value"] >= STEEPEST, confidence)
        found.append(
            dict(zip(CELL, cell, strict=True))
            | {"networks": one.trials, "share": one.value, "low": one.low, "high": one.high}
        )
    return pd.DataFrame(found)


def _curves(table: pd.DataFrame) -> Iterator[tuple[int, float, pd.DataFrame]]:
    """Depth, m/k (NaN under A = I) and points of each curve."""
    keys = ["depth", "measurement_ratio"]
    for (depth, ratio), group in table.groupby(keys, dropna=False, sort=True):
        yield int(depth), float(ratio), group.sort_values("expansivity")


def _shares(axes: Axes, table: pd.DataFrame, named: bool) -> None:
    """Shares with intervals; depth as colour, m/k as open marks; curves named, or the widest one
    of the least m/k alone."""
    curves = list(_curves(table))
    ratios = sorted({ratio for _, ratio, _ in curves if not np.isnan(ratio)})
    for number, (depth, ratio, group) in enumerate(curves):
        colour, plain = style.DEPTH[depth], np.isnan(ratio)
        marker = style.DEPTH_MARKERS[depth] if plain else SENSED[ratios.index(ratio) % 4]
        at = group["expansivity"] * (1 + 0.035 * (number - len(curves) / 2))
        axes.errorbar(
            at,
            group["share"],
            yerr=[group["share"] - group["low"], group["high"] - group["share"]],
            fmt=marker,
            linestyle="" if plain else ":",
            linewidth=0.8,
            color=colour,
            markerfacecolor=colour if plain else "white",
            capsize=1.5,
            elinewidth=0.8,
        )
        if plain and named:
            place, offset = 0, (5, 3) if depth > 2 else (-2, -38)
            name = f"$A=I$, $d={depth}$"
        elif not plain and (named or ratio == ratios[0]):
            place, offset = -1, (5, 1)
            name = f"$m/k={ratio:g}$, $d={depth}$"
        else:
            continue
        last = at.iloc[place], group["share"].iloc[place]
        style.label_line(axes, *last, name, colour, xytext=offset)


def _fits(axes: Axes, shares: pd.DataFrame) -> None:
    """Probit curves in the square root of the width under A = I, where shares allow a fit."""
    last = shares["expansivity"].max()
    for depth, ratio, group in _curves(shares):
        widths = [group[name].to_numpy() for name in ("expansivity", "hits", "networks")]
        if np.isnan(ratio) and Fading.possible(*widths[1:]):
            curve, least, most = Fading(*widths, "sqrt(n1/k)"), widths[0].min(), widths[0].max()
            for ends, line in [((least, most), "-"), ((most, 1.3 * last), ":")]:
                seen = np.geomspace(*ends, 100)
                axes.plot(seen, curve.share(seen), line, color=style.DEPTH[depth], linewidth=0.8)
