"""The census: minima other than x0, by width and depth, and what the negation check does."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import part_of, with_interval
from genprior.figures.small_print import joined
from genprior.statistics.estimates import geometric_mean, share
from genprior.studies.landscape.measures import PUSHED
from genprior.studies.landscape.summary import networks_table, prepared

TITLE = "where descent ends against the width, a panel a depth, and the negation check"
CATEGORY = "Landscape"
NEEDS = {
    "census": "landscape/census/",
    "second": "landscape/second/",
    "ends": "statistics/landscape/ends.csv",
}
CLAIMS = [
    "MI-onebasin",
    "OWN-onebasin",
    "HV-two-points",
    "MI-pushed",
    "HHHV-negation",
    "OWN-trapped",
]
SETTINGS = ["landscape.census", "landscape.second", "landscape.negation", "statistics"]
CAPTION = """Where gradient descent ends without the negation check, against the width of the first
layer. (a-d) The share of networks in which some run ends at a proved minimum: any but x0 with one
layer, one far from both x0 and -rho_d x0 with more; theory has neither (0). (e) Distance of a
network's farthest proved minimum other than x0 from -rho_d x0, geometric means at k = 2; dashed:
the power -1/4 of the width that noise of order n^(-1/2) against the degenerate saddle gives. (f)
Recovery at k-250-600, m = 150, with (filled) and without (open) the negation check: with it no run
is trapped, also from -rho_d x0 itself.
"""

DEPTHS = (1, 2, 3, 4)
FAR = "share of networks with a proved end point far from x0 and -rho_d x0"
MINIMA = ("smooth", "kink", "dead")
STARTS = {"random": ("start at random", "o"), "mirror": (r"start at $-\rho_d\,x_0$", "s")}


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a-d): networks with other minima, by depth.  (e): their distance.  (f): the check."""
    claims, confidence = tables["claims"], settings["statistics"]["confidence"]
    census = others(tables["census"], settings["landscape.census"]["radius"], confidence)
    figure, grid = style.new_figure(style.COLUMN, 5.9, 2, 3)
    panels = grid.ravel()
    widths = census["width"]
    for axes, depth in zip(panels, DEPTHS, strict=False):
        _shares(axes, census[census["depth"] == depth])
        axes.set_xlim(0.7 * widths.min(), 1.4 * widths.max())
    for axes in grid[:2, 0]:
        axes.set_ylabel("networks with a\nminimum there")
    for axes in grid[1]:
        axes.set_xlabel("first width $n_1$")
    for k, marker in _marks(census).items():
        panels[0].plot([], [], "-", marker=marker, color=style.LATENT[k], label=f"$k={k}$")
    panels[0].legend(loc="upper center", ncols=2, fontsize=6.5, columnspacing=1)
    _distances(panels[4], prepared(tables["second"]), confidence)
    _check(panels[5], tables["ends"][tables["ends"]["study"] == "negation"])
    style.letters(
        panels,
        [
            "$d=1$: not at $x_0$",
            "$d=2$: far",
            "$d=3$: far",
            "$d=4$: far",
            r"beside $-\rho_d\,x_0$",
            "negation check",
        ],
    )
    style.finding(figure, _finding(claims))
    style.verdicts(figure, claims.values())
    style.note(figure, _conditions(census, tables, settings))
    return figure


def _finding(claims: Mapping[str, Any]) -> str:
    """One basin, far minima at d = 3, and the check."""
    (one,) = claims["MI-onebasin"]["parts"]
    far = part_of(claims["HV-two-points"], FAR, depth=3, latent_dimension=2)
    checked = [part for part in claims["HHHV-negation"]["parts"] if "every run" in part["measure"]]
    found = "Unmeasured" if one["value"] is None else f"{one['value']:g} of {one['trials']}"
    least = min(checked, key=lambda part: (part["value"] is not None, part["value"]))
    return (
        f"{found} networks of one layer have a second basin, and {with_interval(far)} of three "
        rf"layers (k = 2) minima far from $x_0$ and $-\rho_d\,x_0$; with the negation check "
        f"{with_interval(least)} recover"
    )


def others(rows: pd.DataFrame, radius: float, confidence: float) -> pd.DataFrame:
    """One row a shape: the share of networks with a proved minimum but x0 (one layer) or far from
    both points (more layers)."""
    networks = networks_table(prepared(rows), radius)
    found = []
    for (depth, k, shape), group in networks.groupby(["depth", "latent_dimension", "shape"]):
        one = share(group["wrong" if depth == 1 else "elsewhere"], confidence)
        found.append(
            {"depth": int(depth), "latent_dimension": int(k), "width": int(shape.split("-")[1])}
            | {"share": one.value, "low": one.low, "high": one.high, "networks": one.trials}
        )
    return pd.DataFrame(found).sort_values(["depth", "latent_dimension", "width"])


def _marks(census: pd.DataFrame) -> dict[int, str]:
    return dict(zip(sorted(census["latent_dimension"].unique()), style.MARKERS, strict=False))


def _shares(axes: Axes, census: pd.DataFrame) -> None:
    """One curve a k."""
    marks = _marks(census)
    for k, group in census.groupby("latent_dimension"):
        axes.errorbar(
            group["width"],
            group["share"],
            yerr=[group["share"] - group["low"], group["high"] - group["share"]],
            fmt=marks[k] + "-",
            color=style.LATENT[k],
            capsize=1.2,
            elinewidth=0.7,
        )
    axes.set_xscale("log")
    style.plain_ticks(axes.xaxis, [10, 100, 1000])
    axes.set_ylim(-0.04, 1.04)


