"""How random networks and A concentrate: what falls with their size, and what does not grow."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from genprior.figures import small_print, style
from genprior.figures.findings import Entry, ends_of, part_of, with_interval
from genprior.figures.small_print import joined
from genprior.studies.landscape.measures import WIDE, log_exponent

TITLE = "WDC, products of layers, kinks and RRIC: deviations against size, and their exponents"
CATEGORY = "Landscape"
NEEDS = {"cells": "statistics/landscape/cells.csv"}
CLAIMS = [
    "HV-wdc",
    "HV-gram",
    "HV-products",
    "HV-tied",
    "HV-rric",
    "HV-kinks",
    "HV-logfactor",
    "MI-disjoint",
]
SETTINGS = ["landscape.gram", "landscape.layers", "landscape.isometry", "statistics"]
CAPTION = """Random networks, and A on their range, concentrate about their expectation as
size^(-1/2). (a) Largest deviation found against size, by that at the smallest: the weight
distribution condition of one layer (HV v3, Lemma 11), products L_x^T L_y y (Lemma 8), the descent
direction at smooth points and at exact kinks (Theorem 1), the range-restricted isometry of A
(Proposition 6). (b) Exponents with the ranges that the rules ask for: -1/2 in the size, and no
growth with k at fixed n/k, where an n of order k log k would be needed if the WDC constant grew as
sqrt(log k), nor with the output dimension at fixed m. Constants are suprema, which searches bound
from below. No layer maps x and -x to overlapping supports.
"""

WDC, RRIC = "exponent of the WDC constant in n/k", "exponent of the RRIC constant"
DEVIATION = "exponent of the largest deviation"


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a): deviations against size.  (b): their exponents, with what is expected and allowed."""
    cells, claims = tables["cells"], tables["claims"]
    figure, (above, below) = style.new_figure(
        style.COLUMN, 5.3, rows=2, gridspec_kw={"height_ratios": [1.25, 1]}
    )
    _deviations(above, cells)
    _exponents(below, claims, cells[cells["study"] == "drift"]["latent_dimension"])
    style.letters([above, below])
    numbers = [
        with_interval(part)
        for part in (
            part_of(claims["HV-wdc"], WDC),
            part_of(claims["HV-rric"], RRIC, along="measurements"),
            part_of(claims["HV-logfactor"], "exponent of the WDC constant in k"),
        )
    ]
    style.finding(
        figure,
        "Exponents of concentration: {} of layers in n/k, {} of A in m (theory −1/2), {} in k "
        "alone".format(*numbers),
    )
    style.verdicts(figure, claims.values())
    networks = {
        study: settings[f"landscape.{study}"]["trials"] for study in ("gram", "layers", "isometry")
    }
    style.note(
        figure,
        joined(
            small_print.WEIGHTS,
            r"$A_{ij}\sim N(0,1/m)$ for $A$, else $A=I$",
            f"networks a point: {networks['gram']} (WDC), {networks['layers']} (products, "
            f"direction), {networks['isometry']} ($A$)",
            f"{small_print.bars(settings['statistics']['confidence'])} of the mean",
            "shaded in (b): what the rules ask for",
        ),
    )
    return figure


def _curves(cells: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, str, str]]:
    """Name, means by size, colour and marker of the curves of (a), and of the kinks' open marks."""
    layer = cells[(cells["study"] == "gram") & (cells["measure"] == "gram, searched")]
    layer = layer[layer["latent_dimension"] == layer["latent_dimension"].max()]
    wide = layer[layer["expansivity"] >= WIDE]
    layer = wide if len(wide) > 1 else layer
    k = layer["latent_dimension"].iloc[0]
    yield f"WDC constant, $k={k}$", layer.assign(size=layer["expansivity"]), "layer", "o"
    layers = cells[cells["study"] == "layers"]
    layers = layers.assign(size=layers["expansivity"])
    for depth, measure, name, marker in [
        (layers["depth"].max(), "image of a product", r"product $L_x^TL_y\,y$, $d={}$", "^"),
        (2, "direction", r"direction $v$, $d={}$ (open: kinks)", "s"),
        (2, "direction at a kink", "", "s"),
        (2, "direction at a vertex", "", "D"),
    ]:
        chosen = layers[(layers["depth"] == depth) & (layers["measure"] == measure)]
        yield name.format(depth), chosen, "layer", marker
    sensed = cells[(cells["study"] == "isometry") & (cells["measure"] == "isometry, searched")]
    shapes = sensed.groupby("shape")["measurements"].transform("nunique")
    sensed = sensed[shapes == shapes.max()]
    sensed = sensed.assign(size=sensed["measurement_ratio"])
    sensed = sensed[sensed["latent_dimension"] == sensed["latent_dimension"].max()]
    k = sensed["latent_dimension"].iloc[0]
    yield f"RRIC constant of $A$, $k={k}$", sensed, "sensing", "v"


