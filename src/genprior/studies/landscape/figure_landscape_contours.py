"""The landscape at k = 2 as contours, expected and empirical, with descents across it."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.small_print import joined
from genprior.studies.landscape.panels import TOP, conditions, critical_points, panels

TITLE = "the risk at k = 2, expected and at three widths, with descents"
CATEGORY = "Landscape"
NEEDS = {"risks": "landscape/risks/", "paths": "landscape/paths/"}
CLAIMS = []
SETTINGS = ["landscape.plane"]
CAPTION = """The risk at k = 2, d = 2, without measurements (A = I): expected, and on one network
each of three widths, with x0, 0 and the expected risk's degenerate saddle -rho_d x0. Lines are
gradient descent without the negation check, as far as its cap of steps, which cuts some runs off.
Their colours say what is proved of the whole run, beyond the cap: that it converges to x0; that a
minimum other than x0 lies at its end or beside it; or nothing. (The certificate of a minimum at a
kink does not prove that the run stays there.) The two narrower networks hold minima near the
saddle; in the widest every drawn run passes it.
"""

KINDS = {
    "to x0": ("descent to $x_0$ (proved)", style.PALETTE[0]),
    "elsewhere": ("descent to a minimum elsewhere (proved)", style.PALETTE[1]),
    "undecided": ("undecided", style.PALETTE[2]),
}
ELSEWHERE = ("smooth", "kink", "dead")

LEVELS = np.concatenate([[0.01, 0.03], np.arange(0.05, 0.5, 0.025), np.arange(0.5, 3.1, 0.25)])


def kind_of(outcome: str) -> str:
    """What is proved of a run, as a key of ``KINDS``.

    A run that has shrunk to 0 is at no minimum, so that nothing is proved of where it ends.
    """
    if outcome == "recovery":
        return "to x0"
    return "elsewhere" if outcome in ELSEWHERE else "undecided"


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Contours of 2^d f with the critical points of the expected risk and paths of descent."""
    paths, plane = tables["paths"], settings["landscape.plane"]
    drawn = panels(tables["risks"])
    depth = paths["shape"].iloc[0].count("-")
    figure, grid = style.new_figure(
        style.PAGE, 6.6, 2, -(-len(drawn) // 2), sharex=True, sharey=True, squeeze=False
    )
    for axes, (title, shape, ticks, heights) in zip(grid.ravel(), drawn, strict=False):
        filled = axes.contourf(
            ticks, ticks, heights, levels=np.linspace(0, TOP, 33), cmap="Greys_r", extend="max"
        )
        axes.contour(ticks, ticks, heights, levels=LEVELS, colors="0.35", linewidths=0.3)
        for _, path in paths[paths["shape"] == shape].groupby("start"):
            _, colour = KINDS[kind_of(path["outcome"].iloc[0])]
            axes.plot(path["x"], path["y"], color=colour, linewidth=0.9)
            x, y = path[["x", "y"]].iloc[-1]
            axes.plot(
                x,
                y,
                "o",
                markersize=3.2,
                color=colour,
                markeredgecolor="white",
                markeredgewidth=0.4,
                zorder=4,
            )
        for (x, y), marker, name in critical_points(depth):
            axes.plot(
                x,
                y,
                marker,
                color=style.PALETTE[8],
                markeredgecolor="black",
                markeredgewidth=0.5,
                markersize=8 if marker == "*" else 4.5,
                label=name,
                linestyle="none",
                zorder=3,
            )
        axes.set_title(title)
        axes.set_aspect("equal")
        limit = ticks[-1]
        axes.set_xlim(-limit, limit)
        axes.set_ylim(-limit, limit)
    for axes in grid[:, 0]:
        axes.set_ylabel("latent coordinate 2")
    for axes in grid[-1]:
        axes.set_xlabel("latent coordinate 1")
    handles, names = grid[0, 0].get_legend_handles_labels()
    for name, colour in KINDS.values():
        handles.append(plt.Line2D([], [], color=colour, marker="o", markersize=3.2))
        names.append(name)
    figure.legend(handles, names, loc="outside upper center", ncols=3)
    figure.colorbar(filled, ax=grid, label="$2^d f(x)$", aspect=40, shrink=0.8)
    step = small_print.step(plane["descent"]["step"])
    cap = small_print.cap(plane["descent"]["max_iterations"])
    style.note(
        figure,
        joined(
            conditions(plane),
            f"descent: step {step}, {cap} drawn",
            "colours: by certificate, however long the run",
        ),
    )
    return figure
