"""Phase diagrams: success over expansivity and m/k, one panel a depth."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
from genprior.figures.findings import counted, listed, part_of
from genprior.figures.phase_diagram import phase_diagram, possible

TITLE = "success over expansivity and m/k, d = 1, 2, 3, with the 50% transition"
CATEGORY = "Phase transitions"
NEEDS = {
    "success": [
        "statistics/measurements-d1/success.csv",
        "statistics/measurements-d2/success.csv",
        "statistics/measurements-d3/success.csv",
    ],
    "transitions": [
        "statistics/measurements-d1/transitions.csv",
        "statistics/measurements-d2/transitions.csv",
        "statistics/measurements-d3/transitions.csv",
    ],
}
CLAIMS = ["HV-recovery", "HV-compressive", "CONTROL-half"]
SETTINGS = [
    "experiments.measurements-d1",
    "experiments.measurements-d2",
    "experiments.measurements-d3",
    "descent",
    "success",
    "statistics",
]
CAPTION = """Success of gradient descent over expansivity and measurements per latent dimension, one
panel a depth. Circles: m50/k, where success passes one half, with its interval. Dashed: as k grows,
the code is determined above and to the right of this line, and AMP's threshold is within 4% of it;
a limit, which says nothing of what any method does at the k of the panels."""


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """Success and where it passes one half, by depth."""
    success, transitions = tables["success"], tables["transitions"]
    grids = success.groupby("depth", sort=False)
    figure, panels = style.new_figure(style.PAGE, 3.1, columns=len(grids), sharex=True, sharey=True)
    for axes, (depth, one) in zip(panels, grids, strict=True):
        mesh = phase_diagram(axes, one, transitions[transitions["depth"] == depth])
    for axes in panels:
        axes.set_xlim(style.log_edges(sorted(success["expansivity"].unique()))[[0, -1]])
        axes.set_facecolor("0.85")
        possible(axes)
        axes.set_xlabel(style.EXPANSIVITY)
    style.letters(panels, [f"$d={d}$, $k={one['latent_dimension'].iloc[0]}$" for d, one in grids])
    panels[0].set_ylabel("$m/k$")
    figure.colorbar(mesh, ax=panels, label=style.SUCCESS, pad=0.01, aspect=25)
    style.finding(figure, message(transitions, tables["claims"]))
    style.verdicts(figure, tables["claims"].values())
    text = small_print.joined(
        conditions(settings, SETTINGS[:3], step_of(success)),
        small_print.bars(settings["statistics"]["confidence"]),
        r"circles: $m_{50}/k$, where success passes 1/2",
        r"dashed: information limit as $k\to\infty$, AMP's within 4%",
        "grey: not computed",
    )
    style.note(figure, text)
    return figure


def message(transitions: pd.DataFrame, claims: Mapping[str, Any]) -> str:
    """Where half of the runs succeed at the largest expansivity of all depths, and how many do
    with ample measurements."""
    along_m = transitions[(transitions["axis"] == "measurements")]
    found = along_m[along_m["status"] == "inside"].assign(
        ratio=lambda table: table["location"] / table["latent_dimension"]
    )
    found = found.pivot(index="expansivity", columns="depth", values="ratio").dropna()
    if found.empty:
        return "Where descent recovers the code: no transition lies inside the grid at all depths"
    e, places = found.index[-1], found.iloc[-1]
    depths = listed(map(str, places.index))
    told = f"At expansivity {e:g} half of the runs recover the code from "
    told += f"m/k = {listed(f'{place:.1f}' for place in places)} on (d = {depths})"
    shares = [part_of(claims["HV-recovery"], "certified", depth=depth) for depth in places.index]
    if any(share["value"] is None for share in shares):
        return told
    ratio = shares[0]["where"]["measurement_ratio"]
    return f"{told}, and {listed(map(counted, shares))} at m/k = {ratio:g}"
