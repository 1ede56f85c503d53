"""Networks reversed through their transposes: closed forms first, then small runs."""

import numpy as np
import pandas as pd

from genprior.methods.numerics.transposes import reverse, transpose
from genprior.model.networks import generate, sample_weights
from genprior.studies.transposes import plugin


def test_one_transpose_step_halves_the_code_on_average():
    """E[W^T relu(W x)] = x / 2 (PLUGIn): by Monte Carlo over wide layers."""
    source = np.random.default_rng(0)
    x = np.array([1.0, -2.0, 0.5])
    estimates = []
    for _ in range(400):
        weights = sample_weights((3, 200), source)
        estimates.append(transpose(weights, generate(weights, x)))
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
    np.testing.assert_allclose(reverse(weights, generate(weights, x), False), x)
