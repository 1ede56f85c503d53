"""The step matters: the same instances at two steps, and where m50 goes."""

from collections.abc import Mapping
from math import expm1
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.figures.conditions import AS_STATED, conditions

TITLE = "the same instances at the steps 2^d/d² and 2^d/2: where success passes one half"
CATEGORY = "Phase transitions"
NEEDS = {
    "default": ["statistics/step-d1/transitions.csv", "statistics/measurements-d2/transitions.csv"],
    "bold": ["statistics/measurements-d1/transitions.csv", "statistics/step-d2/transitions.csv"],
}
CLAIMS = ["OWN-step"]
SETTINGS = [
    "experiments.measurements-d2",
    "experiments.measurements-d1",
    "descent",
    "success",
    "statistics",
]
CAPTION = """Where success passes one half on the same instances at two steps, the expansivity e50
against m/k. At d = 1 the step 2^d/d^2 makes x0 itself unstable and no run recovers it; at d = 2 the
bolder 2^d/2 asks for a larger expansivity. Open: 2^d/d^2; filled: 2^d/2."""

HEADS = {
    "supported": "The step matters",
    "not supported": "The step does not matter",
    "inconclusive": "Whether the step matters remains open",
    "not tested": "Two steps",
    "void": "Two steps",
}


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """e50 against m/k, a colour a depth, open at the default step and filled at the bold one."""
    figure, axes = style.new_figure(style.COLUMN, 3.3)
    found = {name: tables[name][tables[name]["axis"] == "expansivity"] for name in NEEDS}
    ratios = sorted(pd.concat(found.values())["measurement_ratio"].unique())
    highest = max(
        (table.loc[table["status"] == "inside", "location"].max() for table in found.values()),
        default=8,
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(style.log_edges(ratios)[[0, -1]])
    axes.set_ylim(1.7, 1.6 * highest if highest == highest else 10)
    never = [curve(axes, table, name) for name, table in found.items()]
    style.predicted(axes, axes.get_xlim(), [2, 2], linestyle=":")
    style.label_line(
        axes, axes.get_xlim()[1], 2, "possible from 2 on", ha="right", va="top", xytext=(-3, -2)
    )
    axes.axvline(1, color=style.THEORY, linestyle=":", linewidth=0.8, zorder=1)
    style.plain_ticks(axes.xaxis, [one for one in (0.5, 1, 2, 3, 4, 5, 8, 12) if one >= ratios[0]])
    style.plain_ticks(axes.yaxis, [2, 2.5, 3, 4, 5, 6, 8, 10])
    axes.set_xlabel(style.RATIO)
    axes.set_ylabel(r"$e_{50}$, where success passes 1/2")
    axes.legend(loc="upper right", fontsize=style.NOTE_SIZE)
    style.finding(
        figure, message(tables["claims"]["OWN-step"], [one for two in never for one in two])
    )
    style.verdicts(figure, tables["claims"].values())
    text = small_print.joined(
        conditions(settings, SETTINGS[:2], AS_STATED),
        small_print.bars(settings["statistics"]["confidence"]),
    )
    style.note(figure, text)
    return figure


def message(claim: Mapping[str, Any], never: list[str]) -> str:
    """How far the transition moves, and where there is none."""
    told = [f"{one} never reaches one half" for one in never]
    for part in claim["parts"]:
        if part["value"] is not None and part["measure"] == "shift of log e50":
            low, value, high = (
                f"{100 * expm1(part[end]):.0f}%" for end in ("low", "value", "high")
            )
            told.insert(
                0,
                f"the bolder one asks for {value} [{low}, {high}] more expansivity "
                f"(d = {part['where']['depth']})",
            )
    return f"{HEADS[claim['verdict']]}: {'; '.join(told) or 'two steps on the same instances'}"


def curve(axes: Axes, transitions: pd.DataFrame, name: str) -> list[str]:
    """The transitions at one step, a colour a depth; the depths and steps that have none in words.

    Depths are set side by side.
    """
    none = []
    for depth, table in transitions.groupby("depth"):
        step = stated(table["step_rule"].iloc[0], table["step"].iloc[0])
        if not (table["status"] == "inside").any():
            none.append(f"at d = {depth}, {plain(table['step_rule'].iloc[0])}")
            axes.plot(
                [],
                [],
                style.DEPTH_MARKERS[depth],
                color=style.DEPTH[depth],
                markerfacecolor="white",
                label=f"$d={depth}$, step {step}: never",
            )
            continue
        style.interval_points(
            axes,
            table["measurement_ratio"] * 1.025 ** (depth - 2),
            table,
            fmt=style.DEPTH_MARKERS[depth] + "-",
            linewidth=0.7,
            color=style.DEPTH[depth],
            markerfacecolor="white" if name == "default" else style.DEPTH[depth],
            label=f"$d={depth}$, step {step}",
        )
    return none


def plain(rule: str | float) -> str:
    """A step's rule outside mathematics."""
    return str(rule).replace("d^2", "d²").replace("2^d", "2ᵈ")


def stated(rule: str | float, value: float) -> str:
    """A step's rule with the number that it comes to, which may be the rule itself."""
    text = small_print.step(rule)
    return text if text == small_print.step(value) else rf"{text[:-1]}={value:g}$"
