"""Error of reversal by the transposes against width."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import part_of, with_interval

TITLE = "reversing by the transpose (ALM): error against expansivity"
CATEGORY = "Transposes"
NEEDS = {"points": "statistics/transposes/reversal.csv"}
CLAIMS = ["ALM-reverse", "OWN-reverse"]
SETTINGS = ["transposes.reversal"]
CAPTION = """Reversing a random network by its transposes in one pass (Arora, Liang, Ma, arXiv
1511.05653): the error falls as the square root of n/k only. Dashed: its root mean square at d = 1
and inputs of any sign, sqrt((2k+3)/n_1), exact (ours). Descent on the same networks is exact; its
errors are in the table.
"""

DESCENT, TRANSPOSE = "descent exact", "transpose error"


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """Median relative error with quartiles, one curve a depth and kind of input.

    Args:
        tables: the study's points, and the claims.
        settings: the study's section.
    """
    points, study = tables["points"], settings["transposes.reversal"]
    points = points[points["method"] == "transpose"]
    figure, axes = style.new_figure(style.COLUMN, 3.1)
    k, ratios = study["latent_dimension"], np.array(sorted(points["expansivity"].unique()))
    style.predicted(axes, ratios, expected(k, ratios), label=r"$\sqrt{(2k+3)/n_1}$")
    curves = points.groupby(["depth", "inputs"], sort=True)
    for number, ((depth, inputs), table) in enumerate(curves):
        table, middle = table.sort_values("expansivity"), table["median_error"]
        colour = style.DEPTH[depth]
        axes.errorbar(
            table["expansivity"] * (1 + 0.03 * (number - (len(curves) - 1) / 2)),
            middle,
            yerr=[middle - table["error_low"], table["error_high"] - middle],
            capsize=1.5,
            elinewidth=0.7,
            color=colour,
            marker=style.DEPTH_MARKERS[depth],
            markerfacecolor=colour if inputs == "free" else "white",
            linestyle="-" if inputs == "free" else ":",
            label=f"$d={depth}$, " + ("any sign" if inputs == "free" else r"$x_0\geq0$"),
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.plain_ticks(axes.xaxis, ratios)
    style.plain_ticks(axes.yaxis, [0.2, 0.3, 0.5, 1, 2])
    axes.set_xlabel("expansivity $n_i/n_{i-1}$")
    axes.set_ylabel(r"$\|x-x_0\|/\|x_0\|$")
    axes.set_ylim(bottom=0.15)
    axes.legend(loc="lower left")
    claims = tables["claims"]
    error = with_interval(part_of(claims["ALM-reverse"], TRANSPOSE))
    exact = with_interval(part_of(claims["OWN-reverse"], DESCENT))
    style.finding(
        figure,
        f"Reversing by the transpose errs by {error} of |x₀| where descent is exact in {exact} of "
        f"networks (d = 2, expansivity {ratios[-1]:g})",
    )
    style.verdicts(figure, tables["claims"].values())
    style.note(
        figure,
        small_print.joined(
            f"$k={k}$",
            small_print.WEIGHTS,
            small_print.QUARTILES,
            small_print.trials(study["trials"]),
            "dashed: exact root mean square, $d=1$, any sign",
        ),
    )
    return figure


def expected(latent_dimension: int, expansivity):
    """sqrt((2k + 3) / n): the root mean square of |2 W^T relu(W x) - x| / |x| of one layer, n rows
    with entries N(0, 1/n).

    A row adds 2 w relu(w.x), of mean x / n and mean square 2 (k + 2) |x|^2 / n^2.
    """
    return np.sqrt((2 * latent_dimension + 3) / (latent_dimension * np.asarray(expansivity)))
