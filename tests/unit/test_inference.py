"""AMP and its state evolution: closed forms, Monte Carlo, thresholds, runs beside predictions."""

from itertools import islice, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from genprior.inference.amp import amp
from genprior.inference.channels import positive_part, rectified
from genprior.inference.evolution import (
    Evolution,
    amp_threshold,
    code_determined,
    code_errors,
    image_limit,
    neuron_errors,
)
from genprior.model.instances import instance
from genprior.model.networks import Network
from genprior.model.problem import Problem

SCALES = st.floats(-2, 2).map(lambda exponent: 10.0**exponent)


def moments_by_integration(mean, variance, value, precision):
    """Evidence, mean and variance of z and of relu(z), by adaptive quadrature over z."""

    def density(z):
        x = max(z, 0.0)
        return np.exp(-0.5 * ((z - mean) ** 2 / variance + precision * (value - x) ** 2)) * np.sqrt(
            precision / variance
        )

    width = np.sqrt(variance)
    peak = (mean / variance + precision * value) / (1 / variance + precision)
    points = sorted({0.0, mean, peak})
    edges = [min(points) - 12 * width, *points, max(points) + 12 * width]

    def integral(f):
        pieces = pairwise(edges)
        return sum(quad(lambda z: f(z) * density(z), a, b, epsabs=0)[0] for a, b in pieces)

    total = integral(lambda z: 1.0)
    firsts = [integral(f) / total for f in (lambda z: z, lambda z: max(z, 0.0))]
    seconds = [
        integral(lambda z, f=f, c=c: (f(z) - c) ** 2) / total
        for f, c in zip((lambda z: z, lambda z: max(z, 0.0)), firsts, strict=True)
    ]
    return total / (2 * np.pi), *firsts, *seconds


@settings(deadline=None, max_examples=40)
@given(st.floats(-3, 3), SCALES, st.floats(-3, 3), SCALES)
def test_a_neuron_s_posterior_is_what_integration_gives(t, variance, b, precision):
    mean = t * np.sqrt(variance)
    value = b * np.sqrt(variance + 1 / precision)
    given_all = (mean, variance, value, precision)
    found = rectified(*(np.array([number]) for number in given_all))
    evidence, z, x, z_variance, x_variance = moments_by_integration(*given_all)
    scale = np.sqrt(variance)
    assert np.exp(found.log_evidence[0]) == pytest.approx(evidence, rel=1e-6)
    assert found.z[0] == pytest.approx(z, abs=1e-6 * scale)
    assert found.x[0] == pytest.approx(x, abs=1e-6 * scale)
    assert found.z_variance[0] == pytest.approx(z_variance, rel=1e-5, abs=1e-7 * variance)
    assert found.x_variance[0] == pytest.approx(x_variance, rel=1e-5, abs=1e-7 * variance)


def test_truncated_moments_go_on_smoothly_far_out():
    near, far = (positive_part(np.array([cut])) for cut in (-29.999, -30.001))
    for one, other, power in zip(near, far, (1, 2), strict=True):
        assert other[0] == pytest.approx(one[0] * (29.999 / 30.001) ** power, rel=3e-6, abs=0)
    mean, variance = positive_part(np.array([-1e8, 50.0]))
    assert mean == pytest.approx([1e-8, 50.0]) and variance == pytest.approx([1e-16, 1.0])


@pytest.mark.parametrize(
    ("variance", "precision"), [(0.95, 0.3), (0.5, 3.0), (0.1, 100.0), (0.02, 20.0)]
)
def test_quadrature_agrees_with_monte_carlo(variance, precision):
    """Errors of the posterior means of simulated neurons, not their variances once more."""
    random, size = np.random.default_rng(20), 400_000
    omega = np.sqrt(1 - variance) * random.standard_normal(size)
    z = omega + np.sqrt(variance) * random.standard_normal(size)
    value = np.maximum(z, 0) + random.standard_normal(size) / np.sqrt(precision)
    found = rectified(omega, np.array([variance]), value, np.array([precision]))
    for squares, exact in zip(
        ((found.z - z) ** 2, (found.x - np.maximum(z, 0)) ** 2),
        neuron_errors(variance, precision),
        strict=True,
    ):
        assert squares.mean() == pytest.approx(exact, abs=4 * squares.std() / np.sqrt(size))


