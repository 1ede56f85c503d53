"""Neighbouring methods: closed forms first, then small runs."""

import numpy as np
import pandas as pd
import pytest
from genprior.neighbours import plugin, reversal, snr, stochastic

from genprior.model.instances import instance
from genprior.model.networks import generate, sample_weights
from genprior.model.risk import descent_direction
from genprior.studies.neighbours_summaries import convergence_rate


def test_the_ratio_is_of_norms_not_of_their_squares():
    y, direction = np.array([3.0, 4.0]), np.array([0.0, 2.0])
    assert np.linalg.norm(snr.noisy(y, direction, 40) - y) == pytest.approx(5e-4)
    np.testing.assert_array_equal(snr.noisy(y, direction, np.inf), y)


def test_error_is_proportional_to_noise():
    descent = {
        "step": "2^d/d^2",
        "negation_check": True,
        "max_iterations": 1500,
        "gradient_tolerance": 0.0,
    }
    part = {
        "latent_dimension": 5,
        "widths": [60, 150],
        "measurements": 50,
        "snr": [40, 80],
        "trials": [0, 1],
        "descent": descent,
        "path": 0,
    }
    errors = [row["relative_error"] for row in snr.rows(4242, part)]
    assert errors[0] / errors[1] == pytest.approx(1e4, rel=0.01)


def test_one_transpose_step_halves_the_code_on_average():
    """E[W^T relu(W x)] = x / 2 (PLUGIn): by Monte Carlo over wide layers."""
    source = np.random.default_rng(0)
    x = np.array([1.0, -2.0, 0.5])
    estimates = []
    for _ in range(400):
        weights = sample_weights((3, 200), source)
        estimates.append(plugin.transpose(weights, generate(weights, x)))
    error = np.std(estimates, axis=0) / np.sqrt(len(estimates))
    assert np.all(np.abs(np.mean(estimates, axis=0) - x / 2) < 5 * error)
    assert np.all(error < 0.02)


def test_plugin_recovers_in_wide_networks_and_diverges_in_narrow_ones():
    part = {"latent_dimension": 3, "width": [5, 250], "depth": 3, "step": 3.0}
    rows = pd.DataFrame(plugin.rows(4242, part | {"max_iterations": 400, "trials": [0, 4]}))
    success = (rows["relative_error"] <= 1e-5).groupby(rows["width"]).mean()
    assert success[250] == 1 and success[5] <= 0.5
    assert set(rows["stop"]) <= {"stationary", "diverged", "cap"}


def test_the_transpose_of_an_orthogonal_pair_reverses_exactly():
    weights = [np.vstack([np.eye(2), -np.eye(2)]) / np.sqrt(2)]
    x = np.array([0.3, -0.7])
    np.testing.assert_allclose(reversal.reverse(weights, generate(weights, x), False), x)


def test_batches_add_up_to_the_full_descent_direction():
    one = instance(4242, "gaussian", (4, 20, 50), 0, 12)
    x = one.start
    y = one.sensing @ generate(one.weights, one.code)
    full = descent_direction(one.weights, one.sensing, y, x)
    scale = np.sqrt(12 / 3)
    parts = [
        descent_direction(
            one.weights, scale * one.sensing[first : first + 3], scale * y[first : first + 3], x
        )
        for first in range(0, 12, 3)
    ]
    np.testing.assert_allclose(np.mean(parts, axis=0), full)


def test_stochastic_descent_needs_fewer_passes_than_full_descent():
    part = {
        "latent_dimension": 5,
        "widths": [60, 150],
        "measurements": 50,
        "batch": [5, 50],
        "step": "2^d/d^2",
        "max_passes": 500,
        "relative_error": 1e-3,
        "trials": [0, 3],
    }
    rows = pd.DataFrame(stochastic.rows(4242, part))
    assert np.isfinite(rows["passes"]).all()
    by_batch = rows.pivot(index="trial", columns="batch", values="passes")
    assert (by_batch[5] < by_batch[50]).all()


def test_the_rate_of_a_geometric_sequence():
    assert convergence_rate(2.0 * 0.8 ** np.arange(200)) == pytest.approx(0.8)
    assert np.isnan(convergence_rate(np.ones(50)))
