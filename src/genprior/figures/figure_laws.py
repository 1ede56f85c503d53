"""Whether the transition moves when A or the weights are random by another law."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
from genprior.figures.findings import listed
from genprior.model.laws import laws_of, named

TITLE = "the 50% transition in m/k under other laws of A and of the weights"
CATEGORY = "Phase transitions"
NEEDS = {
    "gaussian": "statistics/measurements-d2/transitions.csv",
    "transitions": [
        "statistics/laws-rademacher/transitions.csv",
        "statistics/laws-dct/transitions.csv",
        "statistics/laws-mask/transitions.csv",
        "statistics/laws-average/transitions.csv",
        "statistics/laws-sparse/transitions.csv",
        "statistics/laws-network-row-normalised/transitions.csv",
        "statistics/laws-network-orthogonal/transitions.csv",
        "statistics/laws-network-sparse/transitions.csv",
        "statistics/laws-network-tied/transitions.csv",
    ],
}
CLAIMS = []
SETTINGS = [
    "experiments.measurements-d2",
    "experiments.laws-rademacher",
    "experiments.laws-dct",
    "experiments.laws-mask",
    "experiments.laws-average",
    "experiments.laws-sparse",
    "experiments.laws-network-row-normalised",
    "experiments.laws-network-orthogonal",
    "experiments.laws-network-sparse",
    "experiments.laws-network-tied",
    "descent",
    "success",
    "statistics",
]
CAPTION = """Measurements per latent dimension at which success passes one half, one row a law, with
its interval; the band is that of Gaussian A and weights. (a) Other laws of A, the weights Gaussian:
signs, rows of a DCT with random signs, a mask, averages of blocks, sparse rows. (b) Other laws of
the weights, A Gaussian: rows of one length, orthonormal columns, sparse rows, layers tied to one
matrix. A triangle: the transition lies outside the grid. Laws that choose or average entries of the
image keep its energy on average only."""
NAMES = {
    "gaussian": "Gaussian",
    "rademacher": "signs",
    "dct": "DCT rows",
    "mask": "a mask",
    "average": "block averages",
    "sparse": "sparse rows",
    "row-normalised": "rows of one length",
    "orthogonal": "orthonormal columns",
    "tied": "tied layers",
}


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """m50/k by law: (a) of A, (b) of the weights."""
    rows = located(tables["transitions"])
    base = located(tables["gaussian"])
    base = base[base["shape"].isin(rows["shape"])]
    of_network = rows["label"].map(lambda label: laws_of(label)[1] != "gaussian")
    groups = [pd.concat([base, rows[~of_network]]), pd.concat([base, rows[of_network]])]
    figure, panels = style.new_figure(
        style.COLUMN, 4.2, rows=2, sharex=True, height_ratios=[max(len(g), 1) for g in groups]
    )
    limits = span_of(pd.concat([base, rows]))
    for axes, group, place in zip(panels, groups, (0, 1), strict=True):
        axes.set_xscale("log")
        axes.set_xlim(limits)
        panel(axes, group, [law_name(laws_of(label)[place]) for label in group["label"]], base)
    ticks = np.array([0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12])
    style.plain_ticks(panels[1].xaxis, ticks[(ticks >= limits[0]) & (ticks <= limits[1])])
    panels[1].set_xlabel("$m_{50}/k$")
    style.letters(panels, ["law of $A$, Gaussian weights", "law of the weights, Gaussian $A$"])
    style.finding(figure, message(base, rows))
    style.note(
        figure,
        small_print.joined(
            conditions(settings, SETTINGS[:10], step_of(tables["transitions"])),
            "laws as named by the row",
            *undecided(settings["success"]),
            *grid(rows),
            small_print.bars(settings["statistics"]["confidence"]),
        ),
    )
    return figure


def located(transitions: pd.DataFrame) -> pd.DataFrame:
    """Transitions along m, in units of k, with the label of their laws."""
    along = transitions[transitions["axis"] == "measurements"]
    k = along["latent_dimension"]
    ends = {end: along[end] / k for end in ("location", "low", "high")}
    return along.assign(**ends, label=along["sensing"])


def span_of(rows: pd.DataFrame) -> tuple[float, float]:
    """Limits of the axis, about all locations and intervals that are finite."""
    values = rows[["location", "low", "high"]].to_numpy(float)
    values = values[np.isfinite(values) & (values > 0)]
    return (0.8 * values.min(), 1.25 * values.max()) if len(values) else (0.5, 10.0)


def law_name(law: str) -> str:
    """A law as the figure writes it."""
    word, density = named(law)
    return NAMES.get(word, word) + (f", {float(density):.0%}" if density else "")


def panel(axes: Axes, group: pd.DataFrame, names: list[str], base: pd.DataFrame) -> None:
    """One row a law, from the top; a band for the Gaussian laws."""
    left, right = axes.get_xlim()
    for low, high in base[["low", "high"]].itertuples(index=False):
        axes.axvspan(max(low, left), min(high, right), color="0.9", linewidth=0)
    for row, one in enumerate(group.to_dict("records")):
        colour = "black" if one["label"] == "gaussian" else style.PALETTE[0]
        if one["status"] != "inside":
            place, marker = (left, "<") if one["status"] == "below" else (right, ">")
            axes.plot([place], [row], marker, color=colour, markersize=5, clip_on=False)
            continue
        ends = [max(one["low"], left), min(one["high"], right)]
        axes.plot(ends, [row, row], color=colour, linewidth=1.1)
        axes.plot([one["location"]], [row], "o", color=colour)
    axes.set_ylim(len(group) - 0.4, -0.6)
    axes.set_yticks(range(len(group)), names)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.93", linewidth=0.5)
    axes.set_axisbelow(True)


def undecided(success: Mapping[str, Any]) -> list[str]:
    """What becomes of runs without a proof, where success is a proof."""
    judged = success["judged_by"] == "certificate"
    return ["undecided runs count as failures"] if judged else []


def grid(rows: pd.DataFrame) -> list[str]:
    """The network of the experiments."""
    shapes = rows["shape"].unique()
    return [f"$k,n_1,\\ldots,n_d={','.join(shape.split('-'))}$" for shape in shapes]


def message(base: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Whose interval lies apart from that of Gaussian A and weights."""
    inside = base[base["status"] == "inside"]
    if inside.empty:
        return "Where half of the runs succeed, by the laws of A and of the weights"
    (one,) = inside.head(1).to_dict("records")
    told = (
        f"With Gaussian A and weights half of the runs succeed from m/k = {one['location']:.1f} on"
    )
    later = [text_of(row) for row in rows.to_dict("records") if row["low"] > one["high"]]
    earlier = [text_of(row) for row in rows.to_dict("records") if row["high"] < one["low"]]
    parts = [f"later with {listed(later)}"] if later else []
    parts += [f"earlier with {listed(earlier)}"] if earlier else []
    if not parts:
        return f"{told}, and no other law moves this beyond the intervals"
    rest = len(rows) - len(later) - len(earlier)
    more = f"; of {rest} other laws the intervals meet" if rest else ""
    return f"{told}, {' and '.join(parts)}{more}"


def text_of(row: Mapping[str, Any]) -> str:
    """A law with its transition."""
    sensing, network = laws_of(row["label"])
    name = law_name(sensing if network == "gaussian" else network)
    return f"{name} ({row['location']:.1f})" if row["status"] == "inside" else f"{name} (beyond)"
