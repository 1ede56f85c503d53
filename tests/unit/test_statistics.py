"""Intervals and fits: published values, known curves, separation, clusters, simulated coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.proportion import proportion_confint

from genprior.experiments.allocation import success_probability
from genprior.statistics.intervals import clustered_interval, wilson_interval
from genprior.statistics.transitions import (
    Curve,
    Transition,
    binomial_bracket,
    fit_scaling,
    fit_transition,
    isotonic_crossing,
    joint_interval,
    peak_of,
)

RATIOS = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0])


def curve(values, successes, trials, rising=True):
    """Independent trials: every trial is a cluster of its own."""
    u, s = [], []
    for value, good in zip(values, successes, strict=True):
        u += [value] * trials
        s += [True] * int(good) + [False] * int(trials - good)
    return Curve.from_trials(u, s, range(len(u)), rising)


def expected_counts(location, slope, trials, values=RATIOS, lapse=0.0):
    p = success_probability(np.log(values), np.log(location), slope, lapse, True)
    return np.round(trials * p)


# R. G. Newcombe, Statistics in Medicine 17 (1998), Table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_as_published(successes, trials, low, high):
    assert wilson_interval(successes, trials, 0.95) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_interval_as_in_statsmodels(trials, share, confidence):
    successes = round(share * trials)
    theirs = proportion_confint(successes, trials, alpha=1 - confidence, method="wilson")
    ours = wilson_interval(successes, trials, confidence)
    assert ours == pytest.approx(theirs, abs=1e-12)
    assert 0 <= ours[0] <= successes / trials <= ours[1] <= 1


def test_curve_counts_by_hand():
    one = Curve.from_trials([2, 1, 2, 1, 2], [1, 0, 0, 1, 1], ["a", "a", "b", "b", "c"])
    assert one.values.tolist() == [1, 2]
    assert one.successes.tolist() == [1, 2] and one.trials.tolist() == [2, 3]
    assert one.outcomes.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert one.weights.tolist() == [[1, 1], [1, 1], [0, 1]]


@pytest.mark.parametrize("lapse", [0.0, 0.2, 0.45])
def test_success_probability_is_one_half_at_the_location_whatever_the_lapse(lapse):
    for rising in (True, False):
        assert success_probability(1.3, 1.3, 4.0, lapse, rising) == pytest.approx(0.5, abs=1e-12)
    left, right = success_probability(np.array([0.0, 9.0]), 1.3, 4.0, lapse, True)
    assert left < 0.05 and right == pytest.approx(1 - lapse, abs=1e-6)
    left, right = success_probability(np.array([-9.0, 9.0]), 1.3, 4.0, lapse, False)
    assert left == pytest.approx(1 - lapse, abs=1e-6) and right < 0.01


@pytest.mark.parametrize("location", [1.2, 2.2, 3.5])
@pytest.mark.parametrize("slope", [4.0, 10.0])
def test_fit_finds_the_known_location(location, slope):
    counts = curve(RATIOS, expected_counts(location, slope, 400), 400)
    alone, fit = fit_transition(counts, 0.95, links=1), fit_transition(counts, 0.95)
    assert alone.location == pytest.approx(location, rel=0.02)
    assert fit.status == "inside"
    assert fit.low < location < fit.high < 1.35 * fit.low
    assert fit.bracket_low <= location <= fit.bracket_high
    assert fit.isotonic == pytest.approx(location, rel=0.08)
    assert np.log(fit.width) == pytest.approx(2 * np.log(9) / slope, rel=0.2)
    assert fit.design_effect == pytest.approx(1.0, abs=0.1)


def test_fit_agrees_with_a_logistic_regression():
    """The logistic shape alone, without lapse, is a regression on log u: statsmodels' location."""
    counts, trials = np.array([0, 2, 9, 22, 31, 37, 40, 40, 40.0]), 40
    design = np.column_stack([np.ones(len(RATIOS)), np.log(RATIOS)])
    theirs = GLM(np.column_stack([counts, trials - counts]), design, Binomial()).fit()
    location = np.exp(-theirs.params[0] / theirs.params[1])
    fit = fit_transition(curve(RATIOS, counts, trials), 0.95, links=1)
    assert fit.lapse == 0.0
    assert fit.location == pytest.approx(location, rel=0.01)
    gradient = np.array([-1 / theirs.params[1], theirs.params[0] / theirs.params[1] ** 2])
    error = np.sqrt(gradient @ theirs.cov_params() @ gradient)
    delta_method = location * np.exp(stats.norm.ppf(0.975) * np.array([-error, error]))
    assert (fit.low, fit.high) == pytest.approx(tuple(delta_method), rel=0.02)


