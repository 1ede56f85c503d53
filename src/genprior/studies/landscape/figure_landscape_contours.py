"""The landscape at k = 2 as contours, expected and empirical, with descents across it."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import listed
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
    "to x0": ("to $x_0$, proved", "-"),
    "elsewhere": ("elsewhere, proved", "-"),
    "undecided": ("undecided", ":"),
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


def colour_of(kind: str):
    """The colour of a key of ``KINDS``."""
    return {
        "to x0": style.METHOD["descent"],
        "elsewhere": style.OUTCOME["kink"],
        "undecided": "black",
    }[kind]


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """Contours of 2^d f with the critical points of the expected risk and paths of descent."""
    paths, plane = tables["paths"], settings["landscape.plane"]
    drawn = panels(tables["risks"])
    depth = paths["shape"].iloc[0].count("-")
    figure, grid = style.new_figure(
        style.COLUMN, 4.9, 2, -(-len(drawn) // 2), sharex=True, sharey=True, squeeze=False
    )
    for axes, (_, shape, ticks, heights) in zip(grid.ravel(), drawn, strict=False):
        filled = axes.contourf(
            ticks, ticks, heights, levels=np.linspace(0, TOP, 33), cmap="Greys_r", extend="max"
        )
        axes.contour(ticks, ticks, heights, levels=LEVELS, colors="0.35", linewidths=0.3)
        for _, path in paths[paths["shape"] == shape].groupby("start"):
            _path(axes, path)
        for (x, y), marker, _ in critical_points(depth):
            axes.plot(
                x,
                y,
                marker,
                color="#ffe14d",
                markeredgecolor="black",
                markeredgewidth=0.5,
                markersize=7 if marker == "*" else 4,
                linestyle="none",
                zorder=3,
            )
        axes.set_aspect("equal")
        limit = ticks[-1]
        axes.set_xlim(-limit, limit)
        axes.set_ylim(-limit, limit)
        axes.set_xticks([-1, 0, 1])
        axes.set_yticks([-1, 0, 1])
    for number, ((x, y), _, name) in enumerate(critical_points(depth)):
        offset, va = ((0, -6), "top") if number == 1 else ((0, 6), "bottom")
        style.label_line(grid[0, 0], x, y, name, "black", xytext=offset, ha="center", va=va)
    for axes in grid[:, 0]:
        axes.set_ylabel("coordinate 2")
    for axes in grid[-1]:
        axes.set_xlabel("latent coordinate 1")
    handles = [
        plt.Line2D([], [], color=colour_of(kind), linestyle=line, marker="o", markersize=3.2)
        for kind, (_, line) in KINDS.items()
    ]
    names = [name for name, _ in KINDS.values()]
    grid[0, 0].legend(
        handles, names, loc="lower center", fontsize=6, frameon=True, framealpha=0.9, handlelength=1
    )
    figure.colorbar(filled, ax=grid, label="$2^d f(x)$", aspect=40, location="bottom", pad=0.02)
    style.letters(grid.ravel()[: len(drawn)], [title for title, *_ in drawn])
    for axes in grid.ravel()[len(drawn) :]:
        axes.set_axis_off()
    style.finding(figure, _finding(paths))
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


def _path(axes: Axes, path: pd.DataFrame) -> None:
    """One descent, in the colour of what is proved of it, its end a dot."""
    kind = kind_of(path["outcome"].iloc[0])
    _, line = KINDS[kind]
    axes.plot(path["x"], path["y"], line, color=colour_of(kind), linewidth=0.9)
    axes.plot(
        *path[["x", "y"]].iloc[-1],
        "o",
        markersize=3.2,
        color=colour_of(kind),
        markeredgecolor="white",
        markeredgewidth=0.4,
        zorder=4,
    )


def _finding(paths: pd.DataFrame) -> str:
    """How many descents of each network end at a minimum elsewhere."""
    runs = paths.groupby(["shape", "start"], sort=False)["outcome"].first().map(kind_of)
    ends = (runs == "elsewhere").groupby(level="shape", sort=False).agg(["sum", "size"])
    counts = [
        f"{found} of {size} at {'-'.join(shape.split('-')[1:])}"
        for shape, (found, size) in ends.iterrows()
    ]
    return (
        f"Of the descents {listed(counts)} (widths) end at another "
        r"minimum than $x_0$, beside $-\rho_d\,x_0$"
    )
