"""What the studies of what is possible say, on synthetic tables whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from genprior.statistics.transitions import Curve, fit_transition
from genprior.studies.optimum import growth
from genprior.studies.optimum.excess import exponent_of_excess, limit_of_excess
from genprior.studies.optimum.measures import ahead, follows
from genprior.studies.optimum.summary import proved

SIZES = (20, 40, 80, 160, 320)


def fits(excess, trials=40, seed=1):
    """Transitions of simulated counts whose 50% points are k (1 + excess(k))."""
    stream, found = np.random.default_rng(seed), []
    for k in SIZES:
        centre = np.log(1 + excess(k))
        ratios = np.linspace(np.log(1.02), 2 * centre, 7)
        m = np.repeat(np.round(k * np.exp(ratios)), trials)
        chance = special.expit(8 * (np.log(m / k) - centre) / centre)
        success = stream.random(len(m)) < chance
        found.append(fit_transition(Curve.from_trials(m, success, np.arange(len(m))), 0.95))
    return found


def test_a_vanishing_excess_has_its_exponent_and_no_limit():
    found = fits(lambda k: 4 / np.sqrt(k))
    exponent = exponent_of_excess(SIZES, found, 0.95)
    limit = limit_of_excess(SIZES, found, 0.95)
    assert exponent.low <= 0.5 <= exponent.high and exponent.width < 0.5
    assert limit.low == 0 and limit.high < 0.3


def test_a_constant_excess_has_a_limit_and_no_exponent():
    found = fits(lambda k: 0.6 + 2 / k, trials=160)
    exponent = exponent_of_excess(SIZES, found, 0.95)
    limit = limit_of_excess(SIZES, found, 0.95)
    assert exponent.high < 0.3
    assert 0.3 < limit.low <= 0.6 <= limit.high


def test_too_few_sizes_give_no_law():
    found = fits(lambda k: 0.5)
    assert limit_of_excess(SIZES[:3], found[:3], 0.95) is None
    assert exponent_of_excess(SIZES[:2], found[:2], 0.95) is None


def runs_of_amp(rate):
    """Runs whose error shrinks by a rate an iteration where 0.5 is predicted."""
    stream = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "depth": 1,
            "latent_dimension": 500,
            "trial": trial,
            "iteration": i,
            "relative_error": rate**i * np.exp(0.05 * noise),
            "predicted": 0.5**i,
        }
        for trial, noise in enumerate(stream.standard_normal(10))
        for i in range(10)
    )


def test_amp_that_keeps_to_the_prediction_is_told_from_amp_that_does_not():
    for rate, kept in [(0.5, True), (0.6, False)]:
        *_, last = follows(runs_of_amp(rate), 0.95)
        assert last.where["predicted_error"] == 1e-2
        assert (-0.301 <= last.low and last.high <= 0.301) is kept


PART = {
    "latent_dimension": 10,
    "depth": 1,
    "expansivity": 6,
    "measurement_ratio": [0.5, 6],
    "methods": ["amp", "descent"],
    "trials": [0, 5],
    "descent": {
        "step": 0.5,
        "negation_check": True,
        "max_iterations": 5000,
        "gradient_tolerance": 1e-9,
    },
    "iterations": 200,
    "relative_error": 1e-3,
}


def test_both_methods_fail_below_k_and_recover_well_above():
    trials = proved(pd.DataFrame(growth.rows(20, PART)), 1e-3)
    shares = trials.groupby(["method", "measurements"])["success"].mean()
    for method in ("amp", "descent"):
        assert shares[method, 5] == 0 and shares[method, 60] >= 0.8
    one = trials[trials["method"] == "descent"]
    assert (one["success"] == one["certified"]).all()
    (found,) = ahead(trials, 0.95)
    assert found.low <= 0 <= found.high and found.trials == 5


def test_descent_is_no_success_by_its_error_alone():
    rows = pd.DataFrame(
        {
            "method": ["descent", "descent", "amp"],
            "relative_error": [1e-6, 1e-6, 1e-6],
            "certified": [True, False, None],
        }
    )
    assert proved(rows, 1e-3)["success"].tolist() == [True, False, True]
    assert proved(rows, 1e-9)["success"].tolist() == [True, False, False]
    assert proved(rows, 1e-3)["success"].dtype == bool or pytest.fail("no booleans")
