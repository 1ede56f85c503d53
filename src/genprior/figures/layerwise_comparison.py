"""Success against k of linear programs, least squares and descent, A = I."""

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style

METHODS = {
    "linear-program": ("linear program", 0, "o", "-"),
    "least-squares": ("least squares", 1, "s", "--"),
    "descent-long": ("descent, {long:,} steps, negation", 2, "D", "-"),
    "certificate": ("descent, decided by certificate", 4, "^", "--"),
    "descent-short": ("descent, {short:,} steps, $\\nu=1$", 3, "v", "-"),
    "descent-in-time-of-linear-program": ("descent in the program's time", 7, "P", ":"),
}


def draw(points: pd.DataFrame, estimates: pd.DataFrame, caps: dict[str, int], note: str) -> Figure:
    """One curve a method with its intervals; k50 in the legend.

    Args:
        points, estimates: the study's tables.
        caps: the iteration caps ``short`` and ``long``.
        note: the conditions in small print.
    """
    figure, axes = style.new_figure(style.PAGE, 3.2)
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    places = estimates.set_index("measure")
    present = [method for method in METHODS if method in set(points["method"])]
    for position, method in enumerate(present):
        label, colour, marker, line = METHODS[method]
        label = label.format(**caps)
        if f"k50, {method}" in places.index:
            at = places.loc[f"k50, {method}"]
            if at["value"] == at["value"]:
                label += rf": $k_{{50}}={at['value']:.0f}$ [{at['low']:.0f}, {at['high']:.0f}]"
        table = points[points["method"] == method].sort_values("latent_dimension")
        shifted = table.assign(shifted=table["latent_dimension"] + position - len(present) / 2)
        style.proportions(
            axes,
            "shifted",
            shifted,
            color=style.PALETTE[colour],
            marker=marker,
            linestyle=line,
            label=label,
        )
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("latent dimension $k$ (points of one $k$ are set side by side)")
    axes.set_ylabel(style.SUCCESS)
    axes.legend(loc="upper right")
    style.note(figure, note)
    return figure