def test_what_is_known_before_any_measurement():
    """The variance of relu of a standard Gaussian, and hence V_2 = 1 - 1/pi."""
    assert Evolution((1, 4, 16)).errors[1] == pytest.approx(0.5 - 0.5 / np.pi, abs=1e-9)


def test_without_layers_the_threshold_is_at_k():
    """A Gaussian code seen directly: the error goes to 1 - m/k, its least mean square."""
    assert amp_threshold((1,)) == 1
    for ratio in (0.3, 0.8):
        *_, last = code_errors((1,), ratio, 200)
        assert last == pytest.approx(1 - ratio, rel=1e-9)
    *_, before, last = code_errors((1,), 2.0, 50)
    assert last / before == pytest.approx(0.5)


@pytest.mark.parametrize(("expansivity", "ratio"), [(4, 1.4), (3, 2.0)])
def test_the_rate_near_recovery_is_its_closed_form(expansivity, ratio):
    """(2 + e k/m) / (e + 2) a step at d = 1 (docs/optimum.md): one exactly at m = k."""
    *_, before, last = code_errors((1, expansivity), ratio, 60)
    rate = (2 + expansivity / ratio) / (expansivity + 2)
    assert last / before == pytest.approx(rate, rel=1e-3)


# Ours, to be checked by whoever has published ones: none was found for this ensemble.
@pytest.mark.parametrize(
    ("shape", "threshold"),
    [
        ((1, 2.5), 1.0006),
        ((1, 4), 1.0036),
        ((1, 3, 9), 1.0077),
        ((1, 5, 25), 1.0155),
        ((1, 8, 64), 1.0193),
        ((1, 4, 16, 64), 1.0270),
        ((1, 8, 64, 512), 1.0427),
        ((1, 250 / 75, 600 / 75), 1.0095),
    ],
)
def test_thresholds_of_amp(shape, threshold):
    assert amp_threshold(shape) == pytest.approx(threshold, abs=2e-4)


def test_amp_passes_above_its_threshold_and_stays_below():
    *_, above = code_errors((1, 4), 1.05, 250)
    *_, below = code_errors((1, 4), 0.97, 250)
    assert above < 1e-4 and below > 1e-2


def test_what_information_allows():
    assert code_determined((10, 21, 21)) and not code_determined((10, 50, 20))
    assert amp_threshold((10, 19)) == np.inf
    assert image_limit((10, 50, 250)) == 10 and image_limit((10, 16, 100)) == 8


def problem_of(shape, trial, m):
    one = instance(20, "gaussian", shape, trial, m)
    return one, Problem.of_code(one.weights, one.sensing, one.code)


def squared_errors(shape, trial, m, iterations):
    one, problem = problem_of(shape, trial, m)
    found = islice(amp(problem), iterations + 1)
    return np.array([((x - one.code) ** 2).sum() for x in found]) / (one.code @ one.code)


def test_amp_follows_its_state_evolution():
    shape, m, iterations = (500, 2000), 700, 25
    predicted = np.array(list(code_errors(shape, m, iterations)))
    runs = np.log([squared_errors(shape, trial, m, iterations) for trial in range(4)])
    assert predicted[-1] < 3e-3
    assert np.abs(runs.mean(axis=0) - np.log(predicted)).max() < 0.5


def test_amp_recovers_to_rounding_in_two_layers():
    assert squared_errors((60, 240, 960), 0, 180, 100)[-1] < 1e-20


def test_amp_without_layers_solves_a_linear_system():
    one, _ = problem_of((40, 80), 0, 20)
    # No problem of the project's, for its networks have layers.
    matrix = one.weights[0]
    plain = Network((np.ones((1, 1)),))  # whatever its weights
    problem = SimpleNamespace(
        network=plain, weights=(), sensing=matrix, measurements=matrix @ one.code
    )
    *_, last = islice(amp(problem), 200)
    assert last == pytest.approx(one.code, abs=1e-8)


def test_amp_refuses_the_identity():
    one, problem = problem_of((5, 10), 0, 10)
    with pytest.raises(ValueError, match="A = I"):
        next(amp(Problem(one.weights, None, problem.measurements)))
