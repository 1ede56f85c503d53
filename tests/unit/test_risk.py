"""The empirical risk and the descent direction: by hand, by differences, at kinks."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from genprior.model.networks import activation_pattern, region_map, sample_weights
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk, relative_error


@st.composite
def problems(draw, integer=False):
    """(problem, x) of random shape, depth 1 to 4."""
    shape = draw(st.lists(st.integers(1, 8), min_size=2, max_size=5))
    rows = draw(st.none() | st.integers(1, 8))
    stream = np.random.default_rng(draw(st.integers(0, 2**32)))
    if integer:
        weights = [stream.integers(-2, 3, (n, k)).astype(float) for k, n in pairwise(shape)]
        sensing = None if rows is None else stream.integers(-2, 3, (rows, shape[-1])).astype(float)
        code, x = stream.integers(-2, 3, (2, shape[0])).astype(float)
    else:
        weights = sample_weights(shape, stream)
        sensing = None if rows is None else stream.standard_normal((rows, shape[-1]))
        code, x = stream.standard_normal((2, shape[0]))
    return Problem.of_code(weights, sensing, code), x


BY_HAND = Problem([np.array([[1.0], [-1.0]])], np.array([[1.0, 3.0]]), np.array([2.0]))


def test_risk_and_direction_by_hand():
    """k = 1, G(x) = (relu(x), relu(-x)), A = (1, 3), y = 2: f(x) = (x - 2)^2/2, (-3x - 2)^2/2."""
    for x, risk, slope in [(5.0, 4.5, 3.0), (2.0, 0.0, 0.0), (-1.0, 0.5, -3.0)]:
        assert empirical_risk(BY_HAND, np.array([x])) == risk
        assert descent_direction(BY_HAND, np.array([x])) == [slope]


@pytest.mark.parametrize(("direction", "limit"), [(1.0, -2.0), (-1.0, 6.0)])
def test_direction_at_the_origin_by_hand(direction, limit):
    """The same f has slopes -2 to the right of its kink at 0 and 6 to the left."""
    v = descent_direction(BY_HAND, np.zeros(1), np.array([direction]))
    assert v == [limit]


def test_identity_is_the_sensing_matrix_one():
    stream = np.random.default_rng(3)
    weights = sample_weights((4, 9, 6), stream)
    code, x = stream.standard_normal((2, 4))
    inversion = Problem.of_code(weights, None, code)
    sensed = Problem(weights, np.eye(6), inversion.measurements)
    assert empirical_risk(inversion, x) == empirical_risk(sensed, x)
    np.testing.assert_array_equal(descent_direction(inversion, x), descent_direction(sensed, x))


@given(problems())
@settings(max_examples=150)
def test_direction_is_the_gradient_by_central_differences(drawn):
    """Exact up to rounding where no kink lies within h: f is quadratic there."""
    problem, x = drawn
    h, k = 1e-4, len(x)
    pattern = activation_pattern(problem.weights, x)
    for corner in np.vstack([np.eye(k), -np.eye(k)]) * h:
        for there, here in zip(
            activation_pattern(problem.weights, x + corner), pattern, strict=True
        ):
            assume(np.array_equal(there, here))
    differences = [
        (empirical_risk(problem, x + e) - empirical_risk(problem, x - e)) / (2 * h)
        for e in np.eye(k) * h
    ]
    scale = 1 + empirical_risk(problem, x)
    v = descent_direction(problem, x)
    np.testing.assert_allclose(v, differences, rtol=0, atol=1e-9 * scale)


@given(problems())
def test_direction_is_the_paper_s_product_of_matrices(drawn):
    """v = L_x^T A^T (A L_x x - y)."""
    problem, x = drawn
    linear = region_map(problem.weights, activation_pattern(problem.weights, x))
    product = problem.sense(linear)
    expected = product.T @ (product @ x - problem.measurements)
    scale = 1 + np.abs(expected).max()
    v = descent_direction(problem, x)
    np.testing.assert_allclose(v, expected, rtol=0, atol=1e-11 * scale)


@given(problems(integer=True), st.integers(0, 2**32))
@settings(max_examples=200)
def test_direction_at_a_kink_is_the_limit_of_gradients_beside_it(drawn, seed):
    problem, x = drawn
    w = np.random.default_rng(seed).standard_normal(len(x))
    v = descent_direction(problem, x, w)
    scale = 1 + np.abs(v).max()
    for delta in (1e-7, 1e-8):
        beside = descent_direction(problem, x + delta * w)
        curvature = np.prod([1 + np.sum(layer**2) for layer in problem.weights])
        curvature *= 1 if problem.sensing is None else 1 + np.sum(problem.sensing**2)
        bound = delta * np.linalg.norm(w) * curvature + 1e-12 * scale
        assert np.linalg.norm(beside - v) <= bound


@given(problems(), st.sampled_from([0.25, 2.0, 1024.0]))
def test_risk_is_homogeneous_of_degree_two(drawn, factor):
    """Scaling x and y together; powers of two are exact."""
    problem, x = drawn
    scaled = problem.observing(factor * problem.measurements)
    assert empirical_risk(scaled, factor * x) == factor**2 * empirical_risk(problem, x)
    np.testing.assert_array_equal(
        descent_direction(scaled, factor * x),
        factor * descent_direction(problem, x),
    )


@given(problems())
def test_risk_and_direction_vanish_at_the_code(drawn):
    problem, x = drawn
    at_code = Problem.of_code(problem.weights, problem.sensing, x)
    assert empirical_risk(at_code, x) == 0.0
    assert not descent_direction(at_code, x).any()


def test_relative_error_by_hand():
    assert relative_error(np.array([3.0, 4.0]), np.array([3.0, 4.0])) == 0.0
    assert relative_error(np.array([3.0, 9.0]), np.array([3.0, 4.0])) == 1.0
    assert relative_error(np.array([-3.0, -4.0]), np.array([3.0, 4.0])) == 2.0


@pytest.mark.parametrize("value", [1e200, np.inf, np.nan])
def test_relative_error_of_a_runaway_is_infinite(value):
    assert relative_error(np.array([value, 0.0]), np.ones(2)) == math.inf