def test_fit_of_a_falling_curve_mirrors_the_rising_one():
    counts = expected_counts(2.2, 6.0, 40)
    rising = fit_transition(curve(RATIOS, counts, 40), 0.95)
    falling = fit_transition(curve(1 / RATIOS[::-1], counts[::-1], 40, rising=False), 0.95)
    assert 1 / falling.location == pytest.approx(rising.location, rel=0.01)
    assert 1 / falling.high == pytest.approx(rising.low, rel=0.01)
    assert 1 / falling.low == pytest.approx(rising.high, rel=0.01)


def test_complete_separation_locates_the_gap_and_no_more():
    """Never at 2 and below, always at 3 and above: the middle of the gap, the gap as interval."""
    fit = fit_transition(curve([1, 2, 3, 4], [0, 0, 50, 50], 50), 0.95)
    assert fit.status == "inside"
    assert fit.location == pytest.approx(np.sqrt(6), rel=0.02)
    assert 1.9 < fit.low < 2.2 and 2.75 < fit.high < 3.15
    assert (fit.bracket_low, fit.bracket_high) == (2, 3)
    assert fit.isotonic == pytest.approx(np.sqrt(6))


@pytest.mark.parametrize(
    ("successes", "status"), [([30] * 9, "below"), ([0] * 9, "above")], ids=["always", "never"]
)
def test_a_transition_outside_the_grid_has_a_bound_and_no_location(successes, status):
    fit = fit_transition(curve(RATIOS, successes, 30), 0.95)
    assert fit.status == status and np.isnan(fit.location) and np.isnan(fit.isotonic)
    if status == "below":
        assert fit.low == 0 and 0.25 < fit.high < 0.75 and fit.bracket_high == 0.5
    else:
        assert fit.high == np.inf and 6 < fit.low < 16 and fit.bracket_low == 8


def test_cells_that_always_succeed_do_not_move_the_location():
    """More cells at the plateaus, the same transition."""
    counts = expected_counts(2.2, 12.0, 50)
    few = fit_transition(curve(RATIOS[2:7], counts[2:7], 50), 0.95)
    many = fit_transition(curve(RATIOS, counts, 50), 0.95)
    assert many.location == pytest.approx(few.location, rel=0.01)


def test_a_plateau_below_one_is_a_lapse_and_not_a_shift():
    counts = expected_counts(2.2, 12.0, 400, lapse=0.3)
    fit = fit_transition(curve(RATIOS, counts, 400), 0.95)
    assert fit.lapse == pytest.approx(0.3, abs=0.05)
    assert fit.location == pytest.approx(2.2, rel=0.03)


