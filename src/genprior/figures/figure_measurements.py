"""Phase diagrams: success over expansivity and m/k, one panel a depth."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
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


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Success and where it passes one half, by depth."""
    grids = tables["success"].groupby("depth", sort=False)
    figure, panels = style.new_figure(style.PAGE, 2.75, columns=len(grids), sharey=True)
    for axes, (depth, success) in zip(panels, grids, strict=True):
        transitions = tables["transitions"]
        mesh = phase_diagram(axes, success, transitions[transitions["depth"] == depth])
        possible(axes)
        axes.set_title(f"$d={depth}$, $k={success['latent_dimension'].iloc[0]}$")
        axes.set_xlabel(style.EXPANSIVITY)
    panels[0].set_ylabel("$m/k$")
    figure.colorbar(mesh, ax=panels, label=style.SUCCESS, pad=0.01, aspect=25)
    text = small_print.joined(
        conditions(settings, SETTINGS[:3], step_of(tables["success"])),
        small_print.bars(settings["statistics"]["confidence"]),
        r"circles: $m_{50}/k$, where success passes 1/2",
        r"dashed: information limit as $k\to\infty$, AMP's within 4%",
    )
    style.note(figure, text)
    return figure
