"""The step matters: the same instances at two steps, and where m50 goes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import AS_STATED, conditions
from genprior.figures.phase_diagram import phase_diagram

TITLE = "the same instances at the steps 2^d/d² and 2^d/2"
CATEGORY = "Phase transitions"
NEEDS = {
    "default_success": ["statistics/step-d1/success.csv", "statistics/measurements-d2/success.csv"],
    "default_transitions": [
        "statistics/step-d1/transitions.csv",
        "statistics/measurements-d2/transitions.csv",
    ],
    "bold_success": ["statistics/measurements-d1/success.csv", "statistics/step-d2/success.csv"],
    "bold_transitions": [
        "statistics/measurements-d1/transitions.csv",
        "statistics/step-d2/transitions.csv",
    ],
}
CLAIMS = ["OWN-step"]
SETTINGS = [
    "experiments.measurements-d2",
    "experiments.measurements-d1",
    "descent",
    "success",
    "statistics",
]
CAPTION = """The same instances at two steps. At d = 1 the step 2^d/d^2 makes x0 itself unstable; at
d = 2 the bolder 2^d/2 moves the transition."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """One row a depth: a diagram for each step, then m50 against the expansivity for both."""
    depths = sorted(tables["default_success"]["depth"].unique())
    figure, panels = style.new_figure(style.PAGE, 2.1 * len(depths) + 0.5, 3, len(depths))
    for row, depth in zip(panels, depths, strict=True):
        for axes, step, colour, marker, shift in zip(
            row[:2], ("default", "bold"), style.PALETTE, "os", (0.985, 1.015), strict=False
        ):
            success, transitions = (
                table[table["depth"] == depth]
                for table in (tables[f"{step}_success"], tables[f"{step}_transitions"])
            )
            mesh = phase_diagram(axes, success, transitions)
            rule, value = success[["step_rule", "step"]].iloc[0]
            axes.set_title(rf"$d={depth}$, step {stated(rule, value)}")
            axes.set_ylabel("$m/k$")
            row[2].set_yscale("log")
            row[2].set_ylim(axes.get_ylim())
            along_m = transitions[transitions["axis"] == "measurements"]
            label = small_print.step(rule)
            if (along_m["status"] == "inside").any():
                k = float(along_m["latent_dimension"].iloc[0])
                style.interval_points(
                    row[2],
                    along_m["expansivity"] * shift,
                    along_m,
                    scale=1 / k,
                    fmt=marker,
                    color=colour,
                    label=label,
                )
            else:
                row[2].plot([], [], marker, color=colour, label=f"{label}: never 1/2")
        row[2].set_xscale("log")
        row[2].set_xlim(row[0].get_xlim())
        style.plain_ticks(row[2].xaxis, [1, 2, 3, 4, 6, 8])
        style.plain_ticks(row[2].yaxis, [0.5, 1, 2, 4, 8, 12])
        row[2].set_ylabel("$m_{50}/k$")
        row[2].set_title(rf"$d={depth}$: 50% transition")
        row[2].legend(loc="best")
        figure.colorbar(mesh, ax=row[1], label=style.SUCCESS, aspect=20)
    for axes in np.atleast_2d(panels)[-1]:
        axes.set_xlabel(style.EXPANSIVITY)
    text = small_print.joined(
        conditions(settings, SETTINGS[:2], AS_STATED),
        small_print.bars(settings["statistics"]["confidence"]),
    )
    style.note(figure, text)
    return figure


def stated(rule: str | float, value: float) -> str:
    """A step's rule with the number that it comes to, which may be the rule itself."""
    text = small_print.step(rule)
    return text if text == small_print.step(value) else rf"{text[:-1]}={value:g}$"
