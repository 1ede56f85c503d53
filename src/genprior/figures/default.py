"""The default figure of an experiment that no published figure shows, in the form that its grid
has (``genprior.experiments.forms``)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from genprior.experiments.forms import MOST_PANELS, Form, form_of
from genprior.experiments.told import ENDS, at, bracketed, column_of, finding_of, located, others
from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, descends, in_words, step_of
from genprior.figures.phase_diagram import possible

LABELS = {
    "latent_dimension": "latent dimension $k$",
    "expansivity": style.EXPANSIVITY,
    "measurement_ratio": style.RATIO,
    "measurements": "measurements $m$",
}
SHORT = LABELS | {"measurement_ratio": "$m/k$"}  # along the side of a map
SCALED = {"measurements": "$m_{50}$", "expansivity": "$e_{50}$"}
MOST_TICKS = 8
MOST_CURVES = 8
EDGE = withStroke(linewidth=2.2, foreground="black")


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """The figure of one experiment.

    Args:
        tables: ``success``, ``transitions`` and ``scaling``, its tables of statistics.
        settings: its ``name``, the ``experiment`` as configured, and ``descent``, ``success`` and
            ``statistics`` of the configuration.
    """
    experiment = settings["experiment"]
    form = form_of(experiment)
    success = tables["success"]
    inside = located(form, tables["transitions"])
    if form.kind == "scaling" and len(inside) < 2:
        kind = "map" if len(form.axes) == 2 else "maps"
        beside = next(axis for axis in others(form)[::-1])
        form = Form(kind, form.axes, form.along, beside)
    grid = form.kind == "map" or form.beside == "measurement_ratio"
    if grid and "latent_dimension" in form.axes:
        success = nominal(success, experiment)
    if form.kind == "cells":
        figure = draw_cells(success)
    elif form.kind in ("curve", "curves"):
        figure = draw_curves(form, success, inside)
    elif form.kind == "scaling":
        figure = draw_scaling(form, inside, tables["scaling"])
    else:
        figure = draw_maps(form, success, inside, limit=of_random(experiment))
    style.finding(figure, finding_of(experiment, *(tables[name] for name in tables)))
    style.note(figure, note_of(form, success, settings, circles=len(inside) > 0))
    return figure


def nominal(success: pd.DataFrame, experiment: Mapping[str, Any]) -> pd.DataFrame:
    """The table of success with m/k as configured, of which m is rounded: else the values of one
    row of a grid would differ from k to k."""
    configured = sorted(experiment.get("measurement_ratio") or [])
    if not configured:
        return success
    k = success["latent_dimension"]
    counts = [{round(one * ratio): ratio for ratio in configured} for one in k]
    named = [
        ratios.get(m, m / one)
        for ratios, m, one in zip(counts, success["measurements"], k, strict=True)
    ]
    return success.assign(measurement_ratio=named)


def of_random(experiment: Mapping[str, Any]) -> bool:
    """Whether the experiment is of random networks whose limits as k grows are known."""
    return "network" not in experiment and experiment["sensing"] in ("gaussian", "rademacher")


def draw_cells(success: pd.DataFrame) -> Figure:
    """The share of each cell with its interval, as a bar that lies."""
    figure, axes = style.new_figure(style.COLUMN, 1.5)
    places = np.arange(len(success))
    axes.errorbar(
        success["proportion"],
        places,
        xerr=[success["proportion"] - success["low"], success["high"] - success["proportion"]],
        fmt="o",
        color="black",
        capsize=2,
    )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.7, len(success) - 0.3)
    axes.set_yticks(
        places, [f"{shape}\n$m={m}$" for shape, m in success[["shape", "measurements"]].values]
    )
    axes.set_xlabel(style.SUCCESS)
    return figure


def draw_curves(form: Form, success: pd.DataFrame, inside: pd.DataFrame) -> Figure:
    """Success along one axis, a curve for each value of the other, with the points of one half."""
    figure, axes = style.new_figure(style.COLUMN, 2.7)
    axes.set_xscale("log")
    axes.axhline(0.5, color="0.7", linewidth=0.6, zorder=0)
    groups = [(None, success)] if form.beside is None else list(success.groupby(form.beside))
    values = sorted(success[form.along].unique())
    axes.set_xlim(style.log_edges(values)[[0, -1]])
    for number, (value, rows) in enumerate(groups):
        colour = "black" if form.beside is None else style.PALETTE[number % MOST_CURVES]
        label = None if value is None else at(form.beside, value)
        half = inside if value is None else inside[np.isclose(inside[form.beside], value)]
        for one in half.to_dict("records"):
            ends = [one[end] for end in ENDS]
            label = f"{label}: {bracketed(*ends)}" if label else None
            mark_half(axes, *ends, colour)
        style.proportions(
            axes,
            form.along,
            rows.sort_values(form.along),
            color=colour,
            marker=style.MARKERS[number % len(style.MARKERS)],
            label=label,
        )
    room = 0 if form.beside is None else 0.14 * (len(groups) + 1)  # for the legend
    axes.set_ylim(-0.03, 1.03 + room)
    axes.set_yticks(np.linspace(0, 1, 6))
    style.plain_ticks(axes.xaxis, thinned(values))
    axes.set_xlabel(LABELS[form.along])
    axes.set_ylabel(style.SUCCESS)
    if form.beside is not None:
        axes.legend(
            loc="upper left", title="half of the trials succeed at" if len(inside) else None
        )
    return figure


def mark_half(axes: Axes, place: float, low: float, high: float, colour) -> None:
    """The point where half of the trials succeed, with its interval, cut at the axes."""
    edges = np.clip([low, high], *axes.get_xlim())
    (bar,) = axes.plot(edges, [0.5, 0.5], color=colour, linewidth=2.4, zorder=3)
    bar.set_path_effects([withStroke(linewidth=4, foreground="white")])
    axes.plot(place, 0.5, "o", color="white", markeredgecolor=colour, markersize=5.5, zorder=4)


def draw_maps(form: Form, success: pd.DataFrame, inside: pd.DataFrame, limit: bool) -> Figure:
    """Phase diagrams over two axes, one panel for each k where a third varies."""
    several = form.kind == "maps" and form.beside != "latent_dimension"
    groups = list(success.groupby("latent_dimension")) if several else [(None, success)]
    groups = thinned(groups, MOST_PANELS)
    columns = min(3, len(groups))
    rows = -(-len(groups) // columns)
    figure, panels = style.new_figure(
        style.COLUMN if columns == 1 else style.PAGE,
        2.9 if columns == 1 else 0.4 + 2.5 * rows,
        columns=columns,
        rows=rows,
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for unused in panels.flat[len(groups) :]:
        unused.remove()
    for axes, (k, cells) in zip(panels.flat, groups, strict=False):
        mesh = style.probability_map(axes, cells, form.beside, form.along)
        here = inside if k is None else inside[inside["latent_dimension"] == k]
        mark_map(axes, here, form)
        style.plain_ticks(axes.xaxis, thinned(sorted(cells[form.beside].unique())))
        style.plain_ticks(axes.yaxis, thinned(sorted(cells[form.along].unique())))
        low, high = axes.get_ylim()
        if limit and (form.beside, form.along) == ("expansivity", "measurement_ratio"):
            if low < 1 < high and axes.get_xlim()[0] < 2 < axes.get_xlim()[1]:
                possible(axes)
        axes.set_xlabel(LABELS[form.beside])
    for axes in panels[:, 0]:
        axes.set_ylabel(SHORT[form.along])
    if several:
        style.letters(panels.flat, [f"$k={k}$" for k, _ in groups])
    figure.colorbar(mesh, ax=panels, label=style.SUCCESS, pad=0.02, aspect=25)
    return figure


def mark_map(axes: Axes, inside: pd.DataFrame, form: Form) -> None:
    """Where half of the trials succeed, with intervals, on a phase diagram."""
    if inside.empty:
        return
    points = style.interval_points(
        axes,
        inside[form.beside],
        inside,
        fmt="o",
        color="white",
        markeredgecolor="black",
        markeredgewidth=0.5,
        ecolor="white",
    )
    _, caps, bars = points
    for line in (*caps, *bars):
        line.set_path_effects([EDGE])


def draw_scaling(form: Form, inside: pd.DataFrame, scaling: pd.DataFrame) -> Figure:
    """Where half of the trials succeed against k, with the fitted power laws."""
    figure, axes = style.new_figure(style.COLUMN, 2.9)
    column = column_of(form)
    fixed = [axis for axis in others(form) if axis != "latent_dimension"]
    k = inside["latent_dimension"].to_numpy(float)
    if form.along == "measurement_ratio":  # in numbers of measurements again
        inside = inside.assign(**{end: inside[end] * k for end in ENDS})
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(k.min() / 1.25, k.max() * 1.25)
    values = inside[ENDS].replace([0, np.inf], np.nan)
    axes.set_ylim(0.8 * values.min().min(), 1.25 * values.max().max())
    fine = np.geomspace(k.min(), k.max(), 50)
    groups = list(inside.groupby(fixed)) if fixed else [((), inside)]
    for number, (value, points) in enumerate(groups[:MOST_CURVES]):
        colour = "black" if not fixed else style.PALETTE[number]
        label = ", ".join(map(at, fixed, value))
        law = scaling[scaling["axis"] == column]
        for axis, one in zip(fixed, value, strict=True):
            law = law[np.isclose(law[axis], one)]
        if len(law) and len(points) >= 3:
            (one,) = law.to_dict("records")
            axes.plot(fine, one["constant"] * fine ** one["exponent"], color=colour, linewidth=0.8)
            exponent = bracketed(one["exponent"], one["low"], one["high"])
            label = f"{label}: power {exponent}" if label else f"$\\propto k^p$, $p=$ {exponent}"
        style.interval_points(
            axes,
            points["latent_dimension"],
            points,
            fmt=style.MARKERS[number],
            color=colour,
            label=label or None,
        )
    if column == "measurements":
        style.predicted(axes, axes.get_xlim(), axes.get_xlim(), linestyle=":")
        if axes.get_ylim()[0] < k.max():
            style.label_line(axes, k.max(), k.max(), "$m=k$", ha="right", va="top", xytext=(-2, -9))
    style.plain_ticks(axes.xaxis, thinned(sorted(set(k))))
    low, high = axes.get_ylim()
    nice = np.array([one * 10.0**e for e in range(-1, 7) for one in (1, 1.5, 2, 3, 4, 5, 7)])
    style.plain_ticks(axes.yaxis, thinned(list(nice[(nice >= low) & (nice <= high)])))
    axes.set_xlabel(LABELS["latent_dimension"])
    axes.set_ylabel(f"{SCALED[column]}, where half succeed")
    if axes.get_legend_handles_labels()[1]:
        axes.legend(loc="upper left")
    return figure


def thinned(several: Sequence[Any], most: int = MOST_TICKS) -> list[Any]:
    """At most so many of several, spread evenly, the first and the last among them."""
    if len(several) <= most:
        return list(several)
    places = np.unique(np.rint(np.linspace(0, len(several) - 1, most)).astype(int))
    return [several[place] for place in places]


def note_of(form: Form, success: pd.DataFrame, settings: Mapping[str, Any], circles: bool) -> str:
    """The small print: the experiment, what is fixed in it, and all that success depends on."""
    experiment = settings["experiment"]
    given = {**settings, "this": experiment}
    fixed = []
    for axis in ("latent_dimension", "depth", "expansivity", "measurement_ratio", "measurements"):
        value = experiment.get(axis)
        if isinstance(value, list) and len(value) == 1:
            fixed.append(at(axis, value[0]))
        elif axis == "depth" and value is not None:
            fixed.append(f"$d={value}$")
    if "widths" in experiment:
        fixed.append("widths " + ", ".join(map(str, experiment["widths"])))
    capped = int(success["capped"].sum())
    phrases = [
        f"experiment {in_words(settings['name'])}",
        *fixed,
        conditions(given, ["this"], step_of(success) if descends(experiment) else ""),
        f"bars: {small_print.intervals(settings['statistics']['confidence'])}",
    ]
    if circles and form.kind != "scaling":
        phrases.append("circles: where half of the trials succeed")
    if capped and descends(experiment):
        phrases.append(f"{capped} of {int(success['trials'].sum())} runs ended at the cap")
    if form.kind == "maps" and success["latent_dimension"].nunique() > MOST_PANELS:
        phrases.append(f"{MOST_PANELS} of {success['latent_dimension'].nunique()} values of $k$")
    return small_print.joined(*phrases)
