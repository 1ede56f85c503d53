"""Phase diagrams of the page: cells, transitions, theory, trials and curves, as plain JSON."""

from collections.abc import Mapping, Sequence
from math import isfinite, log10
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

import pandas as pd

from genprior.experiments.curves import LANDMARKS

LABELS = {
    "latent_dimension": "latent dimension k",
    "expansivity": "expansivity",
    "measurement_ratio": "m/k",
    "measurements": "measurements m",
}
CELL = ["shape", "measurements"]
# One row a trial of a cell, in this order, by position.
TRIAL = ("trial", "relative_error", "iterations", "stop", "outcome", "codimension")
# A curve is text, two signs a point: log10 of the error in hundredths from -20 on, to base 64.
SIGNS = digits + ascii_letters + "-_"
FLOOR, A_DECADE = -20, 100
NO_LOGARITHM = "  "


def diagram(
    axes: Sequence[str],
    success: pd.DataFrame,
    transitions: pd.DataFrame,
    trials: pd.DataFrame,
    curves: pd.DataFrame,
    tables: Mapping[tuple[str, int], str],
) -> dict[str, Any]:
    """All that the page shows of one experiment.

    Args:
        axes: the one or two columns that span the grid.
        success: one row a cell, as in ``success.csv``.
        transitions: as in ``transitions.csv``.
        trials: one row a trial, with shape, measurements and ``TRIAL``, the last two optional.
        curves: of the same trials, as ``read_curves`` gives them.
        tables: the instances table of each shape and trial, for the export line.
    """
    spans = [
        {"name": axis, "label": LABELS[axis], "values": _values(success[axis])} for axis in axes
    ]
    files = sorted(set(tables.values()))
    of_cell = dict(list(trials.groupby(CELL)))
    drawn = {
        (shape, m, trial): as_text(errors)
        for shape, m, trial, errors in curves[[*CELL, "trial", "curve"]].itertuples(index=False)
    }
    last = int(trials["iterations"].max())
    return {
        "axes": spans,
        "tables": files,
        "landmarks": [landmark for landmark in LANDMARKS if landmark <= last],
        "cells": [
            {
                "at": [span["values"].index(float(cell[span["name"]])) for span in spans],
                "shape": cell["shape"],
                "m": int(cell["measurements"]),
                "interval": [_number(cell[name]) for name in ("proportion", "low", "high")],
                "successes": int(cell["successes"]),
                "count": int(cell["trials"]),
                "iterations": _number(cell["iterations"]),
                "error": _number(cell["median_error"]),
                "trials": _trials(of_cell[cell["shape"], cell["measurements"]]),
                "tables": [
                    files.index(tables[cell["shape"], trial])
                    for trial in sorted(of_cell[cell["shape"], cell["measurements"]]["trial"])
                ],
                "curves": [
                    drawn[cell["shape"], cell["measurements"], trial]
                    for trial in sorted(of_cell[cell["shape"], cell["measurements"]]["trial"])
                ],
            }
            for cell in success.to_dict("records")
        ],
        "transitions": [
            mark for row in transitions.to_dict("records") for mark in _mark(row, axes)
        ],
        "theory": theory(axes, success),
    }


def theory(axes: Sequence[str], success: pd.DataFrame) -> list[dict[str, Any]]:
    """Where the code is determined as k grows, as lines through values of the axes.

    From m = k on, in layers more than twice as wide as what they are given; "first" and "last" are
    the edges of the grid.  AMP's threshold lies within 4% of m = k (docs/optimum.md, section 3).
    """
    both = "possible as k → ∞"
    wide = "layers invertible as k → ∞: expansivity 2"
    enough = "m = k"
    match tuple(axes):
        case ("expansivity", "measurement_ratio"):
            return [{"label": both, "line": [[2, "last"], [2, 1], ["last", 1]]}]
        case ("expansivity",):
            return [{"label": wide, "line": [[2, "first"], [2, "last"]]}]
        case ("latent_dimension", "measurement_ratio"):
            return [{"label": enough, "line": [["first", 1], ["last", 1]]}]
        case ("latent_dimension", "expansivity"):
            return [{"label": wide, "line": [["first", 2], ["last", 2]]}]
        case ("measurement_ratio",):
            return [{"label": enough, "line": [[1, "first"], [1, "last"]]}]
        case ("latent_dimension",) if success["measurements"].nunique() == 1:
            at = int(success["measurements"].iloc[0])
            return [{"label": enough, "line": [[at, "first"], [at, "last"]]}]
    return []


def _mark(row: Mapping[str, Any], axes: Sequence[str]) -> list[dict[str, Any]]:
    """A transition with its interval: where it is on the other axis, and along which it lies."""
    along, scale = row["axis"], 1.0
    if along == "measurements" and "measurement_ratio" in axes:
        along, scale = "measurement_ratio", 1 / row["latent_dimension"]
    if along not in axes:
        return []
    (other,) = [axis for axis in axes if axis != along] or [None]
    location, low, high = (_number(row[name] * scale) for name in ("location", "low", "high"))
    return [
        {
            "along": list(axes).index(along),
            "beside": None if other is None else float(row[other]),
            "location": location,
            "interval": [low, high],
        }
    ]


def _values(column: pd.Series) -> list[float]:
    return sorted(map(float, column.unique()))


def _number(number: float) -> float | None:
    """Four digits as JSON, which has no infinity; None for what is not finite."""
    return float(f"{number:.4g}") if isfinite(number) else None


def _trials(group: pd.DataFrame) -> list[list[Any]]:
    group = group.sort_values("trial").reindex(columns=list(TRIAL))
    return [
        [
            None if pd.isna(value) else _number(value) if isinstance(value, float) else value
            for value in row
        ]
        for row in group.itertuples(index=False, name=None)
    ]


def as_text(errors: Sequence[float] | None) -> str:
    """The curve of a trial as text (see ``SIGNS``); blank where an error has no logarithm, empty
    of a method that keeps no iterates."""
    return "" if errors is None else "".join(map(_point, errors))


def _point(error: float) -> str:
    if not 0 < error < float("inf"):
        return NO_LOGARITHM
    base = len(SIGNS)
    place = round(A_DECADE * (log10(error) - FLOOR))
    return "".join(SIGNS[i] for i in divmod(min(max(place, 0), base**2 - 1), base))


def read_curves(paths: Sequence[str]) -> pd.DataFrame:
    """The curve of every trial of an experiment, from its tables of recoveries."""
    columns = [*CELL, "trial", "curve"]
    return pd.concat([pd.read_parquet(path, columns=columns) for path in paths], ignore_index=True)


def tables_of_trials(paths: Sequence[str]) -> dict[tuple[str, int], str]:
    """Which instances table has a shape and a trial.

    Args:
        paths: of the tables of instances.
    """
    found = {}
    for path in paths:
        rows = pd.read_parquet(Path(path), columns=["shape", "trial"]).drop_duplicates()
        found |= {(shape, int(trial)): path for shape, trial in rows.itertuples(index=False)}
    return found