def test_clusters_widen_the_interval():
    """Ten copies of each trial in one cluster carry the information of one."""
    counts = expected_counts(2.2, 6.0, 20)
    single = curve(RATIOS, counts, 20)
    u = np.repeat(RATIOS, single.weights.shape[0] // len(RATIOS))
    s = np.concatenate([[1] * int(c) + [0] * int(20 - c) for c in counts])
    names = np.arange(len(u))
    copied = Curve.from_trials(np.tile(u, 10), np.tile(s, 10), np.tile(names, 10))
    naive = Curve.from_trials(np.tile(u, 10), np.tile(s, 10), np.arange(10 * len(u)))
    one, ten, wrong = (fit_transition(c, 0.95) for c in (single, copied, naive))
    assert ten.design_effect == pytest.approx(10, rel=0.1)
    assert np.log(ten.high / ten.low) == pytest.approx(np.log(one.high / one.low), rel=0.1)
    assert np.log(wrong.high / wrong.low) < 0.5 * np.log(one.high / one.low)


def simulated(stream, location, slope, trials, shared):
    """Outcomes whose trials share a random threshold along the axis, or not."""
    uniform = stream.random(trials if shared else (trials, len(RATIOS)))
    uniform = uniform[:, None] if shared else uniform
    p = success_probability(np.log(RATIOS), np.log(location), slope, 0.0, True)
    outcomes = uniform < p
    names = np.arange(trials)[:, None] + np.zeros(len(RATIOS))
    return Curve.from_trials(
        np.broadcast_to(RATIOS, outcomes.shape).ravel(), outcomes.ravel(), names.ravel()
    )


@pytest.mark.parametrize("shared", [False, True])
def test_intervals_cover_as_often_as_they_say(shared):
    """200 experiments of 25 trials; fails below what 95% coverage gives once in 1,000 suites."""
    stream = np.random.default_rng([77, shared])
    repeats, location, slope = 200, 2.3, 6.0
    fits = [
        fit_transition(simulated(stream, location, slope, 25, shared), 0.95) for _ in range(repeats)
    ]
    covered = sum(fit.low <= location <= fit.high for fit in fits)
    assert stats.binom.cdf(covered, repeats, 0.95) > 1e-3
    bracketed = sum(fit.bracket_low <= location <= fit.bracket_high for fit in fits)
    assert stats.binom.cdf(bracketed, repeats, 0.95) > 1e-3
    assert np.median([np.log(fit.high / fit.low) for fit in fits]) < np.log(2)


def test_isotonic_crossing_by_hand():
    # Pooled 0.2, then 1: one half lies 3/8 of the way from log 2 to log 4.
    one = curve([1, 2, 4], [3, 1, 10], 10)
    assert isotonic_crossing(one) == pytest.approx(2 ** (1 + 3 / 8))
    falling = curve([1, 2, 4], [10, 1, 3], 10, rising=False)
    assert isotonic_crossing(falling) == pytest.approx(2 ** (5 / 8))


def test_isotonic_crossing_of_a_plateau_at_one_half_is_its_middle():
    assert isotonic_crossing(curve([1, 2, 8, 16], [0, 5, 5, 10], 10)) == pytest.approx(4)


@pytest.mark.parametrize("successes", [[0, 1, 2], [8, 9, 10]])
def test_isotonic_crossing_is_nowhere_on_one_side(successes):
    assert np.isnan(isotonic_crossing(curve([1, 2, 4], successes, 10)))


def test_binomial_bracket_by_hand():
    """At 10 trials an exact one-sided test at 2.5% needs at most 1 or at least 9 successes."""
    assert binomial_bracket(curve([1, 2, 4, 8], [1, 2, 8, 9], 10), 0.95) == (1, 8)
    assert binomial_bracket(curve([1, 2, 4, 8], [0, 1, 9, 10], 10), 0.95) == (2, 4)
    assert binomial_bracket(curve([1, 2], [5, 5], 10), 0.95) == (0, np.inf)
    assert binomial_bracket(curve([1, 2, 4, 8], [9, 8, 2, 1], 10, rising=False), 0.95) == (1, 8)


def gaussian_transition(location, error, status="inside"):
    """A transition whose profile is exactly quadratic in log u."""
    grid = np.linspace(np.log(1e-3), np.log(1e6), 20001)
    profile = -((grid - np.log(location)) ** 2) / (2 * error**2)
    nan = float("nan")
    return Transition(location, nan, nan, status, nan, 0.0, "", 1.0, nan, nan, nan, grid, profile)


def test_scaling_of_an_exact_power_law():
    k = [5, 10, 20, 40]
    fit = fit_scaling(k, [gaussian_transition(3 * x**0.8, 0.05) for x in k], 0.95)
    assert fit.exponent == pytest.approx(0.8, abs=0.005)
    assert fit.constant == pytest.approx(3, rel=0.02)
    assert fit.low < 0.8 < fit.high and fit.misfit < 0.1 and fit.sizes == 4


def test_scaling_interval_is_the_weighted_regression_s():
    """Quadratic profiles make it least squares: standard error / spread of log k, Student's t."""
    k, error = np.array([5, 10, 20, 40, 80]), 0.1
    fit = fit_scaling(k, [gaussian_transition(2 * x, error) for x in k], 0.95)
    spread = np.sqrt(np.sum((np.log(k) - np.log(k).mean()) ** 2))
    half = stats.t.ppf(0.975, 3) * error / spread
    assert (fit.low, fit.high) == pytest.approx((1 - half, 1 + half), abs=0.006)


def test_scaling_misfit_widens_the_interval():
    k = np.array([5, 10, 20, 40, 80])
    bent = 2 * k * np.exp([0.3, -0.3, 0.0, -0.3, 0.3])
    fit = fit_scaling(k, [gaussian_transition(x, 0.05) for x in bent], 0.95)
    straight = fit_scaling(k, [gaussian_transition(2 * x, 0.05) for x in k], 0.95)
    assert fit.misfit > 10
    assert fit.high - fit.low > 3 * (straight.high - straight.low)


def test_scaling_uses_a_transition_without_location_as_a_bound():
    """Never succeeding at k = 40 within the grid pushes the exponent up."""
    k = [5, 10, 20]
    known = [gaussian_transition(x, 0.3) for x in k]
    bound = fit_transition(curve([10, 20, 40, 80], [0, 0, 0, 0], 50), 0.95)
    without, with_bound = fit_scaling(k, known, 0.95), fit_scaling([*k, 40], [*known, bound], 0.95)
    assert with_bound.exponent > without.exponent + 0.1


def test_scaling_needs_three_latent_dimensions():
    with pytest.raises(ValueError, match="needs three latent dimensions, given 2"):
        fit_scaling([5, 10], [gaussian_transition(1.0, 1.0)] * 2, 0.95)


def test_clustered_interval_of_independent_trials_is_nearly_wilson_s():
    singles = [1.0] * 30 + [0.0] * 70
    low, high = clustered_interval(singles, [1.0] * 100, 0.95)
    wilson = wilson_interval(30, 100, 0.95)
    assert low == pytest.approx(wilson[0], abs=0.005) and high == pytest.approx(
        wilson[1], abs=0.005
    )


def test_clustered_interval_does_not_count_copies():
    outcomes = np.array([1.0] * 12 + [0.0] * 18)
    once = clustered_interval(outcomes, np.ones(30), 0.95)
    tenfold = clustered_interval(10 * outcomes, np.full(30, 10.0), 0.95)
    np.testing.assert_allclose(once, tenfold, rtol=1e-9)
    assert clustered_interval(np.full(30, 10.0), np.full(30, 10.0), 0.95)[0] < 0.9


def test_clustered_interval_covers():
    """Clusters of six trials that share a random success probability."""
    stream = np.random.default_rng(8)
    hits = 0
    for _ in range(1000):
        successes = stream.binomial(6, stream.beta(1.5, 1.0, 40))
        low, high = clustered_interval(successes, np.full(40, 6.0), 0.95)
        hits += low <= 0.6 <= high
    assert 0.93 <= hits / 1000 <= 0.98


def test_a_flat_profile_s_peak_is_not_moved_by_last_bits():
    """The best of a grid is: here it lies anywhere on a plateau from 0.5 to 1.5."""
    grid = np.linspace(-2, 3, 2001)
    flat = -np.maximum(np.abs(grid - 1) - 0.5, 0)
    noise = 1e-9 * np.random.default_rng(1).random((9, len(grid)))
    assert len({int((flat + one).argmax()) for one in noise}) > 1
    assert [peak_of(grid, flat + one) for one in noise] == pytest.approx([1.0] * 9, abs=1e-6)
    assert peak_of(grid, -((grid - 0.7) ** 2)) == pytest.approx(0.7, abs=1e-9)


def test_ends_of_a_joint_interval_lie_between_points_of_the_grid():
    grid = np.linspace(-2, 3, 51)
    low, high, _ = joint_interval(grid, -50 * np.abs(grid - 0.5), 1000, 0.95)
    reach = stats.t.ppf(0.975, 1000) ** 2 / 2 / 50
    assert (low, high) == pytest.approx((0.5 - reach, 0.5 + reach), abs=1e-9)
    assert joint_interval(grid, 0 * grid, 3, 0.95)[:2] == (-np.inf, np.inf)
