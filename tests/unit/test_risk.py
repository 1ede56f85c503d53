"""The empirical risk and the descent direction: by hand, by differences, at kinks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from genprior.model.networks import activation_pattern, generate, region_map, sample_weights
from genprior.model.risk import descent_direction, empirical_risk, measure


@st.composite
def problems(draw, integer=False):
    """(weights, A or None, y, x) of random shape, depth 1 to 4."""
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
    return weights, sensing, measure(sensing, generate(weights, code)), x


def test_risk_and_direction_by_hand():
    """k = 1, G(x) = (relu(x), relu(-x)), A = (1, 3), y = 2: f(x) = (x - 2)^2/2, (-3x - 2)^2/2."""
    weights, sensing, y = [np.array([[1.0], [-1.0]])], np.array([[1.0, 3.0]]), np.array([2.0])
    for x, risk, slope in [(5.0, 4.5, 3.0), (2.0, 0.0, 0.0), (-1.0, 0.5, -3.0)]:
        assert empirical_risk(weights, sensing, y, np.array([x])) == risk
        assert descent_direction(weights, sensing, y, np.array([x])) == [slope]


@pytest.mark.parametrize(("direction", "limit"), [(1.0, -2.0), (-1.0, 6.0)])
def test_direction_at_the_origin_by_hand(direction, limit):
    """The same f has slopes -2 to the right of its kink at 0 and 6 to the left."""
    weights, sensing, y = [np.array([[1.0], [-1.0]])], np.array([[1.0, 3.0]]), np.array([2.0])
    v = descent_direction(weights, sensing, y, np.zeros(1), np.array([direction]))
    assert v == [limit]


def test_identity_is_the_sensing_matrix_one():
    stream = np.random.default_rng(3)
    weights = sample_weights((4, 9, 6), stream)
    code, x = stream.standard_normal((2, 4))
    y = generate(weights, code)
    assert empirical_risk(weights, None, y, x) == empirical_risk(weights, np.eye(6), y, x)
    np.testing.assert_array_equal(
        descent_direction(weights, None, y, x), descent_direction(weights, np.eye(6), y, x)
    )


@given(problems())
@settings(max_examples=150)
def test_direction_is_the_gradient_by_central_differences(problem):
    """Exact up to rounding where no kink lies within h: f is quadratic there."""
    weights, sensing, y, x = problem
    h, k = 1e-4, len(x)
    pattern = activation_pattern(weights, x)
    for corner in np.vstack([np.eye(k), -np.eye(k)]) * h:
        for there, here in zip(activation_pattern(weights, x + corner), pattern, strict=True):
            assume(np.array_equal(there, here))
    differences = [
        (empirical_risk(weights, sensing, y, x + e) - empirical_risk(weights, sensing, y, x - e))
        / (2 * h)
        for e in np.eye(k) * h
    ]
    scale = 1 + empirical_risk(weights, sensing, y, x)
    v = descent_direction(weights, sensing, y, x)
    np.testing.assert_allclose(v, differences, rtol=0, atol=1e-9 * scale)


@given(problems())
def test_direction_is_the_paper_s_product_of_matrices(problem):
    """v = L_x^T A^T (A L_x x - y)."""
    weights, sensing, y, x = problem
    linear = region_map(weights, activation_pattern(weights, x))
    product = linear if sensing is None else sensing @ linear
    expected = product.T @ (product @ x - y)
    scale = 1 + np.abs(expected).max()
    v = descent_direction(weights, sensing, y, x)
    np.testing.assert_allclose(v, expected, rtol=0, atol=1e-11 * scale)


@given(problems(integer=True), st.integers(0, 2**32))
@settings(max_examples=200)
def test_direction_at_a_kink_is_the_limit_of_gradients_beside_it(problem, seed):
    weights, sensing, y, x = problem
    w = np.random.default_rng(seed).standard_normal(len(x))
    v = descent_direction(weights, sensing, y, x, w)
    scale = 1 + np.abs(v).max()
    for delta in (1e-7, 1e-8):
        beside = descent_direction(weights, sensing, y, x + delta * w)
        curvature = np.prod([1 + np.sum(layer**2) for layer in weights])
        curvature *= 1 if sensing is None else 1 + np.sum(sensing**2)
        bound = delta * np.linalg.norm(w) * curvature + 1e-12 * scale
        assert np.linalg.norm(beside - v) <= bound


@given(problems(), st.sampled_from([0.25, 2.0, 1024.0]))
def test_risk_is_homogeneous_of_degree_two(problem, factor):
    """Scaling x and y together; powers of two are exact."""
    weights, sensing, y, x = problem
    assert empirical_risk(weights, sensing, factor * y, factor * x) == factor**2 * empirical_risk(
        weights, sensing, y, x
    )
    np.testing.assert_array_equal(
        descent_direction(weights, sensing, factor * y, factor * x),
        factor * descent_direction(weights, sensing, y, x),
    )


@given(problems())
def test_risk_and_direction_vanish_at_the_code(problem):
    weights, sensing, _, x = problem
    y = measure(sensing, generate(weights, x))
    assert empirical_risk(weights, sensing, y, x) == 0.0
    assert not descent_direction(weights, sensing, y, x).any()
