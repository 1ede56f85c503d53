"""What is possible, AMP, descent and layer-wise programs: measurements and expansivity needed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "how far descent is from what is possible"
CATEGORY = "Scaling"
NEEDS = {
    "transitions": "statistics/optimum/transitions.csv",
    "thresholds": "statistics/optimum/thresholds.csv",
    "inversion": [
        "statistics/inversion-d1/success.csv",
        "statistics/inversion-d2/success.csv",
        "statistics/inversion-d3/success.csv",
    ],
    "programs": "statistics/layerwise/layer.csv",
}
CLAIMS = ["OWN-amp-follows", "OWN-excess", "OWN-amp-ahead"]
SETTINGS = ["optimum.growth", "statistics"]
CAPTION = """How far descent is from what is possible. Left: the measurements at which success
passes one half, as an excess over m = k, below which nothing recovers the code, against the latent
dimension. Filled: descent; open: AMP on the same instances; dashed: AMP's threshold by state
evolution. The dashed lines are limits as k grows and say nothing of any finite k; there only the
points count. Right: inversion without A against expansivity. In the limit one typical code is
determined above 2, all codes at once only above 6.698 (a replica computation of Maillard et al.,
arXiv 2302.14112)."""

TYPICAL, EVERY = 2.0, 6.698  # expansivities from which one code, and all codes, are determined


METHODS = {"descent": "descent", "amp": "AMP"}
FLOOR = 2e-3  # of the excess that is drawn


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """The excess over m = k against k, and inversion against expansivity.

    Args:
        tables: those of ``NEEDS``.
        settings: the study's section, and the confidence of the intervals.
    """
    figure, (left, right) = style.new_figure(style.PAGE, 3.4, columns=2)
    draw_excess(left, tables["transitions"], tables["thresholds"])
    draw_inversion(right, tables["inversion"], tables["programs"])
    (_, descents), *_ = tables["transitions"].query("method == 'descent'").groupby("method")
    steps = descents.groupby("depth")["step_rule"].first()
    style.note(
        figure,
        small_print.joined(
            small_print.WEIGHTS,
            r"left: $A_{ij}\sim N(0,1/m)$, lines are limits as $k\to\infty$",
            "step of descent "
            + ", ".join(f"{small_print.step(step)} at $d={d}$" for d, step in steps.items()),
            f"AMP: at most {settings['optimum.growth']['iterations']} iterations, not damped",
            "success of descent: certified convergence to $x_0$",
            "right: $A=I$",
            f"descent at $k={tables['inversion']['latent_dimension'].iloc[0]}$",
            f"linear program of one layer at $k={tables['programs']['latent_dimension'].min()}$",
            small_print.bars(settings["statistics"]["confidence"]),
        ),
    )
    return figure


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
        colour = style.DEPTH_COLOURS[depth]
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


def draw_inversion(axes: Axes, inversion: pd.DataFrame, programs: pd.DataFrame) -> None:
    """Success without A of descent by depth and of the linear program of one layer."""
    for place, words, height, end in [
        (TYPICAL, "one code", 0.98, "top"),
        (EVERY, "every code", 0.03, "bottom"),
    ]:
        axes.axvline(place, color="0.45", linestyle=":", linewidth=0.9)
        axes.annotate(
            f"{words}, {place:g}",
            (place, height),
            xytext=(-1, 0),
            textcoords="offset points",
            rotation=90,
            ha="right",
            va=end,
            fontsize=style.NOTE_SIZE,
            color="0.3",
        )
    free = programs[programs["inputs"] == "free"]
    free = free[free["latent_dimension"] == free["latent_dimension"].min()]
    style.proportions(
        axes,
        "ratio",
        free.sort_values("ratio"),
        color="0.35",
        marker="x",
        label="program, $d=1$",
    )
    for depth, table in inversion.groupby("depth", sort=True):
        style.proportions(
            axes,
            "expansivity",
            table.sort_values("expansivity"),
            color=style.DEPTH_COLOURS[depth],
            marker=style.DEPTH_MARKERS[depth],
            label=f"descent, $d={depth}$",
        )
    axes.set_xscale("log")
    style.plain_ticks(axes.xaxis, [1, 1.5, 2, 3, 4, 6, 8])
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(style.EXPANSIVITY)
    axes.set_ylabel(style.SUCCESS)
    axes.legend(loc="lower right", fontsize=style.NOTE_SIZE, bbox_to_anchor=(0.86, 0.1))
