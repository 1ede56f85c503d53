"""What is possible, AMP, descent and layer-wise programs: measurements and expansivity needed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import listed

TITLE = "how far descent is from what is possible"
CATEGORY = "Scaling"
NEEDS = {
    "transitions": "statistics/optimum/transitions.csv",
    "thresholds": "statistics/optimum/thresholds.csv",
}
CLAIMS = ["OWN-amp-follows", "OWN-excess", "OWN-amp-ahead"]
SETTINGS = ["optimum.growth", "statistics"]
CAPTION = """How far descent is from what is possible: the measurements at which success passes one
half, as an excess over m = k, below which nothing recovers the code, against the latent dimension.
Filled: descent; open: AMP on the same instances. The dashed lines are AMP's thresholds by state
evolution, limits as k grows; they say nothing of any finite k, where only the points count."""


METHODS = {"descent": "descent", "amp": "AMP"}
FLOOR = 2e-3  # of the excess that is drawn


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """The excess over m = k against k.

    Args:
        tables: those of ``NEEDS``.
        settings: the study's section, and the confidence of the intervals.
    """
    figure, axes = style.new_figure(style.COLUMN, 3.9)
    transitions = tables["transitions"]
    draw_excess(axes, transitions, tables["thresholds"])
    steps = transitions.query("method == 'descent'").groupby("depth")["step_rule"].first()
    style.finding(figure, message(transitions))
    style.verdicts(figure, tables["claims"].values())
    style.note(
        figure,
        small_print.joined(
            small_print.WEIGHTS,
            r"$A_{ij}\sim N(0,1/m)$",
            "step of descent "
            + ", ".join(f"{small_print.step(step)} at $d={d}$" for d, step in steps.items()),
            f"AMP: at most {settings['optimum.growth']['iterations']} iterations, not damped",
            "success of descent: certified convergence to $x_0$",
            small_print.bars(settings["statistics"]["confidence"]),
        ),
    )
    return figure


def message(transitions: pd.DataFrame) -> str:
    """m50 / k of both methods at the smallest and the largest k of the first depth."""
    first = transitions[transitions["depth"] == transitions["depth"].min()]
    inside = first[first["status"] == "inside"]
    found = inside.pivot_table(index="latent_dimension", columns="method", values="location")
    if found.dropna().empty or set(found.columns) != set(METHODS):
        return "How far descent and AMP are from what is possible, m = k"
    found = found.dropna()
    low, high = found.index[0], found.index[-1]
    told = (
        f"from {found.loc[low, method]:.2f} at k = {low} to {found.loc[high, method]:.2f} at "
        f"k = {high} for {words}"
        for method, words in METHODS.items()
    )
    depth = first["depth"].iloc[0]
    return f"m50/k comes nearer to what is possible, 1, as k grows (d = {depth}): {listed(told)}"


def draw_excess(axes: Axes, transitions: pd.DataFrame, thresholds: pd.DataFrame) -> None:
    """m50 / k - 1 of descent and AMP by depth, and AMP's limit."""
    sizes = sorted(transitions["latent_dimension"].unique())
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(FLOOR, 6)
    axes.set_xlim(sizes[0] / 1.25, sizes[-1] * 1.25)
    for (depth, expansivity, method), table in transitions.groupby(
        ["depth", "expansivity", "method"], sort=True
    ):
        colour = style.DEPTH[depth]
        known = table.assign(**{end: table[end] - 1 for end in ("location", "low", "high")})
        # The two methods side by side.
        shift = 0.97 if method == "descent" else 1.03
        style.interval_points(
            axes,
            known["latent_dimension"] * shift,
            known,
            fmt=style.DEPTH_MARKERS[depth] + "-",
            linewidth=0.7,
            color=colour,
            markerfacecolor=colour if method == "descent" else "white",
            label=f"{METHODS[method]}, $d={depth}$, $n_i/n_{{i-1}}={expansivity:g}$",
        )
        limit = thresholds[
            (thresholds["depth"] == depth) & (thresholds["expansivity"] == expansivity)
        ]
        if method == "amp" and len(limit):
            height = float(limit["amp"].iloc[0]) - 1
            axes.axhline(height, color=colour, linestyle="--", linewidth=0.9)
            axes.annotate(
                rf"AMP, $d={depth}$, $k\to\infty$: $m/k={1 + height:.3f}$",
                (sizes[0], height),
                xytext=(0, 2),
                textcoords="offset points",
                fontsize=style.NOTE_SIZE,
                color=colour,
            )
    style.plain_ticks(axes.xaxis, sizes)
    style.plain_ticks(axes.yaxis, [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3])
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel("excess of measurements, $m_{50}/k-1$")
    axes.legend(loc="upper right", fontsize=style.NOTE_SIZE)
    style.label_line(
        axes, sizes[-1] * 1.25, FLOOR, "lowest: $m=k$, the limit", ha="right", xytext=(-3, 2)
    )
