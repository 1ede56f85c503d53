"""Estimates with intervals, as rows of one table: what was measured for which claim.

A row has ``claim`` (an identifier of the claims ledger, or empty), ``measure`` (what, in words),
``value``, ``low``, ``high`` and ``trials``.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from genprior.statistics.intervals import wilson_interval
from genprior.statistics.transitions import Curve, Transition, fit_transition
from genprior.types import Array, Row

COLUMNS = ["claim", "measure", "value", "low", "high", "trials"]
# From a study's rows and a confidence to its points (for figures) and estimates (for claims).
Summary = Callable[[pd.DataFrame, float], tuple[pd.DataFrame, list[Row]]]


def estimate(claim: str, measure: str, value: float, low: float, high: float, trials: int) -> Row:
    """One row."""
    numbers = (value, low, high, trials)
    return dict(zip(COLUMNS, (claim, measure, *numbers), strict=True))


def known(claim: str, measure: str, value: float) -> Row:
    """A number that is no measurement: a closed form or a bound from theory."""
    return estimate(claim, measure, value, value, value, 0)


def share(claim: str, measure: str, outcomes: Sequence[bool], confidence: float) -> Row:
    """A proportion with Wilson's interval."""
    count, total = int(np.sum(outcomes)), len(outcomes)
    if total == 0:
        return estimate(claim, measure, float("nan"), 0.0, 1.0, 0)
    return estimate(
        claim, measure, count / total, *wilson_interval(count, total, confidence), total
    )


def difference(
    claim: str, measure: str, left: Sequence[bool], right: Sequence[bool], confidence: float
) -> Row:
    """The difference of two independent proportions with Newcombe's interval."""
    counts = (int(np.sum(left)), len(left), int(np.sum(right)), len(right))
    low, high = confint_proportions_2indep(*counts, method="newcomb", alpha=1 - confidence)
    value = counts[0] / counts[1] - counts[2] / counts[3]
    return estimate(claim, measure, value, float(low), float(high), counts[1] + counts[3])


def mean(claim: str, measure: str, values: Sequence[float], confidence: float) -> Row:
    """A mean over independent trials with Student's interval."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        value = float(values[0]) if len(values) else float("nan")
        return estimate(claim, measure, value, -np.inf, np.inf, len(values))
    centre = float(values.mean())
    error = float(stats.sem(values))
    half = float(stats.t.ppf(0.5 + confidence / 2, len(values) - 1)) * error
    return estimate(claim, measure, centre, centre - half, centre + half, len(values))


def geometric_mean(claim: str, measure: str, values: Sequence[float], confidence: float) -> Row:
    """A geometric mean over independent trials, Student's interval on the logarithms."""
    values = np.asarray(values, float)
    logs = np.log(values[np.isfinite(values) & (values > 0)])
    row = mean(claim, measure, logs, confidence)
    with np.errstate(over="ignore"):
        return row | {key: float(np.exp(row[key])) for key in ("value", "low", "high")}


def power_law(values: Array, results: Array) -> float:
    """The exponent p of results ~ values^p by least squares on logarithms; NaN with two or fewer
    distinct positive points."""
    usable = (values > 0) & (results > 0) & np.isfinite(results)
    if len(np.unique(values[usable])) < 2:
        return float("nan")
    return float(np.polyfit(np.log(values[usable]), np.log(results[usable]), 1)[0])


def exponents(trials: pd.DataFrame, axis: str, result: str, clusters: Sequence[str]) -> list[float]:
    """The exponent of each cluster (an instance) on its own."""
    return [
        power_law(group[axis].to_numpy(), group[result].to_numpy())
        for _, group in trials.groupby(list(clusters), sort=True)
    ]


def transition(
    trials: pd.DataFrame, axis: str, confidence: float, clusters: Sequence[str], rising: bool = True
) -> Transition:
    """Where success passes one half along a column; ``clusters`` name an instance."""
    labels = trials[list(clusters)].astype(str).agg(" ".join, axis=1)
    curve = Curve.from_trials(trials[axis], trials["success"], labels, rising)
    return fit_transition(curve, confidence)


def located(claim: str, measure: str, fit: Transition, trials: int, scale: float = 1.0) -> Row:
    """A transition as a row, its axis rescaled; NaN where it lies outside the grid."""
    return estimate(claim, measure, fit.location * scale, fit.low * scale, fit.high * scale, trials)


def points(trials: pd.DataFrame, keys: Sequence[str], confidence: float) -> pd.DataFrame:
    """Success by cell: trials, successes, proportion and Wilson's interval, median error."""
    table = (
        trials.groupby(list(keys), sort=True)
        .agg(
            trials=("success", "size"),
            successes=("success", "sum"),
            median_error=("relative_error", "median"),
        )
        .reset_index()
    )
    table["proportion"] = table["successes"] / table["trials"]
    table[["low", "high"]] = [
        wilson_interval(int(s), int(n), confidence)
        for s, n in zip(table["successes"], table["trials"], strict=True)
    ]
    return table


def spread(trials: pd.DataFrame, keys: Sequence[str], column: str) -> dict[str, Array]:
    """Median and quartiles of a column by cell, as columns beside ``points``."""
    groups = trials.groupby(list(keys), sort=True)[column]
    return {
        column: groups.median().to_numpy(),
        f"{column}_low": groups.quantile(0.25).to_numpy(),
        f"{column}_high": groups.quantile(0.75).to_numpy(),
    }


def read(paths: Sequence[str | Path], relative_error: float) -> pd.DataFrame:
    """All rows of a study, judged by a threshold where they have an error."""
    trials = pd.concat([pd.read_parquet(path) for path in sorted(paths)], ignore_index=True)
    if "relative_error" in trials:
        trials["success"] = trials["relative_error"] <= relative_error
    return trials


def summarised(
    summaries: Mapping[str, Summary],
    tables: Mapping[str, Sequence[str | Path]],
    relative_error: float,
    confidence: float,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The points of each study by name, and the estimates of all as one table.

    Args:
        summaries: what summarises each study.
        tables: each study's tables of rows.
        relative_error: the threshold of success.
        confidence: of every interval.
    """
    points_of, estimates = {}, []
    for study, paths in tables.items():
        points_of[study], measured = summaries[study](read(paths, relative_error), confidence)
        estimates += measured
    return points_of, pd.DataFrame(estimates, columns=COLUMNS)
