"""What form an experiment's figure has, by the axes of its grid; also read while a run is planned.

=========  ==========================================================================
``cells``  no axis: the share of successes with its interval
``curve``  one axis: success along it, with the point where half of the trials succeed
``curves`` two axes, one of them of two values: a curve for each
``map``    two axes: a phase diagram
``maps``   three axes: a phase diagram for each k
``scaling`` k and another axis, three values or more of each: where half succeed, against k
=========  ==========================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AXES = ("latent_dimension", "expansivity", "measurement_ratio", "measurements")
SYMBOLS = {
    "latent_dimension": "k",
    "expansivity": "expansivity",
    "measurement_ratio": "m/k",
    "measurements": "m",
}
MOST_PANELS = 6


@dataclass(frozen=True)
class Form:
    """How an experiment is drawn.

    Attributes:
        kind: one of those above.
        axes: the columns that vary in the grid, as the configuration names them.
        along: the column along which success passes one half; None where it is no curve.
        beside: the other column of a map, of curves or of a scaling.
    """

    kind: str
    axes: tuple[str, ...]
    along: str | None = None
    beside: str | None = None


def varying(experiment: Mapping[str, Any]) -> tuple[str, ...]:
    """The axes of an experiment's grid that have several values."""
    return tuple(axis for axis in AXES if len(experiment.get(axis) or []) > 1)


def transition_axes(experiment: Mapping[str, Any]) -> list[str]:
    """The axes along which success is a curve with a 50% point: those with three values or more.

    Where k varies together with another axis, the transition lies along the other axis and its
    location is a function of k.
    """
    counts = experiment.get("measurement_ratio", experiment.get("measurements", []))
    lengths = {"measurements": len(counts), "expansivity": len(experiment.get("expansivity", []))}
    axes = [axis for axis, length in lengths.items() if length >= 3]
    return axes or (["latent_dimension"] if len(experiment["latent_dimension"]) >= 3 else [])


def form_of(experiment: Mapping[str, Any]) -> Form:
    """The form of an experiment, as configured."""
    axes = varying(experiment)
    if len(axes) < 2:
        return Form("curve" if axes else "cells", axes, *axes)
    lengths = {axis: len(experiment[axis]) for axis in axes}
    along = transition_along(experiment) or max(axes[::-1], key=lambda axis: lengths[axis])
    if along != "latent_dimension" and lengths.get("latent_dimension", 0) >= 3 <= lengths[along]:
        return Form("scaling", axes, along, "latent_dimension")
    if len(axes) > 2:
        (beside,) = (axis for axis in axes if axis not in ("latent_dimension", along))
        return Form("maps", axes, along, beside)
    (beside,) = (axis for axis in axes if axis != along)
    return Form("curves" if min(lengths.values()) < 3 else "map", axes, along, beside)


def transition_along(experiment: Mapping[str, Any]) -> str | None:
    """The axis of the first transition, as the configuration names it; None without one."""
    for axis in transition_axes(experiment):
        return "measurement_ratio" if axis == "measurements" and ratios(experiment) else axis
    return None


def ratios(experiment: Mapping[str, Any]) -> bool:
    """Whether measurements are given as m/k."""
    return "measurement_ratio" in experiment


def caption_of(name: str, experiment: Mapping[str, Any]) -> str:
    """What a default figure shows, in a sentence or two for the report."""
    form = form_of(experiment)
    along, beside = SYMBOLS.get(form.along or ""), SYMBOLS.get(form.beside or "")
    shows = {
        "cells": "the share of trials that succeed, with its interval.",
        "curve": f"success against {along}, with intervals and, where the grid brackets it, the "
        "point where half of the trials succeed.",
        "curves": f"success against {along}, one curve for each value of {beside}, with intervals "
        "and the points where half of the trials succeed.",
        "map": f"success over {beside} and {along}. Circles: where half of the trials succeed, "
        "with its interval.",
        "maps": f"success over {beside} and {along}, one panel for each k. Circles: where half of "
        "the trials succeed, with its interval.",
        "scaling": f"where half of the trials succeed, along {along}, against k, with intervals; "
        "lines: the fitted power law.",
    }
    return f"Experiment {name}: {shows[form.kind]}"
