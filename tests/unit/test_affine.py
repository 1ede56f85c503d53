"""Networks with biases, leaky slopes and linear or sigmoid ends."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from genprior.descent import Settings, Stop, compiled, incremental, reference
from genprior.descent.certificates import Refusal, certify, leap
from genprior.descent.kinks import certify_minimum, minimise
from genprior.descent.outcomes import RECOVERY_ERROR, OutcomeKind, decide
from genprior.inference.amp import amp
from genprior.methods.numerics.inversion import Program, invert
from genprior.model.networks import (
    Network,
    UnsupportedNetwork,
    activation_pattern,
    affine,
    generate,
    layers_of,
    network_of,
    region_map,
    region_shift,
)
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk
from genprior.studies.landscape.batch import directions

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


# The engines against the definition.


def sensing_of(stream, columns, integer=False):
    """A matrix of a few rows, or None."""
    if not stream.integers(3):
        return None
    size = (int(stream.integers(1, 9)), columns)
    return stream.integers(-1, 2, size).astype(float) if integer else stream.standard_normal(size)


def chosen(problem, step, most, stream):
    check = problem.network.biases is None and bool(stream.integers(2))
    return Settings(step, check, most, 0.0)


@given(networks(integer=True))
@settings(max_examples=300, deadline=None)
def test_engines_agree_bit_for_bit_where_sums_are_exact(drawn):
    """Small integers, slopes of 1/2, dyadic steps: ties at zero, kinks, negations and all."""
    network, stream = drawn
    sensing = sensing_of(stream, network.shape[-1], integer=True)
    code, start = stream.integers(-2, 3, (2, network.shape[0])).astype(float)
    problem = Problem.of_code(network, sensing, code)
    given = chosen(problem, 2.0 ** -int(stream.integers(0, 4)), 4, stream)
    run = (start, stream.standard_normal(len(start)), given, 9)
    theirs = reference.descend(problem, *run)
    assume(theirs.loss < 2.0**20)
    for kind in (compiled.Engine, incremental.Engine):
        ours = kind.of_code(network, sensing, code).descend(*run)
        assert (ours.stop, ours.iterations, ours.negations) == (
            theirs.stop,
            theirs.iterations,
            theirs.negations,
        )
        np.testing.assert_array_equal(ours.path, theirs.path)
        assert ours.x.shape == start.shape and ours.loss == theirs.loss
        assert ours.gradient_norm == pytest.approx(theirs.gradient_norm, rel=1e-15)


@pytest.mark.parametrize("kind", [compiled.Engine, incremental.Engine])
def test_a_run_by_hand(kind):
    """G(x) = (relu(x + 1), relu(2 - x)) at step 1/4: x goes half the way to 1, the 1 stays."""
    engine = kind(Problem(ONE, None, np.array([2.0, 1.0])))
    run = engine.descend(np.array([1.5]), np.ones(1), Settings(0.25, False, 3, 0.0), 4)
    np.testing.assert_array_equal(run.path, [[1.5], [1.25], [1.125], [1.0625]])


def delicate(problem, x):
    """Whether a sign at x, or f(-x) against f(x), hangs on the last bits."""
    z = x
    for layer, bias, slope in layers_of(problem.network):
        values = affine(layer, bias, z)
        size = 1e-300 + np.abs(layer) @ np.abs(z) + (0 if bias is None else np.abs(bias))
        if slope < 1 and np.min(np.abs(values) / size) < 1e-10:
            return True
        z = np.maximum(values, slope * values)
    here, there = (empirical_risk(problem, sign * x) for sign in (1.0, -1.0))
    return problem.network.biases is None and abs(here - there) < 1e-10 * (here + there)


@given(networks(), st.sampled_from([0.1, 0.5]))
@settings(max_examples=150, deadline=None)
def test_every_step_of_an_engine_is_the_definitions(drawn, step):
    """Along its own path, inside regions or not, each iterate follows from the one before it."""
    network, stream = drawn
    code, start, tie = stream.standard_normal((3, network.shape[0]))
    problem = Problem.of_code(network, sensing_of(stream, network.shape[-1]), code)
    given = chosen(problem, step, 120, stream)
    y = np.linalg.norm(problem.measurements) + np.linalg.norm(generate(network, 0 * code))
    for kind in (compiled.Engine, incremental.Engine):
        path = kind(problem).descend(start, tie, given, 121).path
        for x, following in pairwise(path):
            if not np.all(np.abs(x) < 1e100) or delicate(problem, x):
                continue
            if given.negation_check and empirical_risk(problem, -x) < empirical_risk(problem, x):
                x = -x
            v = descent_direction(problem, x, tie)
            scale = 1 + np.abs(x).max() + np.abs(following).max() + step * y
            np.testing.assert_allclose(following, x - step * v, rtol=0, atol=1e-10 * scale)


WIDE = {1: (6, 60), 2: (6, 40, 120), 3: (6, 30, 60, 120)}


@pytest.mark.parametrize("depth", WIDE)
@pytest.mark.parametrize(("slope", "last"), [(0.0, "relu"), (0.2, "relu"), (0.1, "linear")])
def test_whole_runs_agree_inside_regions(depth, slope, last):
    """Runs that settle: the engines' and the definition's, with regions, flips and a proof."""
    stream, shape = np.random.default_rng([depth, int(10 * slope)]), WIDE[depth]
    work = []
    for _ in range(3):
        plain = a_network(stream, shape, biases=True)
        network = Network(plain.weights, plain.biases, slope, last)
        code, start, tie = stream.standard_normal((3, shape[0]))
        engine = incremental.Engine.of_code(network, None, code)
        given = Settings(0.5, False, 3000, 1e-9)
        theirs = reference.descend(engine.problem, start, tie, given, 3001)
        for one in (compiled.Engine(engine.problem), engine):
            ours = one.descend(start, tie, given, 3001)
            assert ours.stop == theirs.stop
            if ours.stop == Stop.GRADIENT:
                assert abs(ours.iterations - theirs.iterations) <= 1
                np.testing.assert_allclose(ours.x, theirs.x, rtol=0, atol=1e-7)
            np.testing.assert_allclose(ours.path[:100], theirs.path[:100], rtol=0, atol=1e-9)
        end, limit = engine.descend_to_proof(start, tie, given, 3001)
        whole = engine.descend(start, tie, given, 3001)
        np.testing.assert_array_equal(end.path, whole.path[: len(end.path)])
        work.append((engine.work.regions, engine.work.flips, limit is not None))
        if limit is not None:
            assert end.stop == Stop.CERTIFIED and limit.point.shape == (shape[0],)
            np.testing.assert_allclose(theirs.x, limit.point, rtol=0, atol=1e-6)
    regions, flips, proofs = np.sum(work, axis=0)
    assert regions > 0 and proofs > 0
    assert flips > 0 or shape == WIDE[1]  # one linear layer has one region, one of relu few


@pytest.mark.parametrize("kind", [compiled.Engine, incremental.Engine])
def test_the_risk_at_the_code_is_exactly_zero(kind):
    for seed in range(20):
        stream = np.random.default_rng(seed)
        network = a_network(stream, (3, 7, 9))
        code = stream.standard_normal(3)
        engine = kind.of_code(network, sensing_of(stream, 9), code)
        end = engine.descend(code, code, Settings(0.5, False, 10, 0.0))
        assert (end.loss, end.gradient_norm, end.iterations) == (0.0, 0.0, 0)
        np.testing.assert_array_equal(end.x, code)


def test_a_bias_of_zeros_is_none():
    """The same iterates up to rounding, which counts one more term; the outcome is another kind of
    statement, for 0 is no apex then."""
    stream = np.random.default_rng(5)
    weights = a_network(stream, (3, 12, 20)).weights
    zeros = tuple(np.zeros(len(layer)) for layer in weights)
    code, start, tie = stream.standard_normal((3, 3))
    given = Settings(0.5, False, 200, 0.0)
    paths = [
        compiled.Engine.of_code(network, None, code).descend(start, tie, given, 201).path
        for network in (weights, Network(weights, zeros))
    ]
    np.testing.assert_allclose(*paths, rtol=0, atol=1e-12)


def test_an_overflow_beside_it_leaves_the_biases_be():
    """One neuron at infinity, the next off; the bias above them is still there."""
    weights = (np.array([[1e300]]), np.array([[-1.0]]), np.array([[1.0]]))
    network = Network(weights, (np.zeros(1), np.zeros(1), np.array([2.0])))
    engine = compiled.Engine(Problem(network, None, np.zeros(1)))
    assert engine.measure(np.array([1e10])) == [2.0]


# Closed forms of what is proved.

FAST = Settings(0.5, False, 5000, 1e-9)


def decided(problem, code, start, given=FAST):
    engine = incremental.Engine(problem)
    tie = np.cos(1.0 + np.arange(len(start)))
    return decide(engine, code, engine.descend(start, tie, given), given)


@pytest.mark.parametrize(
    ("x", "step", "refusal"),
    [
        (3.0, 0.5, None),  # the kink lies at -1, the minimum at -0.8
        (3.0, 1.5, Refusal.SIGN),  # factor -1/2: the first step lands at -2.7
        (-0.5, 1.5, None),  # and here at -0.95
        (3.0, 2.1, Refusal.STEP),
        (-2.0, 0.5, None),  # the neuron is off, and the run stands still
    ],
)
def test_one_neuron_with_a_bias(x, step, refusal):
    network = Network((np.ones((1, 1)),), (np.ones(1),))
    problem, at = Problem(network, None, np.array([0.2])), np.array([x])
    given = replace(FAST, step=step)
    box = certify(problem, at, given)
    assert box.refusal == refusal
    if refusal is None:
        expected = -0.8 if x > -1 else x
        assert box.limit == pytest.approx([expected], rel=1e-14) and box.rank == (x > -1)
        assert box.limit_error < 1e-13
    ball = incremental.Engine(problem).limit(at, given)
    assert ball is None  # within 0.2 of the minimum there is one
    near = incremental.Engine(problem).limit(np.array([-0.7]), given)
    assert (near is not None) == (step < 2)


@pytest.mark.parametrize("biases", [True, False])
def test_one_linear_layer_is_least_squares(biases):
    """There is one piece; whatever the step below 2 / ||H||, every run ends at the same point."""
    stream = np.random.default_rng(3)
    weights, shift = (stream.standard_normal((7, 3)),), (stream.standard_normal(7),)
    network = Network(weights, shift if biases else None, 0.0, "linear")
    sensing, y = stream.standard_normal((5, 7)), stream.standard_normal(5)
    problem, map_ = Problem(network, sensing, y), sensing @ weights[0]
    expected = np.linalg.lstsq(map_, y - biases * (sensing @ shift[0]), rcond=None)[0]
    given = replace(FAST, step=1.9 / np.linalg.norm(map_, 2) ** 2)
    for x in stream.standard_normal((4, 3)) * 100:
        box = certify(problem, x, given)
        assert box.holds and box.rank == 3
        np.testing.assert_allclose(box.limit, expected, rtol=1e-11)
        assert np.linalg.norm(box.limit - expected) <= box.limit_error + 1e-11
        ball = incremental.Engine(problem).limit(expected + 1e-3 * x, given)
        np.testing.assert_allclose(ball.point, expected, rtol=1e-11)
    for x in (expected, 10 * expected):
        outcome = decided(problem, stream.standard_normal(3), x, given)
        assert (outcome.kind, outcome.converges, outcome.reason) == ("smooth", True, "")


def test_zero_is_a_point_like_others():
    """G(x) = (relu(x + 1), relu(1 - x)) and y = (1, 1): the limit is 0, in the middle of a piece.

    Without biases a run to 0 has an outcome of its own, and 0 is in no piece.
    """
    network = Network((np.array([[1.0], [-1.0]]),), (np.ones(2),))
    problem = Problem(network, None, np.ones(2))
    outcome = decided(problem, np.array([0.5]), np.array([0.9]), replace(FAST, step=0.25))
    assert outcome.kind == OutcomeKind.SMOOTH and outcome.converges
    assert abs(outcome.point[0]) < 1e-15
    assert incremental.Engine(problem).limit(np.zeros(1), replace(FAST, step=0.25)) is not None
    assert certify(problem, np.zeros(1), replace(FAST, step=0.25)).holds
    assert minimise(problem, np.zeros(1), False).codimension == 0


def test_a_recovery_with_biases_needs_the_piece_of_the_code():
    """A sees |x_2 - 1| beside x_1: opposite x0 lies another global minimum, next to it."""
    weights = (np.array([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]),)
    network = Network(weights, (np.array([0.0, -1.0, 1.0]),))
    sensing = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
    code = np.array([1.0, 1 - 2.0**-31])
    problem, given = Problem.of_code(network, sensing, code), replace(FAST, max_iterations=0)
    for side, kind in [(1, OutcomeKind.SMOOTH), (-1, OutcomeKind.RECOVERY)]:
        outcome = decided(problem, code, np.array([1.0, 1 + side * 6e-10]), given)
        assert (outcome.kind, outcome.converges) == (kind, True)
        assert outcome.point[1] - 1 == pytest.approx(side * 2.0**-31, rel=1e-5)
        assert outcome.relative_error <= RECOVERY_ERROR


def test_a_kink_with_a_bias_in_closed_form():
    """As in test_certificates, moved by (0, 1/2): f has a kink along x_2 = 1/2 near (1.25, 1/2),
    convex if and only if the coefficient is below -1; a leaky slope of s asks for (1 - s) times it
    to be."""
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])

    def kinked(coefficient, slope):
        network = Network((rows,), (-rows @ np.array([0.0, 0.5]),), slope)
        sensing = np.array([[1.0, 0.0, 0.0], [0.0, coefficient, 1.0]])
        return Problem(network, sensing, np.array([1.0, 1.5]))

    x = np.array([1.2, 0.51])
    found = certify_minimum(kinked(-3.0, 0.0), x, ((0, 1),), False)
    assert found.codimension == 1 and found.rank == 1
    np.testing.assert_allclose(found.point, [1.25, 0.5], atol=1e-15)
    assert np.linalg.norm(found.point - [1.25, 0.5]) <= found.point_error < 1e-13
    downhill = minimise(kinked(-3.0, 0.0), np.array([1.0, 0.8]), False)
    assert downhill.kinks == ((0, 1),)
    np.testing.assert_allclose(downhill.point, [1.25, 0.5], atol=1e-15)
    assert certify_minimum(kinked(-0.5, 0.0), x, ((0, 1),), False) is None
    # With the slope s the gradient along x_2 is (1 + s c) r where the neuron is off and (1 + c) r
    # where it is on, r = -1/4: a minimum asks for 1 + s c > 0 > 1 + c.
    assert certify_minimum(kinked(-3.0, 0.25), x, ((0, 1),), False) is not None
    assert certify_minimum(kinked(-3.0, 0.5), x, ((0, 1),), False) is None
    assert certify_minimum(kinked(-1.5, 0.5), x, ((0, 1),), False) is not None
    assert certify_minimum(kinked(-1.5, 0.9), x, ((0, 1),), False) is None
    assert certify_minimum(kinked(-0.8, 0.5), x, ((0, 1),), False) is None


def test_a_vertex_is_a_kink_minimum():
    """As many kinks as dimensions: with biases that can be anywhere, here at 3, where the residual
    3 relu(x - 3) - (x + 10) + 20 is 7 and rises to both sides."""
    network = Network((np.array([[1.0], [1.0]]),), (np.array([-3.0, 10.0]),))
    sensing = np.array([[3.0, -1.0]])
    problem = Problem(network, sensing, np.array([-20.0]))
    found = certify_minimum(problem, np.array([2.9]), ((0, 0),), False)
    assert found.codimension == 1 and found.rank == 0
    assert found.point == pytest.approx([3.0], rel=1e-15) and found.point_error < 1e-13
    outcome = decided(problem, np.array([5.0]), np.array([2.5]), replace(FAST, step=0.01))
    assert (outcome.kind, outcome.codimension, outcome.nullity) == ("kink", 1, 0)
    assert outcome.point == pytest.approx([3.0], rel=1e-15)


def test_a_margin_below_the_rounding_of_a_large_shift_is_refused():
    """The row is (1, -2^60) at x = 2^60 + 2^9: the pre-activation 2^9 is a few units in the last
    place of what it is computed from, which ||x|| alone would not say where x is small."""
    network = Network(
        (np.array([[2.0**60]]), np.ones((1, 1))), (np.array([-(2.0**60)]), np.ones(1))
    )
    problem, x = Problem(network, None, np.array([600.0])), np.array([1.0 + 2.0**-51])
    assert activation_pattern(network, x)[0].all()
    given = Settings(2.0**-121, False, 10, 0.0)
    assert certify(problem, x, given).refusal == Refusal.SIGN
    assert incremental.Engine(problem).limit(x, given) is None
    assert minimise(problem, x, False) is None


def test_a_shift_that_rounding_lost_is_asked():
    """The second layer's shift is 1100, of which rounding beside 2^60 loses 100; so next to x = 0
    the third layer's neuron is on by 40, and computed, in whatever order, off.  A bound on rounding
    in units of ||x|| would not notice."""
    first = 2.0**60 * np.array([1.0, 0, 0, 0, 0, 0, 0, 1])
    first[4] = 100
    weights = (np.ones((8, 1)), np.array([[1.0, 1, 1, 1, 1, 1, 1, -1]]), np.ones((1, 1)))
    network = Network(weights, (first, np.array([1000.0]), np.array([-1060.0])))
    problem, x = Problem(network, None, np.array([5.0])), np.array([1e-6])
    assert not activation_pattern(network, x)[-1].any()
    assert certify(problem, x, FAST).refusal == Refusal.SIGN
    assert incremental.Engine(problem).limit(x, FAST) is None
    assert minimise(problem, x, False) is None


# What is refused, and what says that it proves nothing.


@pytest.mark.parametrize("engine", [reference, compiled, incremental])
def test_the_negation_check_is_for_networks_without_biases(engine):
    checked, one = replace(FAST, negation_check=True), np.ones(1)
    problem = Problem(ONE, None, np.ones(2))
    with pytest.raises(ValueError, match="negation_check is True; it should be False for a"):
        engine.descend(problem, one, one, checked)
    unbiased = Problem(Network(ONE.weights, None, 0.5), None, np.array([1.0, -0.5]))
    end = engine.descend(unbiased, -one, one, checked)
    assert end.negations == 1 and end.x == pytest.approx(one)


def test_no_certificate_takes_a_negation_check_with_biases():
    checked, one = replace(FAST, negation_check=True), np.ones(1)
    engine = incremental.Engine(Problem(ONE, None, np.ones(2)))
    end = engine.descend(one, one, FAST)
    for ask in (
        lambda: certify(engine.problem, one, checked),
        lambda: leap(engine.problem, one, checked),
        lambda: minimise(engine.problem, one, True),
        lambda: certify_minimum(engine.problem, one, (), True),
        lambda: engine.limit(one, checked),
        lambda: decide(engine, one, end, checked),
    ):
        with pytest.raises(UnsupportedNetwork, match="negation_check is True"):
            ask()


def test_a_sigmoid_end_runs_in_the_reference_and_says_that_it_proves_nothing():
    stream = np.random.default_rng(4)
    network = Network(
        (stream.standard_normal((9, 2)),), (stream.standard_normal(9),), last="sigmoid"
    )
    code = np.array([0.5, -1.0])
    engine = reference.Engine.of_code(network, None, code)
    given = Settings(1.0, False, 4000, 1e-10)
    end = engine.descend(np.zeros(2), code, given)
    np.testing.assert_allclose(end.x, code, atol=1e-6)
    outcome = decide(engine, code, end, given)
    assert outcome.kind == OutcomeKind.UNDECIDED and not outcome.converges
    assert "sigmoid end" in outcome.reason and outcome.relative_error < 1e-6
    assert np.isnan(outcome.distance_to_mirror)
    for ask in (
        lambda: compiled.Engine(engine.problem),
        lambda: incremental.Engine(engine.problem),
        lambda: certify(engine.problem, code, given),
        lambda: minimise(engine.problem, code, False),
    ):
        with pytest.raises(UnsupportedNetwork, match="this one has a sigmoid end"):
            ask()


def test_outcomes_say_why_nothing_is_proved():
    """Of |x - 3| against 1 at step 2, which goes to and fro; and of a run that diverges."""
    problem, code = Problem(ONE, None, np.array([2.0, 1.0])), np.ones(1)
    assert decided(problem, code, np.array([1.2])).reason == ""
    turning = Network((np.array([[1.0], [-1.0]]),), (np.array([-3.0, 3.0]),))
    absolute = Problem(turning, np.ones((1, 2)), np.ones(1))
    outcome = decided(absolute, 4 * code, np.array([5.5]), replace(FAST, step=2.0))
    assert outcome.kind == OutcomeKind.UNDECIDED
    assert outcome.reason == "the step is too long for the piece of the run's end"
    linear = Problem(Network(ONE.weights, ONE.biases, last="linear"), None, np.array([2.0, 1.0]))
    outcome = decided(linear, code, np.array([1.2]), replace(FAST, step=1.5))
    assert (outcome.kind, outcome.reason) == (OutcomeKind.UNDECIDED, "the run diverges")


def test_without_a_code_a_run_converges_to_a_minimum():
    problem, code = Problem(ONE, None, np.array([2.0, 1.0])), np.ones(1)
    known, unknown = (decided(problem, given, np.array([1.2])) for given in (code, None))
    assert (known.kind, unknown.kind) == (OutcomeKind.RECOVERY, OutcomeKind.SMOOTH)
    assert unknown.converges and unknown.point == pytest.approx([1.0])
    assert np.isnan([unknown.relative_error, unknown.along, unknown.distance_to_mirror]).all()
    with pytest.raises(ValueError, match="x0 is zero"):
        decided(problem, np.zeros(1), np.array([1.2]))


def test_what_is_derived_for_plain_networks_refuses_others():
    network = Network((np.ones((3, 2)),), (np.ones(3),))
    problem = Problem(network, np.ones((2, 3)), np.ones(2))
    for ask, words in [
        (lambda: next(amp(problem)), "AMP is for"),
        (lambda: invert(problem, Program.FEASIBLE), "layer-wise inversion of a problem is for"),
        (lambda: directions(problem, np.ones((2, 1))), "the landscape of a problem is for"),
    ]:
        with pytest.raises(UnsupportedNetwork, match=words):
            ask()


def test_zero_may_be_the_minimum_of_one_linear_layer():
    """Without biases too: there is one piece, and y orthogonal to the range of M leads to 0."""
    network = Network((np.array([[1.0], [0.0]]),), last="linear")
    problem, code = Problem(network, None, np.array([0.0, 1.0])), np.ones(1)
    for start in (1e-3, 1e-10):
        outcome = decided(problem, code, np.array([start]), replace(FAST, step=0.5))
        assert outcome.kind == OutcomeKind.SMOOTH and outcome.converges
        assert abs(outcome.point[0]) < 1e-15
    rectified = Problem(Network(network.weights, None, 0.5), None, np.array([0.0, 1.0]))
    outcome = decided(rectified, code, np.array([1e-10]), replace(FAST, step=0.5))
    assert outcome.kind == OutcomeKind.ZERO
