"""Error against noise: a dot a run and medians (LJDD, Figure 1)."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "error against noise, uniform and Gaussian (LJDD, Figure 1)"
CATEGORY = "One layer at a time"
NEEDS = {"rows": "layerwise/noise/", "points": "statistics/layerwise/noise.csv"}
CLAIMS = ["LJDD-noise"]
SETTINGS = ["layerwise.noise"]
CAPTION = """Relative error of layer-wise inversion and of descent against the relative noise of the
output, for uniform and Gaussian noise: the form of Figure 1 of Lei, Jalal, Dhillon and Dimakis
(arXiv 1906.07437), which we recall; networks and noise are those of their released code, and the
settings of descent are recalled."""

METHODS = {
    "l_inf": (r"$\ell_\infty$ program", 0, "o"),
    "l_1": (r"$\ell_1$ program", 1, "s"),
    "descent": ("descent", 2, "D"),
}


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """One panel a network and law of the noise; one colour a method.

    Args:
        tables: the study's rows, and its points for the medians.
        settings: the study's section.
    """
    trials, points = tables["rows"], tables["points"]
    study = settings["layerwise.noise"]
    shapes = list(dict.fromkeys(trials.sort_values("slope")["shape"]))
    laws = ["uniform", "gaussian"]
    figure, grid = style.new_figure(
        style.PAGE,
        1.9 * len(shapes) + 0.6,
        2,
        len(shapes),
        sharex=True,
        sharey="row",
        squeeze=False,
    )
    for row, shape in enumerate(shapes):
        for column, law in enumerate(laws):
            axes = grid[row, column]
            here = points[(points["shape"] == shape) & (points["law"] == law)]
            dots = trials[(trials["shape"] == shape) & (trials["law"] == law)]
            for position, (method, (label, colour, marker)) in enumerate(METHODS.items()):
                line = here[here["method"] == method].sort_values("level")
                if line.empty:
                    continue
                runs = dots[dots["method"] == method]
                shift = 1.12 ** (position - 1)
                colour = style.PALETTE[colour]
                axes.plot(
                    runs["relative_noise"] * shift,
                    runs["relative_error"],
                    linestyle="",
                    marker=".",
                    markersize=4,
                    alpha=0.4,
                    markeredgewidth=0,
                    color=colour,
                )
                axes.plot(
                    line["relative_noise"] * shift,
                    line["median_error"],
                    marker=marker,
                    color=colour,
                    label=label,
                )
            slope = float(here["slope"].iloc[0])
            kind = "ReLU" if slope == 0 else f"LeakyReLU, slope {slope:g}"
            axes.set_title(f"{shape}, {kind}, {law} noise")
            axes.set_xscale("log")
            axes.set_yscale("log")
            if row == len(shapes) - 1:
                axes.set_xlabel(r"relative noise $\|e\|/\|G(x_0)\|$")
        grid[row, 0].set_ylabel(r"relative error $\|x-x_0\|/\|x_0\|$")
    grid[0, 0].legend(loc="upper left")
    style.note(
        figure,
        small_print.joined(
            small_print.WEIGHTS,
            small_print.CODE,
            f"thresholds grow by {study['growth']:g} on observed data alone",
            r"descent (recalled): $\nu=1$, no negation check, "
            + small_print.cap(study["max_iterations"]),
            "dots: runs",
            "lines: medians",
            small_print.trials([network["trials"] for network in study["networks"]]),
        ),
    )
    return figure
