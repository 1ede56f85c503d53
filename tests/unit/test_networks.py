"""Networks: values by hand, the regions' linear maps, the law of the weights."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genprior.model.networks import (
    activation_pattern,
    generate,
    region_map,
    sample_weights,
    shape_of,
)

# relu(W_1 x) = (relu(x_1 - x_2), relu(x_1), relu(-x_1)); W_2 adds the first two, or takes the rest.
W1 = np.array([[1.0, -1.0], [1.0, 0.0], [-1.0, 0.0]])
W2 = np.array([[1.0, 1.0, 0.0], [0.0, -1.0, 2.0]])


@st.composite
def networks(draw, integer=False):
    """(weights, x) of random shape, depth 1 to 4; integer entries make exact zeros likely."""
    shape = draw(st.lists(st.integers(1, 9), min_size=2, max_size=5))
    stream = np.random.default_rng(draw(st.integers(0, 2**32)))
    if not integer:
        return sample_weights(shape, stream), stream.standard_normal(shape[0])
    weights = [stream.integers(-2, 3, (n, k)).astype(float) for k, n in pairwise(shape)]
    return tuple(weights), stream.integers(-2, 3, shape[0]).astype(float)


@pytest.mark.parametrize(
    ("x", "signal"),
    [
        ([3.0, 1.0], [5.0, 0.0]),
        ([1.0, 3.0], [1.0, 0.0]),
        ([-1.0, 0.0], [0.0, 2.0]),
        ([0.0, 0.0], [0.0, 0.0]),
    ],
)
def test_signal_by_hand(x, signal):
    np.testing.assert_array_equal(generate([W1, W2], np.array(x)), signal)


def test_pattern_and_region_map_by_hand():
    pattern = activation_pattern([W1, W2], np.array([3.0, 1.0]))
    assert [layer.tolist() for layer in pattern] == [[True, True, False], [True, False]]
    np.testing.assert_array_equal(region_map([W1, W2], pattern), [[2.0, -1.0], [0.0, 0.0]])


def test_an_exact_zero_is_inactive_unless_the_tie_direction_pushes_it_up():
    on_the_kink = np.array([1.0, 1.0])
    first, _ = activation_pattern([W1, W2], on_the_kink)
    assert first.tolist() == [False, True, False]
    for direction, active in [([1.0, 0.0], True), ([0.0, 1.0], False)]:
        first, _ = activation_pattern([W1, W2], on_the_kink, np.array(direction))
        assert bool(first[0]) is active


@given(networks())
def test_signal_is_the_linear_map_of_the_region(network):
    weights, x = network
    linear = region_map(weights, activation_pattern(weights, x))
    np.testing.assert_allclose(linear @ x, generate(weights, x), rtol=0, atol=1e-12)


@given(networks(), st.sampled_from([0.0, 2.0**-30, 0.5, 8.0]))
def test_signal_is_homogeneous(network, factor):
    """G(c x) = c G(x) for c >= 0; powers of two are exact."""
    weights, x = network
    np.testing.assert_array_equal(generate(weights, factor * x), factor * generate(weights, x))


@given(networks(integer=True), st.integers(0, 2**32))
@settings(max_examples=200)
def test_region_with_a_tie_direction_is_the_region_just_beside(network, seed):
    """With integer weights no other kink lies within 1e-6 of x along w.

    Maps are compared, not patterns: a neuron that is zero all around x may count either way.
    """
    weights, x = network
    w = np.random.default_rng(seed).standard_normal(len(x))
    settled = region_map(weights, activation_pattern(weights, x, w))
    beside = region_map(weights, activation_pattern(weights, x + 1e-6 * w))
    np.testing.assert_allclose(settled, beside, rtol=0, atol=1e-9)


def test_shape_of_is_the_inverse_of_sampling():
    weights = sample_weights((3, 5, 2, 7), np.random.default_rng(0))
    assert shape_of(weights) == (3, 5, 2, 7)
    assert [layer.shape for layer in weights] == [(5, 3), (2, 5), (7, 2)]


def test_weights_have_variance_one_over_their_rows():
    """n ||W||_F^2 is chi-squared with 200 x 500 degrees of freedom: +-5 standard deviations."""
    rows, columns = 200, 500
    (layer,) = sample_weights((columns, rows), np.random.default_rng(1))
    count = rows * columns
    assert abs(rows * np.sum(layer**2) - count) < 5 * np.sqrt(2 * count)
    assert abs(np.sqrt(rows) * layer.mean()) < 5 / np.sqrt(count)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_every_layer_halves_the_squared_norm(depth):
    """E ||G(x)||^2 = 2^-d ||x||^2 (HV, section 1): the mean of 300 networks, +-5 standard errors.

    The spread is the samples' own; without the factor the mean would be off by a factor 2^d.
    """
    x = np.array([1.0, -2.0, 0.5])
    norms = [
        np.sum(generate(sample_weights((3,) + (40,) * depth, np.random.default_rng(seed)), x) ** 2)
        for seed in range(300)
    ]
    expected = 2.0**-depth * (x @ x)
    error = np.std(norms, ddof=1) / np.sqrt(len(norms))
    assert abs(np.mean(norms) - expected) < 5 * error < expected / 4
