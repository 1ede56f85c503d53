"""How a random network and A concentrate: WDC, products, RRIC, kinks (HV v3, Lemmas 7, 8, 11)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.small_print import joined

TITLE = "WDC, products of layers, kinks and RRIC (HV v3: Lemmas 7, 8, 11, Proposition 6)"
CATEGORY = "Landscape"
NEEDS = {"cells": "statistics/landscape/cells.csv"}
CLAIMS = ["HV-logfactor", "HV-wdc", "HV-products", "HV-rric", "HV-kinks", "MI-disjoint"]
SETTINGS = ["landscape.gram", "landscape.layers", "landscape.isometry", "statistics"]
CAPTION = """How random networks concentrate about their expectation: (a, b) the weight
distribution condition of one layer (HV v3, Lemma 11), (c) products of layers (Lemma 8), (d) the
descent direction at smooth points, at exact kinks and with tied layers, (e, f) the range-restricted
isometry of A (Proposition 6). Constants are suprema and searches bound them from below: (b) shows
what random pairs alone would say.
"""


def _mean(axes: Axes, table: pd.DataFrame, x: str, **options) -> None:
    """Means with their intervals against a column, joined by a line."""
    table = table.sort_values(x)
    axes.errorbar(
        table[x],
        table["mean"],
        yerr=[table["mean"] - table["low"], table["high"] - table["mean"]],
        capsize=1.5,
        elinewidth=0.8,
        **options,
    )


def _logarithmic(axes: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.plain_ticks(axes.xaxis, x)
    style.plain_ticks(axes.yaxis, y)


def _guide(axes: Axes, x, level: float) -> None:
    """A line of slope -1/2 through the level at the first x."""
    x = np.array([min(x), max(x)], float)
    axes.plot(
        x,
        level * np.sqrt(x[0] / x),
        color="0.5",
        linestyle="--",
        linewidth=0.9,
        label="slope $-1/2$",
    )


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Six panels: the WDC constant twice, products of layers, kinks, the RRIC constant twice."""
    cells = tables["cells"]
    figure, panels = style.new_figure(style.PAGE, 4.9, 3, 2)
    (gram, drift, products), (kinks, measured, outputs) = panels
    _gram(gram, drift, cells[cells["study"] == "gram"])
    _layers(products, kinks, cells[cells["study"] == "layers"])
    _isometry(measured, outputs, cells[cells["study"] == "isometry"])
    for axes, letter in zip(panels.ravel(), "abcdef", strict=True):
        axes.set_title(f"({letter}) {axes.get_title()}", loc="left")
        axes.set_title("")
    networks = {
        study: settings[f"landscape.{study}"]["trials"] for study in ("gram", "layers", "isometry")
    }
    style.note(
        figure,
        joined(
            small_print.WEIGHTS,
            r"$A_{ij}\sim N(0,1/m)$ in (e, f), $A=I$ in (d)",
            f"networks a point: {networks['gram']} (a, b), {networks['layers']} (c, d), "
            f"{networks['isometry']} (e, f)",
            f"{small_print.bars(settings['statistics']['confidence'])} of the mean",
            "searched constants are lower bounds of suprema",
        ),
    )
    return figure


def _gram(along_n: Axes, along_k: Axes, gram: pd.DataFrame) -> None:
    searched = gram[gram["measure"] == "gram, searched"]
    drawn = gram[gram["measure"] == "gram, drawn"]
    for (k, group), colour, marker in zip(
        searched.groupby("latent_dimension"), style.PALETTE, "osD^v", strict=False
    ):
        _mean(along_n, group, "expansivity", fmt=f"{marker}-", color=colour, label=f"$k={k}$")
    ratios = sorted(searched["expansivity"].unique())
    _logarithmic(along_n, ratios, [0.1, 0.2, 0.5, 1, 2, 3])
    _guide(along_n, ratios, float(searched["mean"].max()) * 1.25)
    along_n.set_xlabel("$n/k$")
    along_n.set_ylabel("WDC constant, searched")
    along_n.set_title("masked Gram matrix")
    along_n.legend(fontsize=6)
    shades = dict(zip(ratios, np.linspace(0.0, 0.7, len(ratios)), strict=True))
    for ratio, group in searched.groupby("expansivity"):
        colour = style.blend(style.PALETTE[0], shades[ratio])
        _mean(along_k, group, "latent_dimension", fmt="o-", color=colour)
        last = group.sort_values("latent_dimension").iloc[-1]
        along_k.annotate(
            f"{ratio:g}",
            (last["latent_dimension"], last["mean"]),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=6,
            va="center",
        )
    for ratio, group in drawn.groupby("expansivity"):
        colour = style.blend(style.PALETTE[1], shades[ratio])
        group = group.sort_values("latent_dimension")
        along_k.plot(group["latent_dimension"], group["mean"], ":", color=colour, linewidth=0.9)
    along_k.plot([], [], "o-", color=style.PALETTE[0], label="searched, by $n/k$")
    along_k.plot([], [], ":", color=style.PALETTE[1], label="random pairs only")
    sizes = sorted(searched["latent_dimension"].unique())
    _logarithmic(along_k, sizes, [0.1, 0.2, 0.5, 1, 2, 5])
    along_k.set_xlim(sizes[0] / 1.2, sizes[-1] * 1.5)
    along_k.set_ylim(top=along_k.get_ylim()[1] * 2.2)
    along_k.set_xlabel("latent dimension $k$")
    along_k.set_ylabel("WDC constant")
    along_k.set_title("at fixed $n/k$")
    along_k.legend(loc="upper left", fontsize=6)


