"""How a transition moves with the latent dimension k, with its power law."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style


def draw(
    transitions: pd.DataFrame, scaling: pd.DataFrame, axis: str, symbol: str, held_fixed: str
) -> Figure:
    """The 50% point against k on logarithmic axes.

    Args:
        transitions: the table of transitions.
        scaling: the table of exponents.
        axis: ``measurements`` or ``expansivity``.
        symbol: of the 50% point.
        held_fixed: what the title says of the other axis, a format of the columns of ``scaling``.
    """
    points = transitions[transitions["axis"] == axis].sort_values("latent_dimension")
    fit = scaling[scaling["axis"] == axis].iloc[0]
    k = points["latent_dimension"].to_numpy(float)
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    axes.set_xscale("log")
    axes.set_yscale("log")
    ends = points[["low", "high", "location"]].replace([0, np.inf], np.nan)
    axes.set_ylim(ends.min().min() / 1.3, ends.max().max() * 1.9)
    fine = np.geomspace(k[0], k[-1], 50)
    axes.plot(
        fine,
        fit["constant"] * fine ** fit["exponent"],
        color=style.PALETTE[1],
        label=rf"$\propto k^p$, $p={fit['exponent']:.2f}$ [{fit['low']:.2f}, {fit['high']:.2f}]",
    )
    style.interval_points(axes, k, points, fmt="o", color=style.PALETTE[0], label=symbol)
    if axis == "measurements":
        axes.plot(fine, fine, color="0.6", linestyle=":", linewidth=0.9, label="$m=k$")
        axes.set_ylim(bottom=k[0] * 0.8)
    style.plain_ticks(axes.xaxis, k[:: max(1, len(k) // 6)])
    low, high = axes.get_ylim()
    nice = np.array([1, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 20, 50, 100, 200, 400])
    style.plain_ticks(axes.yaxis, nice[(nice >= low) & (nice <= high)])
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel(f"50% transition {symbol}")
    axes.set_title(f"$d={fit['depth']:.0f}$, " + held_fixed.format(**fit))
    axes.legend(loc="upper left")
    return figure
