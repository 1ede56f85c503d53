"""Success and seconds against k of linear programs, least squares and descent, A = I."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import style

METHODS = {
    "linear-program": ("linear program", 0, "o", "-"),
    "least-squares": ("least squares", 1, "s", "--"),
    "descent-long": ("descent, {long:,} steps, negation check", 2, "D", "-"),
    "certificate": ("the same, decided by certificate", 4, "^", "--"),
    "descent-in-time-of-linear-program": ("the same, in the program's time", 7, "P", ":"),
    "descent-short": ("descent, {short:,} steps of 1 (LJDD)", 3, "v", "-"),
}


def draw(points: pd.DataFrame, estimates: pd.DataFrame, caps: dict[str, int], note: str) -> Figure:
    """Success with its intervals and k50 on the left, seconds with quartiles on the right.

    Args:
        points, estimates: the study's tables.
        caps: the iteration caps ``short`` and ``long``.
        note: the conditions in small print.
    """
    figure, (left, right) = style.new_figure(style.PAGE, 3.6, 2)
    left.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    places = estimates.set_index("measure")
    present = [method for method in METHODS if method in set(points["method"])]
    for position, method in enumerate(present):
        words, colour, marker, line = METHODS[method]
        label = words.format(**caps)
        if f"k50, {method}" in places.index:
            at = places.loc[f"k50, {method}"]
            if pd.notna(at["value"]):
                label += rf": $k_{{50}}={at['value']:.0f}$ [{at['low']:.0f}, {at['high']:.0f}]"
        table = points[points["method"] == method].sort_values("latent_dimension")
        look = {"color": style.PALETTE[colour], "marker": marker, "linestyle": line}
        shift = 1.2 * (position - (len(present) - 1) / 2)
        shifted = table.assign(shifted=table["latent_dimension"] + shift)
        style.proportions(left, "shifted", shifted, label=label, **look)
        if "in-time" not in method:
            _seconds(right, table, **look)
    left.set_ylim(-0.03, 1.03)
    left.set_xlabel("latent dimension $k$ (points of one $k$ side by side)")
    left.set_ylabel(style.SUCCESS)
    right.set_yscale("log")
    right.set_xlabel("latent dimension $k$")
    right.set_ylabel("processor seconds a trial")
    figure.legend(loc="outside upper center", ncols=2)
    style.note(figure, note)
    return figure


def _seconds(axes: Axes, table: pd.DataFrame, **look) -> None:
    middle = table["seconds"]
    spread = [middle - table["seconds_low"], table["seconds_high"] - middle]
    axes.errorbar(
        table["latent_dimension"], middle, yerr=spread, capsize=1.5, elinewidth=0.7, **look
    )
