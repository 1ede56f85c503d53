"""Designs by power: closed forms, brute force over all counts, simulation of a normal estimate."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from genprior.statistics.intervals import wilson_interval
from genprior.statistics.power import (
    deciding,
    pilot_share,
    trials_for_number,
    trials_for_share,
)


def by_counting(trials, share, bound):
    """The probability of a decision, from Wilson's interval of every possible count."""
    decided = [
        low >= bound or high <= bound
        for low, high in (wilson_interval(s, trials, 0.95) for s in range(trials + 1))
    ]
    return stats.binom.pmf(np.arange(trials + 1), trials, share)[decided].sum()


@pytest.mark.parametrize("bound", [0.01, 0.05, 0.25, 0.5, 0.95])
@pytest.mark.parametrize(("trials", "share"), [(1, 0.7), (7, 0.2), (31, 0.94)])
def test_a_decision_is_as_probable_as_the_counts_that_decide(trials, share, bound):
    expected = by_counting(trials, share, bound)
    assert deciding(trials, share, bound, 0.95) == pytest.approx(expected, abs=1e-9)


def test_a_share_of_one_is_decided_by_the_rule_of_three_and_more():
    """n of n successes have the lower end n / (n + z^2), so z^2 b / (1 - b) trials decide."""
    z = stats.norm.ppf(0.975)
    assert trials_for_share(1.0, 0.95, 0.95) == int(np.ceil(z**2 * 19)) == 73
    assert trials_for_share(0.0, 0.05, 0.95) == 73
    assert trials_for_share(1.0, 0.99, 0.95) == int(np.ceil(z**2 * 99))


def test_from_the_design_on_the_power_never_falls_short():
    needed = trials_for_share(0.99, 0.95, 0.95)
    powers = deciding(np.arange(needed - 1, 5 * needed), 0.99, 0.95, 0.95)
    assert powers[0] < 0.9 <= min(powers[1:])
    assert by_counting(needed - 1, 0.99, 0.95) < 0.9 <= by_counting(needed, 0.99, 0.95)


def test_a_share_further_from_the_bound_takes_no_more_trials():
    needed = [trials_for_share(share, 0.9, 0.95) for share in (0.93, 0.95, 0.97, 0.99, 1.0)]
    assert needed == sorted(needed, reverse=True)


def test_what_cannot_be_decided_is_said():
    with pytest.raises(ValueError, match=r"do not tell a share of 0\.95 from 0\.95"):
        trials_for_share(0.95, 0.95, 0.95)
    with pytest.raises(ValueError, match="above 0 and below 1"):
        deciding(10, 0.5, 1.0, 0.95)


def test_a_pilot_without_a_failure_does_not_say_that_there_are_none():
    assert pilot_share(100, 100) == 101 / 102
    assert pilot_share(0, 8) == 1 / 10


def test_a_normal_estimate_decides_as_often_as_planned():
    """A mean of 60 numbers with the standard deviation 1, against a bound of a quarter."""
    needed = trials_for_number(60, 0.0, 1 / np.sqrt(60), 0.25, 0.95)
    assert needed == int(np.ceil((stats.norm.ppf(0.975) + stats.norm.ppf(0.9)) ** 2 * 16))
    means = np.random.default_rng(3).normal(0, 1 / np.sqrt(needed), 20_000)
    decided = (means + stats.norm.ppf(0.975) / np.sqrt(needed) <= 0.25).mean()
    assert decided == pytest.approx(0.9, abs=0.01)
    assert trials_for_number(60, 0.25, 0.1, 0.25, 0.95) == inf
