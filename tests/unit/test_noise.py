"""Noisy measurements: HHHV's ratio, what noise does to the error, and rates of convergence."""

import numpy as np
import pandas as pd
import pytest

from genprior.studies.noise import levels, paths
from genprior.studies.noise.measures import convergence_rate, steadiness
from genprior.studies.noise.measures import linear as rates_of
from genprior.studies.noise.snr import noisy
from genprior.studies.noise.summary import paths as points_of

PART = {
    "latent_dimension": 5,
    "widths": [60, 150],
    "measurements": 50,
    "snr": [40, 80],
    "trials": [0, 1],
    "descent": {
        "step": "2^d/d^2",
        "negation_check": True,
        "max_iterations": 1500,
        "gradient_tolerance": 0.0,
    },
}


def test_the_ratio_is_of_norms_not_of_their_squares():
    y, direction = np.array([3.0, 4.0]), np.array([0.0, 2.0])
    assert np.linalg.norm(noisy(y, direction, 40) - y) == pytest.approx(5e-4)
    np.testing.assert_array_equal(noisy(y, direction, np.inf), y)


def test_error_is_proportional_to_noise():
    errors = [row["relative_error"] for row in levels.rows(4242, PART)]
    assert errors[0] / errors[1] == pytest.approx(1e4, rel=0.01)


def test_the_rate_of_a_geometric_sequence():
    assert convergence_rate(2.0 * 0.8 ** np.arange(200)) == pytest.approx(0.8)
    assert np.isnan(convergence_rate(np.ones(50)))
    assert np.isnan(convergence_rate(0.9 ** np.arange(100))), "a run that is cut off before the end"


def test_linear_convergence_is_steady_and_no_other_law_is():
    steps = np.arange(1.0, 20000.0)
    assert steadiness(3.0 * 0.9**steps) == pytest.approx(1)
    assert steadiness(steps**-4.0) < 0.1
    assert steadiness(np.exp(-(steps**1.5) / 300)) > 1.2
    assert steadiness(np.exp(-(steps**0.7))) < 0.8


@pytest.mark.parametrize(
    "rule, words, rate", [("2^d/d^2", "2^d/d^2", 0.78125), (0.5, "0.5", 1 - 0.875 * 0.5 / 4)]
)
def test_the_theorems_rate_follows_the_step(rule, words, rate):
    part = PART | {"snr": [None], "descent": PART["descent"] | {"step": rule}, "path": 4}
    rows = pd.DataFrame(paths.rows(4242, part))
    (found,) = [one for one in rates_of(rows, 0.95) if one.measure.startswith("rate of")]
    assert found.reference == pytest.approx(rate, rel=1e-15)
    assert set(points_of(rows)["step_rule"]) == {words}


def test_a_run_that_stopped_keeps_its_error_in_the_median():
    def run(trial, errors):
        return [
            {"snr": np.inf, "trial": trial, "iteration": i, "relative_error": e, "step_rule": "1"}
            for i, e in enumerate(errors)
        ]

    runs = pd.DataFrame(run(0, [1, 0.2]) + run(1, [1, 0.5, 0.4]) + run(2, [1, 0.6, 0.5]))
    assert points_of(runs)["median_error"].tolist() == [1, 0.5, 0.4]
