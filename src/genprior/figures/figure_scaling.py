"""How the measurements and the expansivity that are needed move with the latent dimension k."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
from genprior.figures.findings import with_interval

TITLE = "whether the measurements and the expansivity that are needed grow with k"
CATEGORY = "Scaling"
NEEDS = {
    "measurements": "statistics/measurements-against-k/transitions.csv",
    "measurements_law": "statistics/measurements-against-k/scaling.csv",
    "expansivities": "statistics/expansivity-against-k/transitions.csv",
    "expansivities_law": "statistics/expansivity-against-k/scaling.csv",
}
CLAIMS = ["HV-measurements", "OWN-exponent", "DRZ-constant"]
SETTINGS = [
    "experiments.measurements-against-k",
    "experiments.expansivity-against-k",
    "descent",
    "success",
    "statistics",
]
CAPTION = """(a) The measurements a latent dimension, m50/k, at which success passes one half: they
fall with k, so that m50 grows more slowly than k. (b) The expansivity at which it does, e50, does
not grow with k. Lines: the fitted power law, and through its middle what m proportional to k log k
or an expansivity proportional to log k would look like. Dotted: m = k and, for a code of any sign,
expansivity 2, below which as k grows nothing determines the code."""


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a) m50 / k against k; (b) e50 against k; each with its law and its alternative."""
    (law,) = tables["measurements_law"].query("axis == 'measurements'").to_dict("records")
    (other,) = tables["expansivities_law"].query("axis == 'expansivity'").to_dict("records")
    figure, (above, below) = style.new_figure(style.COLUMN, 4.6, rows=2, sharex=True)
    panel(
        above,
        tables["measurements"].query("axis == 'measurements'"),
        law | {"exponent": law["exponent"] - 1},
        rf"$m_{{50}}\propto k^{{{law['exponent']:.2f}}}$",
        "$m=k$: possible from here on",
        1,
        divide=True,
    )
    panel(
        below,
        tables["expansivities"].query("axis == 'expansivity'"),
        other,
        rf"$e_{{50}}\propto k^{{{other['exponent']:.2f}}}$",
        "2: possible from here on",
        2,
    )
    style.letters(
        [above, below],
        [
            f"$d={law['depth']:g}$, expansivity {law['expansivity']:g}",
            f"$d={other['depth']:g}$, $m/k={other['measurement_ratio']:g}$",
        ],
    )
    above.set_ylabel("$m_{50}/k$")
    below.set_ylabel("expansivity $e_{50}$")
    below.set_xlabel("latent dimension $k$")
    style.finding(
        figure,
        f"m grows like k to the power {interval(law)}; the expansivity needed does not grow with k "
        f"(exponent {interval(other)})"
        if other["high"] < 0.1
        else f"m grows like k to the power {interval(law)}, the expansivity needed to the power "
        f"{interval(other)}",
    )
    style.verdicts(figure, tables["claims"].values())
    style.note(
        figure,
        small_print.joined(
            conditions(settings, SETTINGS[:2], step_of(tables["measurements"])),
            small_print.bars(settings["statistics"]["confidence"]),
        ),
    )
    return figure


def interval(law: Mapping[str, Any]) -> str:
    """An exponent with its interval."""
    return with_interval({"value": law["exponent"], "low": law["low"], "high": law["high"]})


def panel(
    axes: Axes,
    points: pd.DataFrame,
    law: Mapping[str, Any],
    words: str,
    limit: str,
    height: float,
    divide: bool = False,
) -> None:
    """Points against k with their power law, the law with a logarithm, and what is possible.

    Args:
        axes: the panel.
        points: transitions along one axis.
        law: ``exponent`` and ``constant`` of what is drawn.
        words, limit: labels of the law and of the limit.
        height: of the limit.
        divide: whether locations are numbers of measurements, to be divided by k.
    """
    points = points.sort_values("latent_dimension")
    k = points["latent_dimension"].to_numpy(float)
    if divide:
        ends = {end: points[end] / k for end in ("location", "low", "high")}
        points = points.assign(**ends)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(k[0] / 1.25, k[-1] * 1.25)
    values = points.loc[points["status"] == "inside", ["location", "low", "high"]]
    values = values.replace([0, np.inf], np.nan)
    axes.set_ylim(0.8 * min(height, values.min().min()), 1.5 * values.max().max())
    fine = np.geomspace(k[0], k[-1], 50)
    axes.plot(fine, law["constant"] * fine ** law["exponent"], color=style.PALETTE[0])
    style.label_line(
        axes,
        fine[8],
        law["constant"] * fine[8] ** law["exponent"],
        words,
        style.PALETTE[0],
        xytext=(0, 19),
    )
    middle = np.sqrt(k[0] * k[-1])
    alternative = np.log(fine) / np.log(middle) * law["constant"] * middle ** law["exponent"]
    style.predicted(axes, fine, alternative, linestyle=(0, (4, 2)))
    style.label_line(
        axes,
        fine[-1],
        min(alternative[-1], axes.get_ylim()[1]),
        r"if $\propto k\log k$" if divide else r"if $\propto\log k$",
        ha="right",
        xytext=(-12, -9),
    )
    style.predicted(axes, axes.get_xlim(), [height, height], linestyle=":")
    style.label_line(axes, axes.get_xlim()[1], height, limit, ha="right", va="top", xytext=(-3, -2))
    style.interval_points(axes, k, points, fmt="o", color="black")
    style.plain_ticks(axes.xaxis, k)
    low, high = axes.get_ylim()
    nice = np.array([0.5, 0.7, 1, 1.5, 2, 2.5, 3, 4, 5, 7, 10])
    style.plain_ticks(axes.yaxis, nice[(nice >= low) & (nice <= high)])
