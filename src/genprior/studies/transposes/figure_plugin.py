"""Success of PLUGIn over n_0 and width, with its boundary."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style

BOUNDARY = 20  # PLUGIn's line n = 20 n_0


def draw(points: pd.DataFrame, estimates: pd.DataFrame, note: str) -> Figure:
    """A phase diagram with n50 (circles with intervals) and the published line.

    Args:
        points, estimates: the study's tables.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 2.9)
    mesh = style.probability_map(axes, points, "latent_dimension", "width")
    sizes = np.sort(points["latent_dimension"].unique())
    bottom, top = axes.get_ylim()
    places = estimates.set_index("measure")
    for k in sizes:
        at = places.loc[f"n50 / n_0, n_0 = {k}"] * 1
        if at["value"] == at["value"]:
            low, high = (float(np.clip(at[end] * k, bottom, top)) for end in ("low", "high"))
            axes.plot([k, k], [low, high], color="white", linewidth=2.2)
            axes.plot([k, k], [low, high], color=style.PALETTE[3], linewidth=1.1)
            axes.plot(k, at["value"] * k, "o", color=style.PALETTE[3], markeredgecolor="white")
    line = np.array(axes.get_xlim())
    axes.plot(line, BOUNDARY * line, color="white", linestyle="--")
    axes.set_ylim(bottom, top)
    style.plain_ticks(axes.xaxis, sizes)
    style.plain_ticks(axes.yaxis, [20, 40, 80, 160, 320])
    axes.set_xlabel("latent dimension $n_0$")
    axes.set_ylabel("width $n_1=n_2=n_3$")
    figure.colorbar(mesh, ax=axes, label=style.SUCCESS)
    style.note(figure, note)
    return figure