def _distances(axes: Axes, second: pd.DataFrame, confidence: float) -> None:
    """The farthest proved minimum of a network other than x0 from -rho_d x0, against n_1."""
    minima = second[second["kind"].isin(MINIMA)]
    farthest = minima.groupby(["depth", "shape", "trial"])["distance_to_mirror"].max()
    for depth, group in farthest.groupby("depth"):
        widths, means = [], []
        for shape, values in group.groupby("shape"):
            widths.append(int(shape.split("-")[1]))
            means.append(geometric_mean(values, confidence))
        order = np.argsort(widths)
        at = np.array(widths)[order] * (1 + 0.05 * (depth - 3))
        value, low, high = (
            np.array([getattr(one, name) for one in means])[order]
            for name in ("value", "low", "high")
        )
        bars = np.nan_to_num([value - low, high - value], posinf=0.0)  # none about one network
        axes.errorbar(
            at,
            value,
            yerr=bars,
            fmt=style.DEPTH_MARKERS[depth] + "-",
            color=style.DEPTH[depth],
            capsize=1.2,
            elinewidth=0.7,
        )
        style.label_line(
            axes, at[-1], value[-1], f"$d={depth}$", style.DEPTH[depth], xytext=(4, 0), va="center"
        )
    every = np.array(sorted({int(shape.split("-")[1]) for shape in second["shape"]}))
    top = farthest.groupby(["depth", "shape"]).mean().max()
    style.predicted(axes, every, 1.25 * top * (every / every[0]) ** PUSHED)
    style.label_line(
        axes,
        every[-1],
        1.25 * top * (every[-1] / every[0]) ** PUSHED,
        "$n_1^{-1/4}$",
        xytext=(-2, 3),
        ha="right",
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.plain_ticks(axes.xaxis, every[::2])
    style.plain_ticks(axes.yaxis, [0.02, 0.05, 0.1, 0.2, 0.5])
    axes.set_xlim(0.8 * every[0], 2.7 * every[-1])
    axes.set_xlabel("first width $n_1$ ($k=2$)")
    axes.set_ylabel(r"$\|x+\rho_d x_0\|/\|x_0\|$")


def _check(axes: Axes, negation: pd.DataFrame) -> None:
    """Recovery with and without the negation check against k, by start."""
    for (start, check), group in negation.groupby(["start", "negation_check"]):
        group = group.sort_values("latent_dimension")
        _, marker = STARTS[start]
        axes.errorbar(
            group["latent_dimension"] * (0.97 if start == "random" else 1.03),
            group["recovered"],
            yerr=[group["recovered"] - group["low"], group["high"] - group["recovered"]],
            fmt=f"{marker}-" if check else f"{marker}:",
            color=style.METHOD["descent"],
            markerfacecolor=style.METHOD["descent"] if check else "white",
            capsize=1.2,
            elinewidth=0.7,
        )
    for words, marker in STARTS.values():
        axes.plot([], [], f"{marker}:", color=style.METHOD["descent"], mfc="white", label=words)
    axes.legend(loc="lower right", fontsize=6, title="open: without", title_fontsize=6)
    axes.set_xscale("log")
    style.plain_ticks(axes.xaxis, sorted(negation["latent_dimension"].unique()))
    axes.set_ylim(-0.04, 1.04)
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel("share recovered")


def _step(settings: Mapping[str, Any]) -> str:
    """The step of each study, and of the census's grids that have one of their own."""
    panels = {"a-d": "census", "e": "second", "f": "negation"}
    rules = {
        panel: settings[f"landscape.{study}"]["descent"]["step"] for panel, study in panels.items()
    }
    words = {panel: small_print.step(rule) for panel, rule in rules.items()}
    if len(set(words.values())) == 1:
        step = f"step {words['e']}"
    else:
        step = "step " + ", ".join(f"{word} ({panel})" for panel, word in words.items())
    own = {
        rf"${rule}$ at $d={depth}$": None
        for grid in settings["landscape.census"]["networks"]
        for rule in [grid.get("descent", {}).get("step", rules["a-d"])]
        for depth in [grid["depth"] if "depth" in grid else len(grid["widths"][0])]
        if rule != rules["a-d"]
    }
    return f"{step} ({', '.join(own)})" if own else step


def _conditions(
    census: pd.DataFrame, tables: Mapping[str, Any], settings: Mapping[str, Any]
) -> str:
    """The small print, from the tables and the studies."""
    study, ends = settings["landscape.census"], tables["ends"]
    negation = ends[ends["study"] == "negation"]
    widths, m = negation["shape"].iloc[0].split("-", 1)[1], negation["measurements"].iloc[0]
    second = tables["second"].groupby("shape")["trial"].nunique()
    return joined(
        small_print.WEIGHTS,
        rf"$A=I$, but $k$-{widths}, $m={m}$ in (f)",
        "far: from $x_0$ and "
        rf"$-\rho_d x_0$, beyond ${study['radius']:g}\|x_0\|$",
        f"{_step(settings)}, {small_print.cap(study['descent']['max_iterations'])}",
        f"networks a point: {style.span(census['networks'])} (a-d), {style.span(second)} (e), "
        f"{style.span(negation['networks'])} (f)",
        small_print.bars(settings["statistics"]["confidence"]),
    )
