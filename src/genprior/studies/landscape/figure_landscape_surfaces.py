"""The landscape at k = 2 as surfaces, expected and empirical."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.studies.landscape.panels import TOP, conditions, critical_points, panels

TITLE = "the same as surfaces"
CATEGORY = "Landscape"
NEEDS = {"risks": "landscape/risks/"}
CLAIMS = []
SETTINGS = ["landscape.plane"]
CAPTION = """The landscapes of the contour figure as surfaces: a maximum at 0, the minimum x0, and
the nearly flat valley floor near -rho_d x0.
"""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Surfaces of 2^d f, cut off above, with the critical points on them."""
    risks = tables["risks"]
    drawn = panels(risks)
    depth = risks["shape"].iloc[0].count("-")
    figure, grid = style.new_figure(
        style.PAGE, 6.2, 2, -(-len(drawn) // 2), squeeze=False, subplot_kw={"projection": "3d"}
    )
    for axes, (title, _, ticks, heights) in zip(grid.ravel(), drawn, strict=False):
        x, y = np.meshgrid(ticks, ticks)
        axes.computed_zorder = False
        axes.plot_surface(
            x,
            y,
            np.where(heights <= TOP, heights, np.nan),
            cmap="cividis",
            vmin=0,
            vmax=TOP,
            rcount=60,
            ccount=60,
            linewidth=0,
            antialiased=True,
            rasterized=True,
        )
        for (a, b), marker, name in critical_points(depth):
            i, j = np.argmin(np.abs(ticks - b)), np.argmin(np.abs(ticks - a))
            axes.plot(
                [a],
                [b],
                [heights[i, j] + 0.02],
                marker,
                color=style.PALETTE[8],
                markeredgecolor="black",
                markeredgewidth=0.5,
                markersize=9 if marker == "*" else 5,
                linestyle="none",
                label=name,
                zorder=5,
            )
        axes.view_init(elev=38, azim=-62)
        axes.set_zlim(0, TOP)
        axes.set_zticks([0, 0.5, 1, 1.5])
        axes.tick_params(pad=-2)
        axes.set_title(title)
        axes.set_xlabel("coordinate 1", labelpad=-6)
        axes.set_ylabel("coordinate 2", labelpad=-6)
        axes.set_zlabel("$2^d f$", labelpad=-7)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    style.note(figure, conditions(settings["landscape.plane"]))
    return figure
