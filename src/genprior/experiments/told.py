"""What an experiment found, in a sentence from its tables, that is true whatever they hold."""

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

import pandas as pd

from genprior.experiments.forms import SYMBOLS, Form, form_of

ENDS = ["location", "low", "high"]


def finding_of(
    experiment: Mapping[str, Any],
    success: pd.DataFrame,
    transitions: pd.DataFrame,
    scaling: pd.DataFrame,
) -> str:
    """The message of an experiment.

    Args:
        experiment: as configured.
        success, transitions, scaling: its tables of statistics.
    """
    form = form_of(experiment)
    if form.kind == "scaling" and (law := laws(form, scaling, transitions)):
        return law
    return halves(form, located(form, transitions)) or shares(form, success)


def located(form: Form, transitions: pd.DataFrame) -> pd.DataFrame:
    """The transitions along a form's axis that lie inside the grid, in the axis' own unit, in the
    order of what varies beside; without those whose interval is open on both sides."""
    there = (transitions["axis"] == column_of(form)) & (transitions["status"] == "inside")
    known = (transitions["low"] > 0) | (transitions["high"] < inf)
    found = transitions[there & known]
    if found.empty:
        return found
    k = found["latent_dimension"].astype(float)
    if form.along == "measurement_ratio":
        found = found.assign(**{end: found[end].astype(float) / k for end in ENDS})
    if "measurements" in others(form):
        found = found.assign(measurements=found["measurement_ratio"] * k)
    beside = list(others(form))
    return found.sort_values(beside, ignore_index=True) if beside else found


def column_of(form: Form) -> str | None:
    """The axis of a form's transitions, as their table names it."""
    return "measurements" if form.along == "measurement_ratio" else form.along


def others(form: Form) -> tuple[str, ...]:
    """The axes of a form beside that of its transitions."""
    return tuple(axis for axis in form.axes if axis != form.along)


def laws(form: Form, scaling: pd.DataFrame, transitions: pd.DataFrame) -> str | None:
    """How the place where half succeed grows with k; None with fewer than three such places."""
    place = "m50" if column_of(form) == "measurements" else "e50"
    found = scaling[scaling["axis"] == column_of(form)]
    inside = located(form, transitions)
    fixed = [axis for axis in others(form) if axis != "latent_dimension"]
    told = []
    for law in found.to_dict("records"):
        mine = inside
        for axis in fixed:
            mine = mine[mine[axis] == law[axis]]
        if len(mine) >= 3:
            cell = ", ".join(f"{SYMBOLS[axis]} {number(law[axis])}" for axis in fixed)
            ends = bracketed(law["exponent"], law["low"], law["high"])
            told.append(f"{ends}{f' ({cell})' if cell else ''}")
    if not told:
        return None
    return f"{place} goes like k to the power {listed(first_and_last(told))}"


def halves(form: Form, inside: pd.DataFrame) -> str | None:
    """Where half of the trials succeed; None where that is nowhere inside the grid."""
    if inside.empty or form.along is None:
        return None
    told = []
    for row in inside.to_dict("records"):
        cell = ", ".join(at(axis, row[axis]) for axis in others(form))
        place = bracketed(*(row[end] for end in ENDS))
        told.append((place, f" for {cell}" if cell else ""))
    several = first_and_last([f"{place}{cell}" for place, cell in told])
    return f"Half of the trials succeed at {sign(form.along)} {listed(several)}"


def shares(form: Form, success: pd.DataFrame) -> str:
    """How many trials succeed, where no place of one half is known."""
    s, n = int(success["successes"].sum()), int(success["trials"].sum())
    if form.kind == "cells":
        ends = success.iloc[0][["proportion", "low", "high"]]
        return f"{s} of {n} trials succeed: {bracketed(*ends)}"
    least, most = success["proportion"].min(), success["proportion"].max()
    if least > 0.5:
        return f"More than half of the trials succeed in every cell: {s} of {n} in all"
    if most < 0.5:
        return f"Fewer than half of the trials succeed in every cell: {s} of {n} in all"
    if len(form.axes) == 1:
        ends = success.sort_values(form.axes[0]).iloc[[0, -1]].to_dict("records")
        told = [
            f"{one['successes']} of {one['trials']} {{}}{at(form.axes[0], one[form.axes[0]])}"
            for one in ends
        ]
        return f"{told[0].format('trials succeed at ')}, {told[1].format('at ')}"
    return f"From cell to cell {least:.0%} to {most:.0%} of the trials succeed: {s} of {n} in all"


def at(axis: str, value: float) -> str:
    """A value of an axis, such as m/k = 2."""
    return f"{sign(axis)} {number(value)}"


def sign(axis: str) -> str:
    """An axis before one of its values."""
    return SYMBOLS[axis] if axis == "expansivity" else f"{SYMBOLS[axis]} ="


def number(value: float) -> str:
    """A value of the grid to four digits."""
    return f"{float(f'{value:.4g}'):,.12g}"


def bracketed(value: float, low: float, high: float) -> str:
    """A number with its interval, such as 2.13 [1.94, 2.31], all to the same decimals."""
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    value, low, high = (
        f"{one:,.{decimals}f}".replace("-", "−").replace("inf", "∞") for one in (value, low, high)
    )
    return f"{value} [{low}, {high}]"


def first_and_last(several: list[str]) -> list[str]:
    """Up to two of several."""
    return several if len(several) < 3 else [several[0], several[-1]]


def listed(several: Iterable[str]) -> str:
    """One or two as text."""
    return " and ".join(several)
