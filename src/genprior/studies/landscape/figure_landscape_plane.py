"""The landscape at k = 2: expected and empirical risk, contours with descents, and surfaces."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.model.theory import rho

LEVELS = np.concatenate([[0.01, 0.03], np.arange(0.05, 0.5, 0.025), np.arange(0.5, 3.1, 0.25)])
TOP = 1.6  # surfaces and colours end at this height of 2^d f


def panels(risks: pd.DataFrame) -> list[tuple[str, str | None, np.ndarray, np.ndarray]]:
    """Title, shape (None for the expected risk), ticks and heights of each landscape."""
    found = []
    for shape, table in risks.groupby("shape", sort=False):
        grids = table.pivot(index="y", columns="x", values=["empirical", "expected"])
        ticks = grids["expected"].columns.to_numpy()
        if not found:
            found.append(("expected", None, ticks, grids["expected"].to_numpy()))
        widths = ", ".join(f"{int(width):,}" for width in shape.split("-")[1:])
        found.append((f"widths {widths}", shape, ticks, grids["empirical"].to_numpy()))
    return found


def _critical_points(depth: int):
    return [
        ((1.0, 0.0), "*", r"$x_0$"),
        ((0.0, 0.0), "^", r"$0$"),
        ((-rho(depth), 0.0), "D", r"$-\rho_d x_0$"),
    ]


def conditions(plane: Mapping[str, Any], paths: bool) -> str:
    """The small print, from the configuration's key ``landscape.plane``."""
    text = (
        r"$k=2$; $d=2$; $A=I$; $(W_i)_{jl}\sim N(0,1/n_i)$, one network a panel; $x_0=(1,0)$; "
        r"marked: critical points of the expected risk"
    )
    if not paths:
        return text
    step = style.step_phrase(plane["descent"]["step"])
    return f"{text}; descent: {step}, at most {plane['descent']['max_iterations']} steps"


def draw_contours(risks: pd.DataFrame, paths: pd.DataFrame, note: str) -> Figure:
    """Contours of 2^d f with the critical points of the expected risk and paths of descent."""
    drawn = panels(risks)
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
        for (x, y), marker, name in _critical_points(depth):
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
    style.note(figure, note)
    return figure


def draw_surfaces(risks: pd.DataFrame, note: str) -> Figure:
    """The same landscapes as surfaces, cut off above, with the critical points on them."""
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
        for (a, b), marker, name in _critical_points(depth):
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
    style.note(figure, note)
    return figure
