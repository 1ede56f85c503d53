"""Transitions and scaling exponents of success counts.

Transitions.  Along an axis u (m, the expansivity or k) the success probability is modelled as

    P(u) = (1 - lapse) F(slope (log u - location) + F^-1(1 / (2 (1 - lapse)))),

so P = 1/2 at the location, with a lapse because some networks fail whatever the number of
measurements, and with a shape F from the family of ``links``: where the success curve is
asymmetric, a logistic one gives intervals that miss, the more often the more trials there are.
The likelihood is profiled over slope, lapse and shape (``profiles``), within bounds, so nothing can
fail to converge:

* Separation (every cell never or always succeeds) makes the likelihood of the slope increase for
  ever.  The slope is bounded so that a rise from 10% to 90% takes at least a quarter of the
  narrowest gap between neighbouring values; the profile is then flat across the gap, the estimate
  is its middle and the interval is the gap.
* A transition outside the grid has no location, only a bound on one side.

Shared instances.  Cells along m share their networks (common random numbers), so their counts are
dependent, and a likelihood that treats them as independent is too sure of itself.  The profile is
divided by the ratio of the cluster-robust to the naive variance of the location, clusters being
networks (the adjustment of Chandler & Bate, Biometrika 94, 2007), never below one, and the
quantile is Student's with (number of clusters - 1) degrees of freedom.  docs/intervals.md has the
simulated coverage, ``tests/unit/test_coverage.py`` a small part of it.

Assumption-light checks beside each fit: the crossing of an isotonic regression, and the bracket
between the cells whose own exact binomial tests place them below and above one half.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from genprior.statistics.links import FEW, FEW_TRIALS, LINKS, RISE, probability, tables
from genprior.statistics.profiles import LAPSE_MOST, profile
from genprior.types import Array

COARSE, FINE = 97, 48  # locations in the first look, and across the interval in the last
WINDOW = 4.0  # log-likelihood below the peak (per design effect) that is looked at closely
FLAT = 0.005  # log-likelihoods this close are a plateau
MARGIN = np.log(4.0)  # how far beyond the grid a location is searched
LAPSE_FREE = 1e-3  # a lapse this close to a bound is at it


@dataclass(frozen=True)
class Curve:
    """Success counts along one axis, with the trials' clusters.

    Attributes:
        values: the distinct axis values, increasing, shape (c,).
        successes, trials: counts there, shape (c,).
        outcomes: one row a cluster, one column a value: successes of that cluster, shape (t, c).
        weights: trials of each cluster at each value, shape (t, c).
        rising: whether success rises along the axis (it falls along k).
    """

    values: Array
    successes: Array
    trials: Array
    outcomes: Array
    weights: Array
    rising: bool

    @classmethod
    def from_trials(
        cls,
        values: Sequence[float],
        succeeded: Sequence[bool],
        clusters: Sequence[object],
        rising: bool = True,
    ) -> "Curve":
        """Collect single trials: axis value, success and the instance that it belongs to."""
        frame = pd.DataFrame({"u": values, "s": np.asarray(succeeded, float), "c": clusters})
        table = frame.groupby(["c", "u"], sort=True)["s"]
        outcomes, weights = (
            counts.unstack(fill_value=0).to_numpy(float) for counts in (table.sum(), table.count())
        )
        return cls(
            np.sort(frame["u"].unique()).astype(float),
            outcomes.sum(axis=0),
            weights.sum(axis=0),
            outcomes,
            weights,
            rising,
        )


@dataclass(frozen=True)
class Transition:
    """Where success passes one half.

    Attributes:
        location: the axis value, or NaN outside the grid.
        low, high: its interval; 0 or infinity where the data give no bound.
        status: ``inside``, ``below`` or ``above`` the grid.
        width: the ratio of the axis values at 90% and 10% of the fitted ceiling.
        lapse: the fitted lapse.
        link: the fitted shape, one of ``links.LINKS``.
        design_effect: the variance ratio that the profile was divided by.
        isotonic: where the isotonic regression crosses one half, or NaN.
        bracket_low, bracket_high: the nearest cells that their own exact tests place on either
            side of one half, or 0 and infinity.
        log_locations, profile: the adjusted profile log-likelihood, for joint fits.
    """

    location: float
    low: float
    high: float
    status: str
    width: float
    lapse: float
    link: str
    design_effect: float
    isotonic: float
    bracket_low: float
    bracket_high: float
    log_locations: Array
    profile: Array


def _design_effect(
    curve: Curve, log_values: Array, location: float, best: tuple[float, float], link: int
) -> float:
    """Cluster-robust over naive variance of the location, slope and lapse estimated along with it.

    A lapse at a bound of its range is known and not estimated.
    """
    log_slope, lapse = best
    small = 1e-4 * np.array([np.exp(-log_slope), 1.0, 1.0])
    steps = small * np.eye(3)[: 2 + (LAPSE_FREE < lapse < LAPSE_MOST - LAPSE_FREE)]

    def at(step: Array) -> Array:
        point = np.array([location, log_slope, lapse]) + step
        return probability(log_values, point[0], np.exp(point[1]), point[2], link)

    p = at(np.zeros(3))
    gradient = np.stack([(at(step) - at(-step)) / 2e-4 for step in steps])
    variance = np.maximum(p * (1.0 - p), 1e-12)
    scores = ((curve.outcomes - curve.weights * p) / variance) @ gradient.T
    clusters, parameters = scores.shape
    information = (gradient * (curve.trials / variance)) @ gradient.T
    if clusters <= parameters or np.linalg.cond(information) > 1e8:
        return 1.0
    naive = np.linalg.inv(information)
    robust = naive @ (scores.T @ scores * clusters / (clusters - 1)) @ naive
    return float(max(1.0, robust[0, 0] / naive[0, 0]))


def isotonic_crossing(curve: Curve) -> float:
    """Where the weighted isotonic regression crosses one half, linear in log u; NaN if nowhere."""
    proportion = curve.successes / curve.trials
    fit = optimize.isotonic_regression(proportion, weights=curve.trials, increasing=curve.rising).x
    log_values = np.log(curve.values)
    if not curve.rising:
        fit, log_values = fit[::-1], log_values[::-1]
    if fit[0] > 0.5 or fit[-1] < 0.5:
        return float("nan")
    below, above = np.searchsorted(fit, 0.5, "left"), np.searchsorted(fit, 0.5, "right")
    if above > below:  # a plateau at one half: its middle
        return float(np.exp((log_values[below] + log_values[above - 1]) / 2))
    share = (0.5 - fit[below - 1]) / (fit[below] - fit[below - 1])
    return float(np.exp(log_values[below - 1] * (1 - share) + log_values[below] * share))


def binomial_bracket(curve: Curve, confidence: float) -> tuple[float, float]:
    """The cells next to the transition that exact one-sided tests place on either side of it.

    Assumes no more than monotone success.  Tests walk inward from each end and stop at the first
    that does not reject, which keeps the error of each side at (1 - confidence) / 2.
    """
    level = (1.0 - confidence) / 2
    counts = [(int(s), int(n)) for s, n in zip(curve.successes, curve.trials, strict=True)]
    fails = [stats.binomtest(s, n, 0.5, "less").pvalue <= level for s, n in counts]
    works = [stats.binomtest(s, n, 0.5, "greater").pvalue <= level for s, n in counts]
    from_left, from_right = (fails, works) if curve.rising else (works, fails)
    low, high = 0.0, float("inf")
    for value, decided in zip(curve.values, from_left, strict=True):
        if not decided:
            break
        low = float(value)
    for value, decided in zip(curve.values[::-1], from_right[::-1], strict=True):
        if not decided:
            break
        high = float(value)
    return low, high


def _mirrored(curve: Curve) -> Curve:
    """A falling curve as a rising one along the inverse of its axis."""
    return Curve(
        1.0 / curve.values[::-1],
        curve.successes[::-1],
        curve.trials[::-1],
        curve.outcomes[:, ::-1],
        curve.weights[:, ::-1],
        True,
    )


def fit_transition(curve: Curve, confidence: float, links: int | None = None) -> Transition:
    """The 50% point of a success curve with its interval (see the module's text).

    Args:
        curve: the counts.
        confidence: of the interval.
        links: how many of ``links.LINKS`` the shape may come from; 1 is the logistic curve alone,
            and by default it is as many as the data can tell apart.
    """
    rising = curve if curve.rising else _mirrored(curve)
    log_values = np.log(rising.values)
    if links is None:
        links = FEW if curve.trials.max() <= FEW_TRIALS else len(LINKS)
    locations, found, design_effect = _zoom(rising, log_values, np.arange(links))
    likelihood = found[:, :, 2].max(axis=1)
    peak = likelihood.max()
    plateau = np.flatnonzero(likelihood >= peak - FLAT)
    middle = (locations[plateau[0]] + locations[plateau[-1]]) / 2
    centre = plateau[np.abs(locations[plateau] - middle).argmin()]
    location, link = float(locations[centre]), int(found[centre, :, 2].argmax())
    log_slope, lapse, _ = found[centre, link]

    adjusted = (likelihood - peak) / design_effect
    quantile = stats.t.ppf(0.5 + confidence / 2, max(len(curve.outcomes) - 1, 1))
    low, high = _ends(locations, adjusted, -(quantile**2) / 2)
    if not curve.rising:
        location, low, high = -location, -high, -low
        locations, adjusted, log_values = -locations[::-1], adjusted[::-1], -log_values[::-1]
    status = (
        "below" if location < log_values[0] else "above" if location > log_values[-1] else "inside"
    )
    bracket_low, bracket_high = binomial_bracket(curve, confidence)
    return Transition(
        location=float(np.exp(location)) if status == "inside" else float("nan"),
        low=float(np.exp(low)),
        high=float(np.exp(high)),
        status=status,
        width=float(np.exp(RISE / np.exp(log_slope))),
        lapse=float(lapse),
        link=str(LINKS[link]),
        design_effect=design_effect,
        isotonic=isotonic_crossing(curve),
        bracket_low=bracket_low,
        bracket_high=bracket_high,
        log_locations=locations,
        profile=adjusted,
    )


def _zoom(curve: Curve, log_values: Array, links: NDArray[np.int64]) -> tuple[Array, Array, float]:
    """Locations, best fits there (as ``profile`` gives them) and the design effect at the peak.

    The locations are refined until ``FINE`` of them lie where the interval can end, with the links
    that can still matter.
    """
    gaps, span = np.diff(log_values), np.ptp(log_values)
    slopes = (RISE / (4 * span), RISE / (gaps.min() / 4))
    locations = np.linspace(log_values[0] - MARGIN, log_values[-1] + MARGIN, COARSE)

    def look(where: Array, known: float) -> Array:
        every = np.full((len(where), len(LINKS), 3), -np.inf)
        counts = log_values, curve.successes, curve.trials
        every[:, links] = profile(*counts, where, slopes, tables().of(links), known)
        return every

    found = look(locations, -np.inf)
    for _ in range(4):
        likelihood = found[:, :, 2].max(axis=1)
        best = int(likelihood.argmax())
        link = int(found[best, :, 2].argmax())
        design_effect = _design_effect(
            curve, log_values, locations[best], found[best, link, :2], link
        )
        window = WINDOW * design_effect
        near = np.flatnonzero(likelihood >= likelihood[best] - window)
        first, last = max(near[0] - 1, 0), min(near[-1] + 1, len(locations) - 1)
        if last - first >= FINE:
            break
        links = np.flatnonzero(found[:, :, 2].max(axis=0) >= likelihood[best] - 3 * window)
        finer = np.linspace(locations[first], locations[last], FINE + 2)
        more = look(finer, likelihood[best])
        locations = np.concatenate([locations[:first], finer, locations[last + 1 :]])
        found = np.concatenate([found[:first], more, found[last + 1 :]])
    return locations, found, design_effect


def _ends(locations: Array, profile: Array, level: float) -> tuple[float, float]:
    """The outermost places where a profile reaches a level; infinite where it does so at an end."""
    inside = np.flatnonzero(profile >= level)
    low, high = -np.inf, np.inf
    if (first := inside[0]) > 0:
        share = (level - profile[first - 1]) / (profile[first] - profile[first - 1])
        low = locations[first - 1] + share * (locations[first] - locations[first - 1])
    if (last := inside[-1]) < len(locations) - 1:
        share = (level - profile[last + 1]) / (profile[last] - profile[last + 1])
        high = locations[last + 1] + share * (locations[last] - locations[last + 1])
    return low, high


@dataclass(frozen=True)
class Scaling:
    """A power law location = constant k^exponent through transitions at several k.

    Attributes:
        exponent, low, high: the exponent and its interval.
        constant: the factor.
        misfit: deviance of the power law per degree of freedom; above one, it widens the interval.
        sizes: how many values of k took part.
    """

    exponent: float
    low: float
    high: float
    constant: float
    misfit: float
    sizes: int


def fit_scaling(
    latent_dimensions: Sequence[float], transitions: Iterable[Transition], confidence: float
) -> Scaling:
    """The joint profile likelihood of the exponent over the transitions' own profiles.

    Transitions without a location still bound the power law from one side.  The interval uses
    Student's quantile with (sizes - 2) degrees of freedom and the misfit where it exceeds one.

    Raises:
        ValueError: with fewer than three latent dimensions.
    """
    log_k = np.log(np.asarray(latent_dimensions, float))
    transitions = list(transitions)
    if len(log_k) < 3:
        raise ValueError(f"a scaling fit needs three latent dimensions, given {len(log_k)}")
    centre = log_k.mean()

    def total(heights: Array, exponents: Array) -> Array:
        return sum(
            np.interp(heights + exponents * (x - centre), t.log_locations, t.profile)
            for x, t in zip(log_k, transitions, strict=True)
        )

    known = np.array([np.log(t.location) for t in transitions if t.status == "inside"])
    middle = known.mean() if len(known) else float(transitions[0].log_locations.mean())
    spread = max(float(np.ptp(known)) if len(known) else 0.0, 0.5)
    heights = np.linspace(middle - spread, middle + spread, 801)
    exponents = np.linspace(-2.0, 3.0, 2001)
    surface = total(heights[:, None], exponents[None, :])
    profile = surface.max(axis=0)
    exponent = peak_of(exponents, profile)
    height = heights[surface[:, np.abs(exponents - exponent).argmin()].argmax()]

    low, high, misfit = joint_interval(exponents, profile, len(log_k) - 2, confidence)
    return Scaling(
        exponent=exponent,
        low=max(low, float(exponents[0])),
        high=min(high, float(exponents[-1])),
        constant=float(np.exp(height - exponent * centre)),
        misfit=misfit,
        sizes=len(log_k),
    )


def peak_of(grid: Array, profile: Array) -> float:
    """Where a profile is best: the middle of its plateau, which no last bit moves by a step."""
    low, high = _ends(grid, profile, profile.max() - FLAT)
    return (max(low, float(grid[0])) + min(high, float(grid[-1]))) / 2


def joint_interval(
    grid: Array, profile: Array, freedom: int, confidence: float
) -> tuple[float, float, float]:
    """The ends of the interval of a joint fit, infinite at the grid's ends, and the fit's misfit.

    The quantile is Student's, and a misfit above one widens the interval.

    Args:
        grid: where the profile is known, increasing.
        profile: the sum of the transitions' profiles, whose best possible is 0, along the grid.
        freedom: transitions less parameters.
        confidence: of the interval.
    """
    best = profile.max()
    misfit = -2.0 * float(best) / freedom
    quantile = stats.t.ppf(0.5 + confidence / 2, freedom)
    low, high = _ends(grid, profile, best - quantile**2 / 2 * max(1.0, misfit))
    return float(low), float(high), misfit