COLOURS = {"layer": 0, "sensing": 3}


def _deviations(axes: Axes, cells: pd.DataFrame) -> None:
    """Deviations by the first of their curve; each curve a factor of two below the one before."""
    base, widest, first = 2.0, 1.0, 1.0
    for name, group, what, marker in _curves(cells):
        group, colour = group.sort_values("size"), style.PALETTE[COLOURS[what]]
        if name:
            base, first = base / 2, group["mean"].iloc[0]
        scale, size = base / first, group["size"] / group["size"].iloc[0]
        widest = max(widest, size.max())
        axes.errorbar(
            size * (1 if name else 1.04 if marker == "s" else 1.08),
            group["mean"] * scale,
            yerr=[
                (group["mean"] - group["low"]) * scale,
                (group["high"] - group["mean"]) * scale,
            ],
            fmt=marker,
            color=colour,
            markerfacecolor=colour if name else "white",
            capsize=1.5,
            elinewidth=0.8,
        )
        if name:
            style.predicted(axes, size, base / np.sqrt(size))
            style.label_line(axes, 0.93, base, name, colour, xytext=(0, 0), ha="right", va="center")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(0.035, 1.4 * widest)
    axes.set_ylim(top=2.0)
    style.label_line(
        axes, 1.3 * widest, 1.6, "dashed: slope $-1/2$", xytext=(0, 0), ha="right", va="center"
    )
    style.plain_ticks(axes.xaxis, [1, 2, 4, 8, 16, 32][: 1 + int(np.log2(widest))])
    style.plain_ticks(axes.yaxis, [0.03, 0.1, 0.3, 1])
    axes.set_xlabel("size relative to the smallest: $n/k$, widths, or $m$")
    axes.set_ylabel("largest deviation, by the first\n(a factor of 2 between curves)")


def _exponents(axes: Axes, claims: Mapping[str, Entry], sizes: pd.Series) -> None:
    """One row an exponent: its interval, the range that its rule asks for and what is expected."""
    drift = part_of(claims["HV-logfactor"], "exponent of the WDC constant in k")
    weights, products, sensing = (claims[f"HV-{name}"] for name in ("wdc", "products", "rric"))
    depths = sorted(
        {part["where"]["depth"] for part in products["parts"] if "depth" in part["where"]}
    )
    rows: list[tuple[str, float, list[tuple[Entry, str, str]]]] = [
        ("WDC, in $n/k$", -0.5, [(part_of(weights, WDC), "layer", "o")]),
        *(
            (
                f"products, $d={depth}$",
                -0.5,
                [
                    (
                        part_of(products, DEVIATION, depth=depth, deviation=deviation),
                        "layer",
                        marker,
                    )
                    for deviation, marker in (
                        ("image of a product", "^"),
                        ("square of a product", "<"),
                    )
                ],
            )
            for depth in depths
        ),
        ("RRIC, in $m$", -0.5, [(part_of(sensing, RRIC, along="measurements"), "sensing", "v")]),
        ("WDC, in $k$", 0.0, [(drift, "layer", "o")]),
        (
            "RRIC, in $n_d$",
            0.0,
            [(part_of(sensing, RRIC, along="output_dimension"), "sensing", "v")],
        ),
    ]
    left, right = -0.8, 0.42
    axes.set_xlim(left, right)
    for row, (_, expected, parts) in enumerate(rows):
        axes.plot(
            [expected] * 2, [row - 0.5, row + 0.5], color=style.THEORY, linestyle="--", lw=0.8
        )
        for number, (part, what, marker) in enumerate(parts):
            if number == 0 and "rule" in part:
                low, high = _allowed(part["rule"], left, right)
                axes.add_patch(Rectangle((low, row - 0.4), high - low, 0.8, color="0.92", zorder=0))
            if part["value"] is not None:
                low, high = np.clip(ends_of(part), left, right)
                axes.errorbar(
                    part["value"],
                    row + 0.22 * (2 * number - len(parts) + 1),
                    xerr=[[max(part["value"] - low, 0)], [max(high - part["value"], 0)]],
                    fmt=marker,
                    color=style.PALETTE[COLOURS[what]],
                    capsize=1.5,
                    elinewidth=0.8,
                )
    if sizes.nunique() > 1:
        row = [name for name, *_ in rows].index("WDC, in $k$")
        log = log_exponent(sizes.min(), sizes.max())
        axes.plot([log] * 2, [row - 0.4, row + 0.4], color=style.THEORY, linestyle=":")
        style.label_line(axes, log, row, r"as $\sqrt{\log k}$", xytext=(2, 0), va="center")
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("exponent of the largest deviation")


def _allowed(rule: Mapping[str, Any], left: float, right: float) -> tuple[float, float]:
    """The range in which a rule asks for the interval."""
    low, high = rule.get(
        "inside", (rule.get("low_at_least", left), rule.get("high_at_most", right))
    )
    return max(low, left), min(high, right)
