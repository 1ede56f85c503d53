"""Adaptive allocation: its budget, and by simulation that intervals cover and what it saves."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from genprior.experiments.allocation import (
    Counts,
    covariance,
    next_trials,
    round_sizes,
    success_probability,
)
from genprior.statistics.transitions import Curve, fit_transition
from genprior.types import Array

RATIOS = np.array([1, 1.4, 1.8, 2.2, 2.6, 3, 4, 6])
CELLS = len(RATIOS)
FAILURE, SUCCESS = 5000, 800  # iterations of a run that ends at the cap, and of one that recovers
UNIFORM, FIRST, ROUNDS, MOST = 25, 3, 4, 53


def counts_of(successes, trials, values=RATIOS, rising=True):
    return Counts(values, np.array(successes), np.array(trials), np.ones(len(values)), rising)


@st.composite
def some_counts(draw):
    cells = draw(st.integers(3, 7))
    values = np.cumsum(draw(st.lists(st.floats(0.1, 4), min_size=cells, max_size=cells)))
    trials = draw(st.lists(st.integers(0, 12), min_size=cells, max_size=cells))
    costs = draw(st.lists(st.floats(1, 100), min_size=cells, max_size=cells))
    successes = [draw(st.integers(0, n)) for n in trials]
    return Counts(
        values, np.array(successes), np.array(trials), np.array(costs), draw(st.booleans())
    )


@given(st.integers(1, 100), st.integers(1, 9), st.integers(2, 6), st.integers(0, 500))
def test_rounds_spend_the_budget_in_equal_shares(cells, first, rounds, more):
    sizes = round_sizes(cells, first, rounds, first * cells + more)
    assert len(sizes) == rounds and sizes[0] == first * cells
    assert sum(sizes) == first * cells + more
    assert max(sizes[1:]) - min(sizes[1:]) <= 1


@pytest.mark.parametrize(
    ("rounds", "budget", "message"), [(1, 90, "two or more"), (2, 29, "exceed the budget of 29")]
)
def test_rounds_that_cannot_be_are_refused(rounds, budget, message):
    with pytest.raises(ValueError, match=message):
        round_sizes(10, 3, rounds, budget)


@given(st.lists(some_counts(), min_size=1, max_size=3), st.integers(0, 60), st.integers(12, 30))
def test_a_round_spends_what_it_may_and_no_cell_gets_too_many(curves, size, most):
    given_out = next_trials(curves, size, most)
    room = sum(int((most - curve.trials).sum()) for curve in curves)
    assert sum(int(new.sum()) for new in given_out) == min(size, room)
    for curve, new in zip(curves, given_out, strict=True):
        assert (new >= 0).all() and (curve.trials + new <= most).all()
    again = next_trials(curves, size, most)
    assert all((a == b).all() for a, b in zip(given_out, again, strict=True))


@given(some_counts(), st.integers(0, 30))
def test_a_larger_round_gives_no_cell_fewer(curve, size):
    few, many = (next_trials([curve], n, 40)[0] for n in (size, size + 5))
    assert (few <= many).all()


def test_trials_go_next_to_the_transition():
    curve = counts_of([0, 0, 1, 4, 4, 4, 4, 4], [4] * CELLS)
    (new,) = next_trials([curve], 40, 100)
    assert new[2:4].sum() > 30 and new[5:].sum() == 0


def test_more_trials_go_to_the_curve_that_is_known_less():
    known = counts_of([0, 0, 15, 45, 60, 60, 60, 60], [60] * CELLS)
    unknown = counts_of([0, 0, 1, 3, 4, 4, 4, 4], [4] * CELLS)
    new = next_trials([known, unknown], 40, 100)
    assert new[1].sum() > 30


def test_dear_cells_get_fewer_trials_and_dear_curves_do_not():
    curve = counts_of([0, 0, 2, 4, 6, 8, 8, 8], [8] * CELLS)
    dear = replace(curve, costs=np.where(np.arange(CELLS) == 2, 4.0, 1.0))
    assert next_trials([dear], 30, 100)[0][2] < next_trials([curve], 30, 100)[0][2]
    same = next_trials([curve, replace(curve, costs=np.full(CELLS, 100.0))], 30, 100)
    assert (same[0] == same[1]).all()


def test_a_falling_curve_mirrors_the_rising_one():
    rising = counts_of([0, 0, 2, 4, 6, 8, 8, 8], [8] * CELLS)
    falling = counts_of([8, 8, 8, 6, 4, 2, 0, 0], [8] * CELLS, 1 / RATIOS[::-1], rising=False)
    assert (next_trials([rising], 30, 99)[0] == next_trials([falling], 30, 99)[0][::-1]).all()


def test_the_variance_is_that_of_a_fine_grid(monkeypatch):
    """The planning grid against one with 17 times the points."""
    curve = counts_of([0, 0, 2, 4, 6, 8, 8, 8], [8] * CELLS)
    coarse = covariance(curve)[0][0, 0]
    monkeypatch.setattr("genprior.experiments.allocation.GRID", (481, 48, np.linspace(0, 0.35, 5)))
    assert coarse == pytest.approx(covariance(curve)[0][0, 0], rel=0.1)


@dataclass(frozen=True)
class Truth:
    """A simulated success curve; ``shared`` is how far trials along m fail together."""

    location: float
    slope: float
    lapse: float
    shared: float

    def outcomes(self, stream, trials):
        """Successes of trials that share a network along the axis, shape (trials, c)."""
        network, own = stream.standard_normal((trials, 1)), stream.standard_normal((trials, CELLS))
        luck = np.sqrt(self.shared) * network + np.sqrt(1 - self.shared) * own
        log_ratios = np.log(RATIOS)
        p = success_probability(log_ratios, np.log(self.location), self.slope, self.lapse, True)
        return stats.norm.cdf(luck) < p


TRUTHS = {
    "independent": Truth(2.1, 8.0, 0.0, 0.0),
    "shared networks": Truth(2.1, 8.0, 0.0, 0.7),
    "shared networks with lapse": Truth(2.3, 10.0, 0.15, 0.7),
}


def seen(outcomes: Array, trials: Array) -> tuple[Array, Array]:
    """Which trials a design has run, and their successes: both of shape (trials, c)."""
    run = np.arange(len(outcomes))[:, None] < trials
    return run, outcomes & run


def cost(outcomes: Array, trials: Array) -> Array:
    """Iterations of the trials that a design has run, by cell."""
    run, good = seen(outcomes, trials)
    return FAILURE * (run & ~good).sum(axis=0) + SUCCESS * good.sum(axis=0)


def adaptive(outcomes: Array) -> Array:
    """The trials of each cell when half of the uniform design's are allocated."""
    trials = np.full(CELLS, FIRST)
    for size in round_sizes(CELLS, FIRST, ROUNDS, CELLS * UNIFORM // 2)[1:]:
        successes = seen(outcomes, trials)[1].sum(axis=0)
        costs = cost(outcomes, trials) / trials
        trials = trials + next_trials([Counts(RATIOS, successes, trials, costs)], size, MOST)[0]
    return trials


def fitted(outcomes: Array, trials: Array):
    """The fit, networks being the clusters."""
    run, good = seen(outcomes, trials)
    good, run = good[: trials.max()].astype(float), run[: trials.max()].astype(float)
    return fit_transition(Curve(RATIOS, good.sum(0), run.sum(0), good, run, True), 0.95)


def simulate(truth: Truth, repeats: int, seed: int) -> dict[str, Array]:
    """By design: whether intervals cover, their log-widths, and costs; arrays of ``repeats``."""
    stream, rows = np.random.default_rng(seed), {"uniform": [], "half": [], "adaptive": []}
    for _ in range(repeats):
        outcomes = truth.outcomes(stream, MOST)
        for design, trials in [
            ("uniform", np.full(CELLS, UNIFORM)),
            ("half", np.full(CELLS, UNIFORM // 2)),
            ("adaptive", adaptive(outcomes)),
        ]:
            fit = fitted(outcomes, trials)
            covers = fit.low <= truth.location <= fit.high
            with np.errstate(divide="ignore"):
                width = np.log(fit.high) - np.log(fit.low)
            rows[design].append((covers, width, cost(outcomes, trials).sum()))
    return {design: np.array(values, float).T for design, values in rows.items()}


@pytest.mark.parametrize("name", TRUTHS)
def test_intervals_cover_and_are_narrower_for_their_cost(name):
    """100 experiments; coverage fails below what 95% gives once in 1,000 suites.

    The adaptive design has half of the trials of ``uniform`` and as many as ``half``.  It must beat
    ``half``; where trials share networks, as ours along m do, its intervals must be narrower even
    than those of ``uniform``, at less than half of the cost for the same width.
    """
    found = simulate(TRUTHS[name], 100, seed=31)
    for design, (covers, _, _) in found.items():
        assert stats.binom.cdf(covers.sum(), len(covers), 0.95) > 1e-3, design
    width = {design: np.median(widths) for design, (_, widths, _) in found.items()}
    spent = {design: costs.sum() for design, (_, _, costs) in found.items()}
    assert width["adaptive"] < width["half"]
    assert spent["adaptive"] / spent["half"] < (width["half"] / width["adaptive"]) ** 2
    if TRUTHS[name].shared:
        assert width["adaptive"] < width["uniform"]
        share = spent["adaptive"] / spent["uniform"]
        assert share * (width["adaptive"] / width["uniform"]) ** 2 < 0.5
