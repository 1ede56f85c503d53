"""Success and seconds against k of the linear program and of descent, A = I."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.findings import counted, part_of, with_interval
from genprior.studies.layerwise.published import DESCENT_FAILS, PROGRAMS_SUCCEED
from genprior.studies.layerwise.theory import determined

TITLE = "success and seconds against k: the linear program, and descent under two caps"
CATEGORY = "One layer at a time"
NEEDS = {
    "points": "statistics/layerwise/comparison.csv",
    "estimates": "claims/layerwise/comparison.csv",
}
CLAIMS = ["LJDD-vs-gd", "LJDD-figure", "LJDD-programs"]
SECONDS = True
SETTINGS = ["layerwise.comparison", "success.relative_error", "statistics.confidence"]
CAPTION = """Success (a) and processor seconds (b) against the latent dimension k at k-250-600 and
A = I. The linear program follows the chance that the first layer has k active rows, P(Bin(250, 1/2)
>= k), which is dashed. Step, cap and stopping rule of the short descent are those of Lei, Jalal,
Dhillon and Dimakis (arXiv 1906.07437) as we recall them, and so is what they report (diamonds):
their programs succeed up to k = 109 and descent fails from k = 60 on. We have not seen either in
the paper's text. Least squares (a hundred times as fast, with the program's success), descent by
certificate and in the program's time are in the tables.
"""

# Where the two numbers of the published figure and all transitions lie.
LEAST, MOST = 60, 150
METHODS = {
    "linear-program": ("linear program", "program", "s", "-"),
    "descent-long": ("descent, {long:,} steps,\nnegation check", "descent", "o", "-"),
    "descent-short": ("descent, {short:,} steps\n(LJDD, recalled)", "descent", "v", ":"),
}
ROOM = 8.0  # between heights whose labels, of three lines, may both be centred


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a): success with its intervals and k50.  (b): seconds with quartiles.

    Args:
        tables: the study's points, the family's estimates, and the claims.
        settings: the study's section, what counts as success, and the confidence.
    """
    points, study = tables["points"], settings["layerwise.comparison"]
    within = points[points["latent_dimension"].between(LEAST, MOST)]
    points = within if within["latent_dimension"].nunique() > 1 else points
    figure, (above, below) = style.new_figure(
        style.COLUMN, 4.9, rows=2, sharex=True, gridspec_kw={"height_ratios": [1.4, 1]}
    )
    sizes = np.arange(points["latent_dimension"].min(), points["latent_dimension"].max() + 1)
    first = study["widths"][0]
    style.predicted(above, sizes, [float(determined(int(k), first)) for k in sizes])
    places = tables["estimates"]
    places = places[places["measure"] == "k50"].set_index("method")
    ends: list[tuple[float, float, str, Any]] = []
    for number, (method, (words, kind, marker, line)) in enumerate(METHODS.items()):
        table = points[points["method"] == method].sort_values("latent_dimension")
        if table.empty:
            continue
        look = {
            "color": style.METHOD[kind],
            "marker": marker,
            "linestyle": line,
            "markerfacecolor": "white" if line == ":" else style.METHOD[kind],
        }
        shifted = table.assign(at=table["latent_dimension"] + 0.6 * (number - 1))
        style.proportions(above, "at", shifted, **look)
        words = words.format(**{name: study[f"{name}_cap"] for name in ("short", "long")})
        if method in places.index:
            words += _place(above, places.loc[method], style.METHOD[kind])
        middle = table["seconds"]
        bars = [middle - table["seconds_low"], table["seconds_high"] - middle]
        at = table["latent_dimension"]
        below.errorbar(at, middle, yerr=bars, capsize=1.5, elinewidth=0.7, **look)
        ends.append((at.iloc[-1], middle.iloc[-1], words, style.METHOD[kind]))
    for end in ends:
        side = away_from_nearest(end[1], [other[1] for other in ends if other is not end])
        style.label_line(below, *end, xytext=(6, 0), va=side)
    reach = sizes[-1] - sizes[0]
    above.set_xlim(sizes[0] - 0.06 * reach, sizes[-1] + 0.72 * reach)
    above.set_ylim(-0.05, 1.3)
    above.set_yticks([0, 0.25, 0.5, 0.75, 1])
    above.set_xticks([k for k in range(0, sizes[-1] + 1, 20) if k >= sizes[0]])
    above.set_ylabel(style.SUCCESS)
    style.label_line(
        above,
        sizes[-1] + 0.7 * reach,
        0.55,
        f"dashed:\n$P(\\mathrm{{Bin}}({first},1/2)\\geq k)$",
        xytext=(0, 0),
        ha="right",
        va="center",
    )
    style.published(
        above,
        PROGRAMS_SUCCEED,
        1,
        f"programs succeed to {PROGRAMS_SUCCEED}\n(LJDD, recalled)",
        xytext=(0, 6),
    )
    style.published(
        above,
        DESCENT_FAILS,
        0,
        f"descent fails\nfrom {DESCENT_FAILS}\n(LJDD, recalled)",
        xytext=(0, 6),
    )
    below.set_yscale("log")
    low, high = below.get_ylim()
    below.set_ylim(low / 1.5, 8 * high)
    below.set_xlabel("latent dimension $k$")
    below.set_ylabel("processor seconds a trial")
    style.letters([above, below])
    style.finding(figure, _finding(tables["claims"]))
    style.verdicts(figure, tables["claims"].values())
    style.note(
        figure,
        small_print.joined(
            f"widths $k$-{'-'.join(map(str, study['widths']))}",
            small_print.INVERSION,
            small_print.WEIGHTS,
            small_print.CODE_AND_START,
            small_print.success(settings["success.relative_error"]),
            small_print.trials(study["trials"]),
            "brackets: $k_{50}$",
            f"{small_print.bars(settings['statistics.confidence'])}, for seconds quartiles",
        ),
    )
    return figure


def _finding(claims: Mapping[str, Any]) -> str:
    """By how much the program wins, and what descent does where it is reported to fail."""
    ratio = part_of(
        claims["LJDD-vs-gd"],
        "k50 over the other method's",
        method="linear-program",
        other="descent-long",
    )
    short = part_of(claims["LJDD-figure"], "success", method="descent-short")
    return (
        f"The program inverts up to {with_interval(ratio)} times the k of descent, which at "
        f"k = {DESCENT_FAILS}, where LJDD report failure (recalled), succeeds in {counted(short)} "
        "runs"
    )


def away_from_nearest(height: float, others: Sequence[float]) -> str:
    """Which part of a label lies at its height on a logarithmic axis: its middle if it has room,
    else its bottom above the nearest of the others and its top below."""
    nearest = min(others, key=lambda other: abs(np.log(other / height)), default=np.inf)
    if not 1 / ROOM < nearest / height < ROOM:
        return "center"
    return "bottom" if height > nearest else "top"


def _place(axes: Axes, place: pd.Series, colour) -> str:
    """A bracket over k50's interval, where the curve passes one half; k50 in words."""
    if pd.isna(place["value"]):
        return ""
    axes.plot([place["low"], place["high"]], [0.5, 0.5], "-|", color=colour, linewidth=2)
    return f"\n$k_{{50}}$: {place['value']:.0f} [{place['low']:.0f}, {place['high']:.0f}]"
