"""Seconds against k of linear programs, least squares and descent, A = I."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.figures.layerwise_comparison import METHODS


def draw(points: pd.DataFrame, caps: dict[str, int], note: str) -> Figure:
    """The median seconds of each method with the quartiles of its trials.

    Args:
        points: the study's points.
        caps: the iteration caps ``short`` and ``long``.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 3.0)
    for method, (label, colour, marker, line) in METHODS.items():
        table = points[points["method"] == method].sort_values("latent_dimension")
        if table.empty or "in-time" in method:
            continue
        axes.errorbar(
            table["latent_dimension"],
            table["seconds"],
            yerr=[
                table["seconds"] - table["seconds_low"],
                table["seconds_high"] - table["seconds"],
            ],
            capsize=1.5,
            elinewidth=0.7,
            color=style.PALETTE[colour],
            marker=marker,
            linestyle=line,
            label=label.format(**caps),
        )
    axes.set_yscale("log")
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel("seconds a trial, one core")
    figure.legend(loc="outside upper left", ncols=1)
    style.note(figure, note)
    return figure
