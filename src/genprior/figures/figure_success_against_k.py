"""Success against k at fixed widths and m: HHHV's Figure 1."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of

TITLE = "the published setting k-250-600, m = 150 (HHHV, Figure 1)"
CATEGORY = "Published settings"
NEEDS = {
    "success": [
        "statistics/success-against-k/success.csv",
        "statistics/success-at-100/success.csv",
    ],
    "transitions": "statistics/success-against-k/transitions.csv",
}
CLAIMS = ["HHHV-fig1", "OWN-fig1"]
SETTINGS = [
    "experiments.success-against-k",
    "experiments.success-at-100",
    "descent",
    "success",
    "statistics",
]
CAPTION = """Success against the latent dimension k at the published widths and measurements of
Huang, Hand, Heckel and Voroninski (HHHV, arXiv 1812.04176), Figure 1, at their iteration cap. Of
their figure only the axes could be read: success falls from one to zero while k grows to 100.
Where it falls, k50, is this replication's number and not theirs."""
READ_OFF = r"HHHV's axes: from 1 to 0 for $k$ up to 100; the curve and $k_{50}$ are ours"


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """The success curve with the k at which it passes one half."""
    where = tables["transitions"].iloc[0]
    success = tables["success"]
    widths = success["shape"].str.split("-", n=1).str[1]
    # The cell at k = 100 is an experiment of its own, which may be configured otherwise.
    same = (widths == widths.iloc[0]) & (success["measurements"] == success["measurements"].iloc[0])
    success = success[same]
    figure, axes = style.new_figure(style.COLUMN, 2.6)
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    if where["status"] == "inside":
        axes.axvspan(where["low"], where["high"], color=style.PALETTE[1], alpha=0.25, linewidth=0)
        axes.axvline(
            where["location"],
            color=style.PALETTE[1],
            label=f"$k_{{50}}={where['location']:.1f}$ [{where['low']:.1f}, {where['high']:.1f}]",
        )
    style.proportions(axes, "latent_dimension", success, color=style.PALETTE[0], marker="o")
    axes.set_title(rf"widths $k$-{widths.iloc[0]}, $m={success['measurements'].iloc[0]}$")
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel(style.SUCCESS)
    axes.legend(loc="lower left")
    text = small_print.joined(
        conditions(settings, SETTINGS[:2], step_of(success)),
        small_print.bars(settings["statistics"]["confidence"]),
        READ_OFF,
    )
    style.note(figure, text)
    return figure
