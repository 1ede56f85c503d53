"""Networks with biases, leaky slopes and linear or sigmoid ends."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genprior.model.networks import (
    Network,
    UnsupportedNetwork,
    activation_pattern,
    generate,
    network_of,
    region_map,
    region_shift,
)
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk

ONE = Network((np.array([[1.0], [-1.0]]),), (np.array([1.0, 2.0]),))  # relu(x + 1), relu(2 - x)


def a_network(stream, shape, ends=("relu", "linear"), integer=False, biases=None):
    """Of any kind; with small integers the slopes are 1/2, so that sums stay exact."""
    if integer:
        weights = [stream.integers(-2, 3, (n, k)).astype(float) for k, n in pairwise(shape)]
        shifts = [stream.integers(-2, 3, n).astype(float) for n in shape[1:]]
    else:
        weights = [stream.standard_normal((n, k)) / np.sqrt(n) for k, n in pairwise(shape)]
        shifts = [stream.standard_normal(n) / np.sqrt(n) for n in shape[1:]]
    biases = bool(stream.integers(2)) if biases is None else biases
    slope = float(stream.choice([0.0, 0.5] if integer else [0.0, 0.01, 0.3]))
    last = str(stream.choice(ends))
    return Network(tuple(weights), tuple(shifts) if biases else None, slope, last)


@st.composite
def networks(draw, ends=("relu", "linear"), integer=False, biases=None):
    """(network, stream), depth 1 to 4."""
    shape = draw(st.lists(st.integers(1, 8), min_size=2, max_size=5))
    stream = np.random.default_rng(draw(st.integers(0, 2**32)))
    return a_network(stream, shape, ends, integer, biases), stream


# What a network may be.

W = (np.ones((3, 2)), np.ones((4, 3)))
B = (np.ones(3), np.ones(4))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"weights": ()}, "weights is empty; it should be W_1, ..., W_d"),
        ({"weights": (W[0], W[0])}, "W_2 has shape (3, 2); it should be an array of finite"),
        ({"weights": (np.ones((3, 0)),)}, "W_1 has shape (3, 0), no numbers at all; it should be"),
        ({"weights": (np.ones((0, 2)),)}, "W_1 has shape (0, 2), no numbers at all; it should be"),
        ({"weights": (1j * W[0], W[1])}, "W_1 has values of type complex128; it should be"),
        ({"biases": B[:1]}, "biases has 1 arrays; it should be None or b_1, ..., b_d, one a layer"),
        ({"biases": (B[0], B[0])}, "b_2 has shape (3,); it should be an array of finite real"),
        ({"biases": (B[0], B[1][:, None])}, "b_2 has shape (4, 1); it should be"),
        ({"biases": (B[0], None)}, "b_2 is a NoneType; it should be an array"),
        ({"biases": (np.array([1, np.nan, 1]), B[1])}, "b_1 has the value nan at [1]; it should"),
        ({"slope": 1.0}, "slope is 1.0; it should be a number from 0 to 1, 1 left out"),
        ({"slope": -0.1}, "slope is -0.1; it should be a number"),
        ({"slope": float("nan")}, "slope is nan; it should be a number"),
        ({"slope": "0.1"}, "slope is '0.1'; it should be a number"),
        ({"last": "tanh"}, "last is 'tanh'; it should be relu, linear or sigmoid"),
    ],
)
def test_what_is_no_network_is_named(given, words):
    with pytest.raises((TypeError, ValueError)) as error:
        Network(**({"weights": W} | given))
    assert str(error.value).startswith(words)


def test_a_problem_takes_a_network_or_the_weights_of_a_plain_one():
    code = np.array([1.0, 2.0])
    plain, same = Problem.of_code(W, None, code), Problem.of_code(Network(W), None, code)
    assert plain.network.plain and plain.shape == (2, 3, 4) == same.network.shape
    np.testing.assert_array_equal(plain.measurements, same.measurements)
    biased = Network(W, B)
    assert Problem(biased, None, np.ones(4)).network is biased is network_of(biased)
    assert not any(n.plain for n in (biased, Network(W, None, 0.1), Network(W, last="linear")))


def test_a_problem_measures_something():
    with pytest.raises(ValueError, match=r"A has shape \(0, 4\), no numbers at all"):
        Problem.of_code(W, np.ones((0, 4)), np.ones(2))


@pytest.mark.parametrize(
    ("network", "kind"),
    [
        (Network(W, B), "biases"),
        (Network(W, B, 0.1), "biases and slope 0.1"),
        (Network(W, B, 0.1, "sigmoid"), "biases, slope 0.1 and a sigmoid end"),
        (Network(W, last="linear"), "a linear end"),
    ],
)
def test_what_is_for_plain_networks_says_so(network, kind):
    Network(W).require_plain("AMP")
    with pytest.raises(UnsupportedNetwork) as error:
        network.require_plain("AMP")
    assert str(error.value) == (
        f"AMP is for networks without biases and with relu throughout; this one has {kind}"
    )


# Values by hand, pieces, gradients.


def test_signals_by_hand():
    for x, signal in [(0.0, [1, 2]), (-3.0, [0, 5]), (3.0, [4, 0])]:
        np.testing.assert_array_equal(generate(ONE, np.array([x])), signal)
    leaky = Network(ONE.weights, ONE.biases, 0.5)
    np.testing.assert_array_equal(generate(leaky, np.array([-3.0])), [-1, 5])
    linear = Network(ONE.weights, ONE.biases, 0.5, "linear")
    np.testing.assert_array_equal(generate(linear, np.array([-3.0])), [-2, 5])
    assert activation_pattern(linear, np.array([-3.0]))[0].all()
    ends = generate(Network(ONE.weights, ONE.biases, last="sigmoid"), np.array([1e3]))
    np.testing.assert_array_equal(ends, [1, 0])
    two = Network((*ONE.weights, np.array([[1.0, -2.0]])), (*ONE.biases, np.array([0.5])), 0.5)
    np.testing.assert_array_equal(generate(two, np.array([3.0])), [4 + 1 + 0.5])
    np.testing.assert_array_equal(generate(two, np.array([0.0])), [0.5 * (1 - 4 + 0.5)])


def test_several_codes_in_columns():
    points = np.array([[0.0, -3.0, 3.0]])
    np.testing.assert_array_equal(generate(ONE, points), [[1, 0, 4], [2, 5, 0]])


@given(networks())
def test_a_signal_is_the_affine_map_of_the_region(drawn):
    network, stream = drawn
    x = stream.standard_normal(network.shape[0])
    pattern = activation_pattern(network, x)
    signal = region_map(network, pattern) @ x + region_shift(network, pattern)
    np.testing.assert_allclose(signal, generate(network, x), rtol=0, atol=1e-12)


@given(networks(("relu", "linear", "sigmoid")))
@settings(max_examples=150)
def test_the_direction_is_the_derivative_of_the_risk(drawn):
    network, stream = drawn
    code, x, u = stream.standard_normal((3, network.shape[0]))
    sensing = stream.standard_normal((3, network.shape[-1]))
    problem, h = Problem.of_code(network, sensing, code), 1e-6
    home = activation_pattern(network, x)
    for beside in (x + h * u, x - h * u):
        if not all(map(np.array_equal, home, activation_pattern(network, beside))):
            return
    change = empirical_risk(problem, x + h * u) - empirical_risk(problem, x - h * u)
    slope = float(descent_direction(problem, x) @ u)
    scale = 1 + empirical_risk(problem, x) + np.linalg.norm(u) ** 2
    assert abs(change / (2 * h) - slope) <= 1e-6 * scale


@given(networks(integer=True), st.integers(0, 2**32))
@settings(max_examples=150)
def test_a_region_with_a_tie_direction_is_the_region_just_beside(drawn, seed):
    network, stream = drawn
    x = stream.integers(-2, 3, network.shape[0]).astype(float)
    w = np.random.default_rng(seed).standard_normal(len(x))
    settled, beside = (
        activation_pattern(network, x, w),
        activation_pattern(network, x + 1e-6 * w),
    )
    for read in (region_map, region_shift):
        np.testing.assert_allclose(read(network, settled), read(network, beside), rtol=0, atol=1e-9)


def test_a_sigmoid_has_no_pieces():
    network = Network(W, last="sigmoid")
    pattern = activation_pattern(network, np.ones(2))
    for read in (region_map, region_shift):
        with pytest.raises(UnsupportedNetwork, match="this one has a sigmoid end"):
            read(network, pattern)


def test_the_sigmoids_slope_survives_saturation():
    """At z = -50 the derivative is e^-50, which 1 - s(z) taken first would make of s(50) into 0."""
    network = Network((np.ones((1, 1)),), None, 0.0, "sigmoid")
    problem = Problem(network, None, np.array([1.0]))
    slope = descent_direction(problem, np.array([-50.0]))[0]
    assert slope == pytest.approx(-np.exp(-50), rel=1e-12)
    assert descent_direction(problem, np.array([-700.0]))[0] < 0
