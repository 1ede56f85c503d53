"""Success against k at fixed widths and m: HHHV's Figure 1."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(success: pd.DataFrame, transitions: pd.DataFrame, note: str) -> Figure:
    """The success curve with the k at which it passes one half.

    Args:
        success, transitions: the experiment's tables.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.COLUMN, 2.6)
    where = transitions.iloc[0]
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    if where["status"] == "inside":
        axes.axvspan(where["low"], where["high"], color=style.PALETTE[1], alpha=0.25, linewidth=0)
        axes.axvline(
            where["location"],
            color=style.PALETTE[1],
            label=f"$k_{{50}}={where['location']:.1f}$ [{where['low']:.1f}, {where['high']:.1f}]",
        )
    style.proportions(axes, "latent_dimension", success, color=style.PALETTE[0], marker="o")
    widths = str(success["shape"].iloc[0]).split("-", 1)[1]
    axes.set_title(rf"widths $k$-{widths}, $m={success['measurements'].iloc[0]}$")
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel(style.SUCCESS)
    axes.legend(loc="lower left")
    style.note(figure, note)
    return figure
