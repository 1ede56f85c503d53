"""Estimates of what claims are about; each function computes the numbers alone."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf, nan

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.proportion import confint_proportions_2indep

from genprior.statistics.estimate import Estimate
from genprior.statistics.intervals import clustered_interval, wilson_interval
from genprior.statistics.transitions import Curve, Scaling, Transition, fit_transition
from genprior.types import Array


def known(value: float, trials: int = 0) -> Estimate:
    """A number without an error: a closed form, a bound from theory, an exact count of trials."""
    return Estimate(value, value, value, trials)


def share(hits: Sequence[bool], confidence: float) -> Estimate:
    """A proportion over independent trials with Wilson's interval."""
    hits = np.asarray(hits, bool)
    if not len(hits):
        return Estimate(nan, 0.0, 1.0, 0)
    low, high = wilson_interval(int(hits.sum()), len(hits), confidence)
    return Estimate(float(hits.mean()), low, high, len(hits))


def clustered_share(hits: pd.Series, clusters: Sequence[pd.Series], confidence: float) -> Estimate:
    """A proportion over trials that share instances, with ``clustered_interval``.

    Args:
        hits: whether each trial counts.
        clusters: the columns that name a trial's instance.
        confidence: of the interval.
    """
    if not len(hits):
        return Estimate(nan, 0.0, 1.0, 0)
    counts = hits.astype(float).groupby(list(clusters)).agg(["sum", "count"])
    low, high = clustered_interval(counts["sum"], counts["count"], confidence)
    return Estimate(float(hits.mean()), low, high, len(hits))


def difference(left: Sequence[bool], right: Sequence[bool], confidence: float) -> Estimate:
    """The difference of two independent proportions with Newcombe's interval."""
    counts = (int(np.sum(left)), len(left), int(np.sum(right)), len(right))
    low, high = confint_proportions_2indep(*counts, method="newcomb", alpha=1 - confidence)
    value = counts[0] / counts[1] - counts[2] / counts[3]
    return Estimate(value, float(low), float(high), counts[1] + counts[3])


def paired_difference(gains: Sequence[float], confidence: float) -> Estimate:
    """The mean of paired differences of proportions, with an interval that never has width zero.

    Agresti & Min's (Statistics in Medicine 24, 2005): two more pairs, half a pair in each cell of
    the table, so that a run of identical pairs is not taken for certainty.
    """
    gains = np.asarray(gains, float)
    count = len(gains) + 2
    centre = gains.sum() / count
    error = np.sqrt(((gains**2).sum() + 1.0) / count - centre**2) / np.sqrt(count)
    reach = error * stats.norm.ppf(0.5 + confidence / 2)
    return Estimate(float(gains.mean()), float(centre - reach), float(centre + reach), len(gains))


def mean(values: Sequence[float], confidence: float) -> Estimate:
    """A mean over independent trials with Student's interval; what is not finite is left out."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return Estimate(float(values[0]) if len(values) else nan, -inf, inf, len(values))
    centre, error = float(np.mean(values)), float(stats.sem(values))
    reach = error * float(stats.t.ppf(0.5 + confidence / 2, len(values) - 1))
    return Estimate(centre, centre - reach, centre + reach, len(values))


def geometric_mean(values: Sequence[float], confidence: float) -> Estimate:
    """A geometric mean over independent trials, Student's interval on the logarithms."""
    values = np.asarray(values, float)
    found = mean(np.log(values[np.isfinite(values) & (values > 0)]), confidence)
    with np.errstate(over="ignore"):
        ends = {name: float(np.exp(getattr(found, name))) for name in ("value", "low", "high")}
    return replace(found, **ends)


def located(fit: Transition, trials: int, scale: float = 1.0) -> Estimate:
    """A transition, its axis rescaled; NaN where it lies outside the grid."""
    return Estimate(fit.location * scale, fit.low * scale, fit.high * scale, trials)


def exponent_of(fit: Scaling, trials: int) -> Estimate:
    """The exponent of a scaling law."""
    return Estimate(fit.exponent, fit.low, fit.high, trials)


def exponent(
    rows: pd.DataFrame,
    along: str,
    fixed: Sequence[str],
    confidence: float,
    clusters: Sequence[str] = (),
) -> Estimate:
    """p with its interval in value ~ constant(fixed) along^p, by least squares on logarithms.

    One constant for each combination of the ``fixed`` columns; the interval allows for a scatter
    that differs from cell to cell (HC3), and where several rows share an instance, as the columns
    ``clusters`` name it, for whatever they have in common.
    """
    groups = rows.groupby(list(fixed), dropna=False).ngroup() if fixed else 0 * rows["value"]
    constants = pd.get_dummies(groups, dtype=float).to_numpy()
    model = OLS(
        np.log(rows["value"].to_numpy()),
        np.column_stack([np.log(rows[along].to_numpy(float)), constants]),
    )
    instances = rows.groupby(list(clusters), dropna=False).ngroup().to_numpy() if clusters else []
    if len(np.unique(instances)) < len(instances):
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": instances}, use_t=True)
    else:
        fit = model.fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int(1 - confidence)[0]
    return Estimate(float(fit.params[0]), float(low), float(high), len(rows))


def power_law(values: Array, results: Array) -> float:
    """The exponent p of results ~ values^p by least squares on logarithms; NaN with two or fewer
    distinct positive points."""
    usable = (values > 0) & (results > 0) & np.isfinite(results)
    if len(np.unique(values[usable])) < 2:
        return nan
    return float(np.polyfit(np.log(values[usable]), np.log(results[usable]), 1)[0])


def power_laws(
    trials: pd.DataFrame, axis: str, result: str, clusters: Sequence[str]
) -> list[float]:
    """The exponent of each cluster (an instance) on its own."""
    return [
        power_law(group[axis].to_numpy(), group[result].to_numpy())
        for _, group in trials.groupby(list(clusters), sort=True)
    ]


def transition(
    trials: pd.DataFrame, axis: str, confidence: float, clusters: Sequence[str], rising: bool = True
) -> Transition:
    """Where ``success`` passes one half along a column; ``clusters`` name an instance."""
    labels = trials[list(clusters)].astype(str).agg(" ".join, axis=1)
    curve = Curve.from_trials(trials[axis], trials["success"], labels, rising)
    return fit_transition(curve, confidence)
