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
SETTINGS = ["landscape.plane"]
CAPTION = """The risk at k = 2, d = 2, without measurements (A = I): expected, and on one network
each of three widths, with x0, 0 and the expected risk's degenerate saddle -rho_d x0. Lines are
gradient descent without the negation check. Narrow networks hold minima near the saddle; in wide
ones descent passes it.
"""

LEVELS = np.concatenate([[0.01, 0.03], np.arange(0.05, 0.5, 0.025), np.arange(0.5, 3.1, 0.25)])


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
            (line,) = axes.plot(path["x"], path["y"], color=style.PALETTE[0], linewidth=0.9)
            x, y = path[["x", "y"]].iloc[-1]
            reached = np.hypot(x - 1, y) < 1e-3
            if not reached:
                line.set_color(style.PALETTE[1])
            axes.plot(
                x,
                y,
                "o",
                markersize=3.2,
                color=line.get_color(),
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
    for colour, name in [(0, "descent to $x_0$"), (1, "descent that ends elsewhere")]:
        handles.append(plt.Line2D([], [], color=style.PALETTE[colour], marker="o", markersize=3.2))
        names.append(name)
    figure.legend(handles, names, loc="outside upper center", ncols=5)
    figure.colorbar(filled, ax=grid, label="$2^d f(x)$", aspect=40, shrink=0.8)
    step = small_print.step(plane["descent"]["step"])
    cap = small_print.cap(plane["descent"]["max_iterations"])
    style.note(figure, joined(conditions(plane), f"descent: step {step}, {cap}"))
    return figure
