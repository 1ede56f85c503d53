"""From rows of trials to the tables of statistics: success, transitions, scaling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from genprior.model.laws import measures_all
from genprior.statistics.intervals import wilson_interval
from genprior.statistics.transitions import Curve, Scaling, Transition, fit_scaling, fit_transition

SUCCESS = {"threshold": "below_threshold", "certificate": "certified"}
STEP = ["step", "step_rule"]
CELL = [
    "shape",
    "depth",
    "latent_dimension",
    "expansivity",
    "sensing",
    "measurements",
    "measurement_ratio",
    *STEP,
]
# What stays fixed while success is followed along an axis.
FIXED = {
    "measurements": ["depth", "latent_dimension", "shape", "expansivity", "sensing", *STEP],
    "expansivity": ["depth", "latent_dimension", "measurement_ratio", "sensing", *STEP],
    "latent_dimension": ["depth", "widths", "measurements", "sensing", *STEP],
}
# What stays fixed while a transition is followed along k.
SCALED = {
    "measurements": ["depth", "expansivity", "sensing", *STEP],
    "expansivity": ["depth", "measurement_ratio", "sensing", *STEP],
}
LOCATION = [field.name for field in fields(Transition)][:-2]
EXPONENT = [field.name for field in fields(Scaling)]


def judged(
    recoveries: pd.DataFrame,
    outcomes: pd.DataFrame | None,
    relative_error: float,
    judged_by: str = "threshold",
) -> pd.DataFrame:
    """All trials of an experiment, in the order of their identity, with ``success`` judged.

    Under A = I the measurement ratio counts as missing: m = n_d follows from the network.

    Args:
        recoveries: one row a trial (``schemas.RECOVERIES``).
        outcomes: the outcomes of the same trials, if they are known; with them come their
            columns and ``certified``, whether it is recovery.
        relative_error: the threshold, for the column ``below_threshold``.
        judged_by: ``threshold`` or, with outcomes, ``certificate``: which one is ``success``.
    """
    trials = recoveries.drop(columns=["x", "curve"], errors="ignore")
    trials["below_threshold"] = trials["relative_error"] <= relative_error
    if outcomes is not None:
        decided = outcomes.assign(certified=outcomes["outcome"] == "recovery")
        identity = ["shape", "measurements", "trial"]
        if len(decided) != len(trials):
            raise ValueError(f"{len(trials)} trials, but the outcomes of {len(decided)}")
        shared = [name for name in decided if name in trials and name not in identity]
        trials = trials.merge(decided.drop(columns=shared), on=identity, validate="one_to_one")
    trials["success"] = trials[SUCCESS[judged_by]]
    ratio = trials["measurements"] / trials["latent_dimension"]
    trials["measurement_ratio"] = ratio.mask(trials["sensing"].map(measures_all).astype(bool))
    trials["widths"] = trials["shape"].str.split("-", n=1).str[1]
    identity = ["latent_dimension", "depth", "expansivity", "shape", "measurements", "trial"]
    return trials.sort_values(identity, ignore_index=True)


def read_judged(
    recoveries: Sequence[str | Path],
    outcomes: Sequence[str | Path],
    success: Mapping[str, Any],
) -> pd.DataFrame:
    """The trials of an experiment as ``judged``, from the tables of its jobs.

    Args:
        recoveries, outcomes: where the tables are.
        success: ``relative_error`` and ``judged_by``.
    """
    both = (
        pd.concat([pd.read_parquet(path) for path in sorted(paths)], ignore_index=True)
        for paths in (recoveries, outcomes)
    )
    return judged(*both, **success)


def success_table(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """One row a cell: trials, successes, their proportion with Wilson's interval, stops, seconds.

    ``iterations`` is the median over the cell's trials; ``capped`` counts the trials that ended at
    the iteration cap, the ones that more iterations could still change.  Trials with outcomes also
    give both readings of success, the decided trials, and those on which the readings differ.
    """
    groups = trials.groupby(CELL, dropna=False, sort=False)
    table = groups.agg(
        trials=("success", "size"),
        successes=("success", "sum"),
        capped=("stop", lambda stops: int((stops == "cap").sum())),
        diverged=("stop", lambda stops: int((stops == "diverged").sum())),
        iterations=("iterations", "median"),
        median_error=("relative_error", "median"),
    ).reset_index()
    intervals = [
        wilson_interval(s, n, confidence)
        for s, n in zip(table["successes"], table["trials"], strict=True)
    ]
    table["proportion"] = table["successes"] / table["trials"]
    table[["low", "high"]] = intervals
    if "outcome" in trials:
        readings = groups.agg(
            threshold_successes=("below_threshold", "sum"),
            certified_successes=("certified", "sum"),
            decided=("outcome", lambda kinds: int((kinds != "undecided").sum())),
        )
        table = table.merge(readings.reset_index(), on=CELL, validate="one_to_one")
    return table


def outcomes_table(trials: pd.DataFrame) -> pd.DataFrame:
    """One row a cell, outcome and codimension: how many trials, and where their points lie.

    ``threshold_successes`` counts the trials among them that the threshold calls successes.
    """
    groups = trials.groupby([*CELL, "outcome", "codimension"], dropna=False, sort=False)
    return groups.agg(
        trials=("outcome", "size"),
        converging=("converges", "sum"),
        threshold_successes=("below_threshold", "sum"),
        median_point_error=("point_error", "median"),
        median_distance_to_mirror=("distance_to_mirror", "median"),
    ).reset_index()


@dataclass(frozen=True)
class Transitions:
    """The transitions of an experiment: the table, and the fits behind its rows in order."""

    table: pd.DataFrame
    fits: list[Transition]


def transitions_table(trials: pd.DataFrame, axes: Sequence[str], confidence: float) -> Transitions:
    """The 50% point along every axis, at everything else fixed, one row each."""
    rows, fits = [], []
    for axis in axes:
        for fixed, group in trials.groupby(FIXED[axis], dropna=False, sort=True):
            if group[axis].nunique() < 3:
                continue
            clusters = group["shape"] + " " + group["trial"].astype(str)
            rising = axis != "latent_dimension"
            curve = Curve.from_trials(group[axis], group["success"], clusters, rising)
            fit = fit_transition(curve, confidence)
            rows.append(
                {"axis": axis}
                | dict(zip(FIXED[axis], fixed, strict=True))
                | {name: getattr(fit, name) for name in LOCATION}
                | {"trials": len(group)}
            )
            fits.append(fit)
    every = list(dict.fromkeys(name for names in FIXED.values() for name in names))
    table = pd.DataFrame(rows, columns=["axis", *every, *LOCATION, "trials"])
    return Transitions(table, fits)


def scaling_table(transitions: Transitions, confidence: float) -> pd.DataFrame:
    """The exponent of each transition in k, wherever three latent dimensions or more have one."""
    rows = []
    for axis, fixed in SCALED.items():
        along = transitions.table[transitions.table["axis"] == axis]
        for values, group in along.groupby(fixed, dropna=False, sort=True):
            if group["latent_dimension"].nunique() < 3:
                continue
            fits = [transitions.fits[position] for position in group.index]
            fit = fit_scaling(group["latent_dimension"], fits, confidence)
            rows.append(
                {"axis": axis}
                | dict(zip(fixed, values, strict=True))
                | {name: getattr(fit, name) for name in EXPONENT}
                | {"trials": int(group["trials"].sum())}
            )
    every = list(dict.fromkeys(name for names in SCALED.values() for name in names))
    return pd.DataFrame(rows, columns=["axis", *every, *EXPONENT, "trials"])
