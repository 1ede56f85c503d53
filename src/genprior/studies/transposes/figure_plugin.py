"""Success of PLUGIn over n_0 and width, with its boundary."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from genprior.figures import small_print, style
from genprior.figures.findings import part_of, with_interval
from genprior.studies.transposes.published import PLUGIN_RATIO, PLUGIN_SUCCESS

TITLE = "PLUGIn, descent without masks, and its boundary"
CATEGORY = "Transposes"
NEEDS = {"points": "statistics/transposes/plugin.csv", "estimates": "claims/transposes/plugin.csv"}
CLAIMS = ["PLUGIN-boundary", "PLUGIN-line"]
SETTINGS = ["transposes.plugin", "statistics.confidence"]
CAPTION = """Success of PLUGIn (Joshi, Li, Plan, Yilmaz, NeurIPS 2021), descent without activation
masks, over latent dimension and width. Circles: the width n50 of half the successes, with arrows
where an interval leaves the widths tried. Diamonds: the boundary n = 20 n_0 drawn in the paper's
Figure 1.
"""

EDGE = withStroke(linewidth=2.4, foreground="white")
COLOUR = "#b5330f"


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """A phase diagram with n50 and the published line.

    Args:
        tables: the study's points, the family's estimates, and the claims.
        settings: the study's section, and the confidence.
    """
    points, estimates = tables["points"], tables["estimates"]
    figure, axes = style.new_figure(style.COLUMN, 3.4)
    mesh = style.probability_map(axes, points, "latent_dimension", "width")
    sizes = np.sort(points["latent_dimension"].unique())
    bottom, top = axes.get_ylim()
    limits = max(bottom, 2 * sizes[0]), top
    line = np.array(axes.get_xlim())
    style.predicted(axes, line, PLUGIN_RATIO * line, color="black", path_effects=[EDGE])
    style.published(axes, sizes, PLUGIN_RATIO * sizes)
    middle = sizes[len(sizes) // 2]
    style.label_line(
        axes,
        middle,
        PLUGIN_RATIO * middle,
        f"published: $n={PLUGIN_RATIO}\\,n_0$",
        "black",
        xytext=(-5, 5),
        ha="right",
    )
    axes.set_ylim(limits)
    _places(axes, sizes, estimates[estimates["measure"] == "n50 / n_0"])
    style.plain_ticks(axes.xaxis, sizes)
    style.plain_ticks(axes.yaxis, [5, 10, 20, 50, 100, 200, 400])
    axes.set_xlabel("latent dimension $n_0$")
    axes.set_ylabel("width $n_1=n_2=n_3$")
    figure.colorbar(mesh, ax=axes, label=style.SUCCESS)
    beyond = part_of(
        tables["claims"]["PLUGIN-boundary"], "success", cells=f"n >= {PLUGIN_RATIO} n_0"
    )
    style.finding(
        figure,
        f"Beyond the published n = {PLUGIN_RATIO} n₀ PLUGIn succeeds in {with_interval(beyond)} of "
        f"runs; half succeed from {_ratio(estimates)} n₀ on",
    )
    style.verdicts(figure, tables["claims"].values())
    study = settings["transposes.plugin"]
    style.note(
        figure,
        small_print.joined(
            f"$d={study['depth']}$",
            small_print.INVERSION,
            rf"$\eta={study['step']:g}$",
            r"$x_0$ on the unit sphere",
            rf"success: $\|x-x_0\|\leq {style.scientific(PLUGIN_SUCCESS)}$",
            small_print.cap(study["max_iterations"]),
            f"circles: $n_{{50}}$ with {small_print.intervals(settings['statistics.confidence'])}",
            small_print.trials(study["trials"]),
        ),
    )
    return figure


def _ratio(estimates) -> str:
    """The mean of n50 / n_0 with its interval."""
    found = estimates[estimates["measure"] == "mean of n50 / n_0"]
    one = {key: None if np.isnan(value) else value for key, value in found.iloc[0][NUMBERS].items()}
    return with_interval(one, 1)


NUMBERS = ["value", "low", "high"]


def _places(axes: Axes, sizes: np.ndarray, places) -> None:
    """n50 with its interval; arrows where an end, or n50 itself, lies beyond the widths."""
    bottom, top = axes.get_ylim()
    places = places.set_index("latent_dimension").reindex(sizes)
    value, low, high = (places[name].to_numpy() * sizes for name in NUMBERS)
    low, high = np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf)
    for k, middle, start, end in zip(sizes, value, low, high, strict=True):
        if np.isfinite(middle):
            ends = np.clip([start, end], bottom, top)
            axes.plot([k, k], ends, color=COLOUR, linewidth=1.1, path_effects=[EDGE])
    for last in np.flatnonzero(np.isfinite(value))[-1:]:
        at = sizes[last], value[last]
        style.label_line(axes, *at, "$n_{50}$", COLOUR, xytext=(0, -14), ha="center")
    axes.plot(sizes, value, "o", color=COLOUR, markeredgecolor="white", markersize=5, zorder=5)
    style.clipped(axes, sizes, low, high, COLOUR)