def _layers(products: Axes, kinks: Axes, layers: pd.DataFrame) -> None:
    measures = [
        ("square of a product", "-", "length of $L_x z$"),
        ("image of a product", "--", "$L_x^T L_y y$"),
    ]
    for depth, group in layers.groupby("depth"):
        colour, marker = style.DEPTH_COLOURS[depth], style.DEPTH_MARKERS[depth]
        for measure, line, _ in measures:
            chosen = group[group["measure"] == measure]
            _mean(products, chosen, "expansivity", fmt=f"{marker}{line}", color=colour)
        products.plot([], [], f"{marker}-", color=colour, label=f"$d={depth}$")
    for _, line, name in measures:
        products.plot([], [], line, color="0.3", label=name)
    ratios = sorted(layers["expansivity"].unique())
    _logarithmic(products, [4, 8, 16, 32, 64], [0.1, 0.2, 0.5, 1, 2, 5, 10])
    _guide(products, ratios, 0.6)
    products.set_xlabel(style.EXPANSIVITY)
    products.set_ylabel("largest deviation, random points")
    products.set_title("products of layers")
    products.legend(fontsize=5.5, ncols=2, loc="upper right", columnspacing=0.8)
    products.set_ylim(top=products.get_ylim()[1] * 3)

    deepest = layers[layers["depth"] == 2]
    for (measure, name), colour, marker, shift in zip(
        [
            ("direction", "smooth points"),
            ("direction at a kink", "one exact zero"),
            ("direction at a vertex", "$k-1$ exact zeros"),
            ("direction, tied rows", "$W_2$ tied to rows of $W_1$"),
            ("direction, tied columns", "$W_2$ tied to columns"),
        ],
        style.PALETTE,
        "osD^v",
        np.linspace(0.93, 1.07, 5),
        strict=False,
    ):
        chosen = deepest[deepest["measure"] == measure]
        chosen = chosen.assign(expansivity=chosen["expansivity"] * shift)
        _mean(kinks, chosen, "expansivity", fmt=marker, color=colour, label=name)
    _logarithmic(kinks, sorted(deepest["expansivity"].unique()), [0.2, 0.5, 1, 2, 5, 10])
    kinks.set_ylim(top=kinks.get_ylim()[1] * 3)
    kinks.set_xlabel(style.EXPANSIVITY)
    kinks.set_ylabel(r"largest $2^d\|v-h\|/\max(\|x\|,\|x_0\|)$")
    kinks.set_title("kinks, tied layers ($d=2$)")
    kinks.legend(fontsize=5.5, loc="upper right")


def _isometry(measured: Axes, outputs: Axes, isometry: pd.DataFrame) -> None:
    for axes, x, fixed in [
        (measured, "measurement_ratio", "shape"),
        (outputs, "output_dimension", "measurements"),
    ]:
        several = isometry.groupby(["latent_dimension", fixed])[x].transform("nunique") > 1
        part = isometry[several]
        for (k, group), colour in zip(
            part.groupby("latent_dimension"), style.PALETTE, strict=False
        ):
            for kind, line in [("searched", "o-"), ("drawn", "s:")]:
                chosen = group[group["measure"] == f"isometry, {kind}"]
                name = "searched" if kind == "searched" else "random points"
                _mean(axes, chosen, x, fmt=line, color=colour, label=f"$k={k}$, {name}")
        values = sorted(part[x].unique())
        _logarithmic(axes, values, [0.05, 0.1, 0.2, 0.5, 1, 2, 4])
        axes.set_ylabel("RRIC constant")
    _guide(measured, isometry["measurement_ratio"].unique(), 2.0)
    measured.set_xlabel(style.RATIO)
    measured.set_title("$A$ on the range")
    outputs.set_xlabel("output dimension $n_d$")
    outputs.set_title("at fixed $m$")
    for axes in (measured, outputs):
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * 2.5)
        if axes.lines:
            axes.legend(fontsize=5.5, loc="upper right")
