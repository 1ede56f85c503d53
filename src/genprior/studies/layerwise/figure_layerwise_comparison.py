"""Success and seconds against k of linear programs, least squares and descent, A = I."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.studies.layerwise.published import DESCENT_FAILS, PROGRAMS_SUCCEED

TITLE = (
    "success and seconds against k: programs, least squares, descent under two caps and "
    "decided by certificate"
)
CATEGORY = "One layer at a time"
NEEDS = {
    "points": "statistics/layerwise/comparison.csv",
    "estimates": "claims/layerwise/comparison.csv",
}
CLAIMS = ["LJDD-vs-gd", "LJDD-figure"]
SETTINGS = ["layerwise.comparison", "success.relative_error", "statistics.confidence"]
CAPTION = """Success and seconds against the latent dimension k at widths k-250-600 and A = I, for
linear programs, least squares and descent under two iteration caps, decided by certificate, and in
the linear program's own time. Step, cap and stopping rule of the short descent are those of Lei,
Jalal, Dhillon and Dimakis (arXiv 1906.07437) as we recall them, and so is what they report
(dotted): their programs succeed up to k = 109 and descent fails from k = 60 on. We have not seen
either in the paper's text."""

METHODS = {
    "linear-program": ("linear program", 0, "o", "-"),
    "least-squares": ("least squares", 1, "s", "--"),
    "descent-long": ("descent, {long:,} steps, negation check", 2, "D", "-"),
    "certificate": ("the same, decided by certificate", 4, "^", "--"),
    "descent-in-time-of-linear-program": ("the same, in the program's time", 7, "P", ":"),
    "descent-short": ("descent, {short:,} steps of 1 (LJDD, recalled)", 3, "v", "-"),
}


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Success with its intervals and k50 on the left, seconds with quartiles on the right.

    Args:
        tables: the study's points, and the family's estimates.
        settings: the study's section, what counts as success, and the confidence.
    """
    points, estimates = tables["points"], tables["estimates"]
    study = settings["layerwise.comparison"]
    caps = {name: study[f"{name}_cap"] for name in ("short", "long")}
    figure, (left, right) = style.new_figure(style.PAGE, 3.6, 2)
    left.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    places = estimates[estimates["measure"] == "k50"].set_index("method")
    present = [method for method in METHODS if method in set(points["method"])]
    for position, method in enumerate(present):
        words, colour, marker, line = METHODS[method]
        label = words.format(**caps)
        if method in places.index:
            at = places.loc[method]
            if pd.notna(at["value"]):
                label += rf": $k_{{50}}={at['value']:.0f}$ [{at['low']:.0f}, {at['high']:.0f}]"
        table = points[points["method"] == method].sort_values("latent_dimension")
        look = {"color": style.PALETTE[colour], "marker": marker, "linestyle": line}
        shift = 1.2 * (position - (len(present) - 1) / 2)
        shifted = table.assign(shifted=table["latent_dimension"] + shift)
        style.proportions(left, "shifted", shifted, label=label, **look)
        if "in-time" not in method:
            _seconds(right, table, **look)
    for k in (DESCENT_FAILS, PROGRAMS_SUCCEED):
        left.axvline(k, color="0.6", linestyle=":", linewidth=0.8, zorder=0)
    left.set_ylim(-0.03, 1.03)
    left.set_xlabel("latent dimension $k$ (points of one $k$ side by side)")
    left.set_ylabel(style.SUCCESS)
    right.set_yscale("log")
    right.set_xlabel("latent dimension $k$")
    right.set_ylabel("processor seconds a trial")
    figure.legend(loc="outside upper center", ncols=2)
    style.note(
        figure,
        small_print.joined(
            f"widths $k$-{'-'.join(map(str, study['widths']))}",
            small_print.INVERSION,
            f"dotted: $k={DESCENT_FAILS}$ and ${PROGRAMS_SUCCEED}$ (LJDD, recalled)",
            small_print.WEIGHTS,
            small_print.CODE_AND_START,
            small_print.success(settings["success.relative_error"]),
            small_print.trials(study["trials"]),
            f"{small_print.bars(settings['statistics.confidence'])}, for seconds quartiles",
        ),
    )
    return figure


def _seconds(axes: Axes, table: pd.DataFrame, **look) -> None:
    middle = table["seconds"]
    spread = [middle - table["seconds_low"], table["seconds_high"] - middle]
    axes.errorbar(
        table["latent_dimension"], middle, yerr=spread, capsize=1.5, elinewidth=0.7, **look
    )
