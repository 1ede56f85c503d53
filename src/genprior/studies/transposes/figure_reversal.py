"""Error of reversal by the transposes against width, and of descent."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "reversing by the transpose (ALM) against descent"
CATEGORY = "Transposes"
NEEDS = {"points": "statistics/transposes/reversal.csv"}
CLAIMS = ["ALM-reverse"]
SETTINGS = ["transposes.reversal", "descent.negation_check"]
CAPTION = """Reversing a random network by its transposes in one pass (Arora, Liang, Ma, arXiv
1511.05653) against descent: the error falls with width and stays well above zero."""

FLOOR = 1e-16


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Median relative error with quartiles; a panel a depth.

    Args:
        tables: the study's points.
        settings: the study's section, and whether descent checks for negation.
    """
    points = tables["points"]
    depths = sorted(points["depth"].unique())
    figure, panels = style.new_figure(style.COLUMN, 2.7, len(depths), sharey=True, squeeze=False)
    for axes, depth in zip(panels[0], depths, strict=True):
        here = points[points["depth"] == depth]
        for method, colour in (("transpose", 1), ("descent", 0)):
            for inputs, marker in (("free", "o"), ("nonnegative", "s")):
                table = here[(here["method"] == method) & (here["inputs"] == inputs)]
                middle = table["median_error"].clip(lower=FLOOR)
                axes.errorbar(
                    table["expansivity"],
                    middle,
                    yerr=[
                        middle - table["error_low"].clip(lower=FLOOR).clip(upper=middle),
                        table["error_high"].clip(lower=middle) - middle,
                    ],
                    capsize=1.5,
                    elinewidth=0.7,
                    color=style.PALETTE[colour],
                    marker=marker,
                    markerfacecolor=style.PALETTE[colour] if inputs == "free" else "white",
                    label=f"{method}, " + ("free $x_0$" if inputs == "free" else r"$x_0\geq 0$"),
                )
        axes.set_title(f"{depth} layer{'s' if depth > 1 else ''}")
        axes.set_xscale("log")
        axes.set_yscale("log")
        style.plain_ticks(axes.xaxis, sorted(here["expansivity"].unique()))
        axes.set_xlabel("$n_i/n_{i-1}$")
    panels[0, 0].set_ylabel(r"$\|x-x_0\|/\|x_0\|$")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    study = settings["transposes.reversal"]
    style.note(
        figure,
        small_print.joined(
            f"$k={study['latent_dimension']}$",
            small_print.WEIGHTS,
            small_print.QUARTILES,
            f"descent: {small_print.check(settings['descent.negation_check'])}, "
            + small_print.cap(study["max_iterations"]),
            small_print.trials(study["trials"]),
        ),
    )
    return figure
