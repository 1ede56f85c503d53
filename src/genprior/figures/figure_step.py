"""The step matters: the same instances at two steps, and where m50 goes."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.figures.figure_measurements import diagram

STEPS = ("2^d/d^2", "2^d/2")


def draw(
    success: Mapping[tuple[int, str], pd.DataFrame],
    transitions: Mapping[tuple[int, str], pd.DataFrame],
    note: str,
) -> Figure:
    """One row a depth: a diagram for each step, then m50 against the expansivity for both.

    Args:
        success, transitions: the tables by (depth, step rule).
        note: the conditions in small print.
    """
    depths = sorted({depth for depth, _ in success})
    figure, panels = style.new_figure(style.PAGE, 2.1 * len(depths) + 0.5, 3, len(depths))
    for row, depth in zip(panels, depths, strict=True):
        for axes, step, colour, marker, shift in zip(
            row[:2], STEPS, style.PALETTE, "os", (0.985, 1.015), strict=False
        ):
            key = (depth, step)
            mesh = diagram(axes, success[key], transitions[key])
            value = success[key]["step"].iloc[0]
            axes.set_title(rf"$d={depth}$, step $\nu={step}={value:g}$")
            axes.set_ylabel("$m/k$")
            row[2].set_yscale("log")
            row[2].set_ylim(axes.get_ylim())
            along_m = transitions[key][transitions[key]["axis"] == "measurements"]
            if (along_m["status"] == "inside").any():
                k = float(along_m["latent_dimension"].iloc[0])
                style.interval_points(
                    row[2],
                    along_m["expansivity"] * shift,
                    along_m,
                    scale=1 / k,
                    fmt=marker,
                    color=colour,
                    label=rf"$\nu={step}$",
                )
            else:
                row[2].plot([], [], marker, color=colour, label=rf"$\nu={step}$: never 1/2")
        row[2].set_xscale("log")
        row[2].set_xlim(row[0].get_xlim())
        style.plain_ticks(row[2].xaxis, [1, 2, 3, 4, 6, 8])
        style.plain_ticks(row[2].yaxis, [0.5, 1, 2, 4, 8, 12])
        row[2].set_ylabel("$m_{50}/k$")
        row[2].set_title(rf"$d={depth}$: 50% transition")
        row[2].legend(loc="best")
        figure.colorbar(mesh, ax=row[1], label=style.SUCCESS, aspect=20)
    for axes in np.atleast_2d(panels)[-1]:
        axes.set_xlabel(style.EXPANSIVITY)
    style.note(figure, note)
    return figure
