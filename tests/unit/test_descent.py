"""Descent: the compiled engine against the definition, and each way a run can end."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from genprior.descent import (
    Settings,
    Stop,
    compiled,
    incremental,
    reference,
    step_size,
    step_text,
)
from genprior.model.networks import sample_weights, to_singles
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk

ENGINES = pytest.mark.parametrize(
    "descend", [reference.descend, compiled.descend, incremental.descend]
)


def sensing_matrix(law, rows, columns, stream):
    if law == "identity":
        return None
    if law == "gaussian":
        return to_singles(stream.standard_normal((rows, columns)) / np.sqrt(rows))
    return to_singles((2.0 * stream.integers(0, 2, (rows, columns)) - 1.0) / np.sqrt(rows))


@st.composite
def runs(draw):
    """Arguments of ``descend`` on random shapes, depths, laws, steps and checks."""
    shape = draw(st.lists(st.integers(1, 40), min_size=2, max_size=5))
    stream = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = sample_weights(shape, stream)
    law = draw(st.sampled_from(["identity", "gaussian", "rademacher"]))
    sensing = sensing_matrix(law, draw(st.integers(1, 30)), shape[-1], stream)
    code, start, tie = stream.standard_normal((3, shape[0]))
    depth = len(shape) - 1
    chosen = Settings(
        step=step_size(draw(st.sampled_from(["2^d/d^2", "2^d/2", 0.3])), depth),
        negation_check=draw(st.booleans()),
        max_iterations=draw(st.integers(0, 12)),
        gradient_tolerance=0.0,
    )
    return Problem.of_code(weights, sensing, code), start, tie, chosen


def stable(problem, x, chosen):
    """Whether no decision of this iteration hangs on the last bits."""
    values, w = [], x
    for layer in problem.weights:
        values.append(np.abs(layer @ w) / (1e-300 + np.abs(layer) @ np.abs(w)))
        w = np.maximum(layer @ w, 0.0)
    clear = all(v.size == 0 or v[v > 0].min(initial=1.0) > 1e-9 for v in values)
    here, there = (empirical_risk(problem, sign * x) for sign in (1.0, -1.0))
    mirrored = abs(here - there) > 1e-9 * (here + there)
    return clear and (mirrored or not chosen.negation_check)


@given(runs())
@settings(max_examples=250, deadline=None)
def test_engines_agree_iterate_by_iterate(run):
    """From each iterate of the definition, the compiled engine takes the same next step.

    One step at a time, so that rounding has no time to grow where descent is unstable.
    """
    problem, _, tie, chosen = run
    path = reference.descend(*run, path_length=20).path
    one_step = replace(chosen, max_iterations=1)
    engine = compiled.Engine(problem)
    for x in path:
        if not np.all(np.abs(x) < 1e100) or not stable(problem, x, chosen):
            continue
        ours = engine.descend(x, tie, one_step, path_length=2)
        theirs = reference.descend(problem, x, tie, one_step, path_length=2)
        scale = 1e-300 + max(np.abs(theirs.path).max(), np.sqrt(2 * theirs.loss))
        np.testing.assert_allclose(ours.path, theirs.path, rtol=0, atol=1e-9 * scale)
        np.testing.assert_allclose(ours.x, theirs.x, rtol=0, atol=1e-9 * scale)
        if theirs.gradient_norm > 1e-9 * scale:
            assert (ours.stop, ours.iterations) == (theirs.stop, theirs.iterations)


@pytest.mark.parametrize("law", ["identity", "gaussian", "rademacher"])
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_engines_agree_on_whole_recoveries(law, check, depth):
    """Contracting runs forget their rounding errors: same stop, same end, nearly the same count."""
    stream = np.random.default_rng([depth, check])
    shape = (3, 60, 120, 160, 200)[: depth + 1]
    weights = sample_weights(shape, stream)
    sensing = sensing_matrix(law, 100, shape[-1], stream)
    code, away, tie = stream.standard_normal((3, 3))
    start = (-1.0 if check else 1.0) * (code + 0.1 * away)
    problem = Problem.of_code(weights, sensing, code)
    chosen = Settings(2.0**depth / 4, check, 3000, 1e-8)
    ours = compiled.descend(problem, start, tie, chosen)
    theirs = reference.descend(problem, start, tie, chosen)
    assert ours.stop == theirs.stop == Stop.GRADIENT
    assert ours.negations == theirs.negations == check
    assert abs(ours.iterations - theirs.iterations) <= 1
    np.testing.assert_allclose(ours.x, theirs.x, rtol=0, atol=1e-6)


@st.composite
def tied_runs(draw):
    """Integer arrays, where every sum is exact: both engines must agree bit for bit."""
    shape = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    stream = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = [stream.integers(-1, 2, (n, k)).astype(float) for k, n in pairwise(shape)]
    rows = draw(st.none() | st.integers(1, 6))
    sensing = None if rows is None else stream.integers(-1, 2, (rows, shape[-1])).astype(float)
    code, start = stream.integers(-2, 3, (2, shape[0])).astype(float)
    problem = Problem.of_code(weights, sensing, code)
    chosen = Settings(2.0 ** draw(st.integers(-3, 0)), draw(st.booleans()), 4, 0.0)
    return problem, start, stream.standard_normal(shape[0]), chosen


@given(tied_runs())
@settings(max_examples=400, deadline=None)
def test_engines_agree_bit_for_bit_where_sums_are_exact(run):
    """Ties included: integers put many pre-activations at exactly zero."""
    theirs = reference.descend(*run, path_length=9)
    assume(theirs.loss < 2.0**28)  # beyond, squares of iterates in steps of 2^-12 fill 53 bits
    for descend in (compiled.descend, incremental.descend):
        ours = descend(*run, path_length=9)
        assert (ours.stop, ours.iterations, ours.negations) == (
            theirs.stop,
            theirs.iterations,
            theirs.negations,
        )
        np.testing.assert_array_equal(ours.path, theirs.path)
        np.testing.assert_array_equal(ours.x, theirs.x)
        assert ours.loss == theirs.loss
        assert ours.gradient_norm == pytest.approx(theirs.gradient_norm, rel=1e-15)


def test_the_integer_runs_do_contain_ties():
    """Guards the test above: without ties it would not reach ``_settle_ties``."""
    problem = Problem([np.array([[1.0, -1.0], [1.0, 1.0]])], None, np.array([1.0, 1.0]))
    x, tie = np.array([1.0, 1.0]), np.array([1.0, 0.0])
    chosen = Settings(1.0, False, 1, 0.0)
    with_tie, without = (compiled.descend(problem, x, sign * tie, chosen).x for sign in (1.0, -1.0))
    np.testing.assert_array_equal(with_tie, x - descent_direction(problem, x, tie))
    assert not np.array_equal(with_tie, without)


@given(runs())
@settings(max_examples=100, deadline=None)
def test_the_risk_at_the_code_is_exactly_zero(run):
    """So that a recovered trial stops at once instead of hovering at rounding errors."""
    problem, code, tie, chosen = run
    engine = compiled.Engine.of_code(problem.weights, problem.sensing, code)
    end = engine.descend(code, tie, chosen)
    assert (end.loss, end.gradient_norm, end.iterations) == (0.0, 0.0, 0)
    assert end.stop == Stop.GRADIENT
    np.testing.assert_array_equal(end.x, code)


@given(runs())
@settings(max_examples=50, deadline=None)
def test_compiled_measurements_are_the_product_up_to_rounding(run):
    problem, code, *_ = run
    y = compiled.Engine(problem).measure(code)
    expected = Problem.of_code(problem.weights, problem.sensing, code).measurements
    np.testing.assert_allclose(y, expected, rtol=0, atol=1e-12 * (1 + np.abs(expected).max()))


@ENGINES
def test_cycle(descend):
    """f(x) = (relu(x) - 1)^2/2 from x = 2 at step 2: 2 -> 0 (kink, v = -1) -> 2 -> ..."""
    one = np.ones(1)
    problem = Problem([np.ones((1, 1))], None, one)
    end = descend(problem, 2 * one, one, Settings(2.0, False, 10**6, 0.0))
    assert end.stop == Stop.CYCLE
    assert end.iterations < 10
    assert end.x in (0.0, 2.0)


@given(tied_runs())
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@settings(max_examples=150, deadline=None)
def test_every_repetition_is_found_and_nothing_else_is_called_one(run):
    """Brent's search ends within three times the prefix and period together."""
    *rest, chosen = run
    for descend in (reference.descend, compiled.descend, incremental.descend):
        end = descend(*rest, replace(chosen, max_iterations=300), path_length=301)
        seen = [x.tobytes() for x in end.path + 0.0]
        if end.stop == Stop.CYCLE:
            assert seen[-1] in seen[:-1]
        elif end.stop == Stop.CAP:
            assert len(set(seen[:75])) == 75


@ENGINES
def test_cycle_after_a_prefix(descend):
    """f(x) = (|x| - 1)^2/2 at step 2: 2.5 -> -0.5 -> -1.5 -> -0.5 -> ..."""
    one = np.ones(1)
    problem = Problem([np.array([[1.0], [-1.0]])], np.array([[1.0, 1.0]]), one)
    end = descend(problem, 2.5 * one, one, Settings(2.0, False, 99, 0.0), 99)
    assert end.stop == Stop.CYCLE
    assert end.path[:4].ravel().tolist() == [2.5, -0.5, -1.5, -0.5]
    assert len(end.path) == end.iterations + 1 <= 9


@ENGINES
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize("check", [True, False])
def test_divergence(descend, check):
    """Far beyond the stable step the iterates overflow; that is an outcome, not an error."""
    stream = np.random.default_rng(5)
    weights = sample_weights((3, 20, 30), stream)
    code, start, tie = stream.standard_normal((3, 3))
    problem = Problem.of_code(weights, None, code)
    end = descend(problem, start, tie, Settings(1e6, check, 10**5, 0.0))
    assert end.stop == Stop.DIVERGED
    assert not np.isfinite(end.loss) or not np.isfinite(end.gradient_norm)
    assert end.iterations < 200


@ENGINES
def test_cap_counts_steps_and_path_holds_every_iterate(descend):
    stream = np.random.default_rng(6)
    weights = sample_weights((3, 20, 30), stream)
    code, start, tie = stream.standard_normal((3, 3))
    problem = Problem.of_code(weights, None, code)
    for cap in (0, 1, 7):
        end = descend(problem, start, tie, Settings(1.0, False, cap, 0.0), path_length=99)
        assert (end.stop, end.iterations, len(end.path)) == (Stop.CAP, cap, cap + 1)
        np.testing.assert_array_equal(end.path[0], start)
        np.testing.assert_array_equal(end.path[-1], end.x)
        assert end.loss == pytest.approx(empirical_risk(problem, end.x), rel=1e-12)
    assert len(descend(problem, start, tie, Settings(1.0, False, 7, 0.0), 3).path) == 3


@ENGINES
def test_gradient_tolerance_stops_at_the_first_small_gradient(descend):
    stream = np.random.default_rng(7)
    weights = sample_weights((3, 20, 30), stream)
    code, start, tie = stream.standard_normal((3, 3))
    problem = Problem.of_code(weights, None, code)
    end = descend(problem, start, tie, Settings(1.0, True, 999, 1e-3), path_length=999)
    norms = [np.linalg.norm(descent_direction(problem, x, tie)) for x in end.path]
    assert end.stop == Stop.GRADIENT and end.gradient_norm <= 1e-3
    assert min(norms[:-1]) > 1e-3
    assert end.gradient_norm == pytest.approx(norms[-1], rel=1e-9)


@ENGINES
def test_negation_check_takes_the_lower_of_x_and_minus_x(descend):
    """From near -rho x0 the check jumps to the other side at once (HHHV, Algorithm 1)."""
    stream = np.random.default_rng(8)
    weights = sample_weights((3, 40, 80), stream)
    code, tie = stream.standard_normal((2, 3))
    problem = Problem.of_code(weights, None, code)
    for start, negations in [(-0.5 * code, 1), (0.5 * code, 0)]:
        end = descend(problem, start, tie, Settings(1.0, True, 0, 0.0))
        assert end.negations == negations
        np.testing.assert_array_equal(end.x, 0.5 * code)
        without = descend(problem, start, tie, Settings(1.0, False, 0, 0.0))
        assert without.negations == 0
        np.testing.assert_array_equal(without.x, start)


def test_the_engines_leave_their_arguments_alone():
    stream = np.random.default_rng(9)
    weights = sample_weights((3, 8), stream)
    start, tie, y = stream.standard_normal(3), stream.standard_normal(3), np.ones(8)
    copies = [start.copy(), tie.copy(), y.copy(), weights[0].copy()]
    for descend in (reference.descend, compiled.descend, incremental.descend):
        descend(Problem(weights, None, y), start, tie, Settings(0.5, True, 5, 0.0))
        for array, copy in zip([start, tie, y, weights[0]], copies, strict=True):
            np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("rule", "depth", "step"),
    [
        ("2^d/d^2", 1, 2.0),
        ("2^d/d^2", 2, 1.0),
        ("2^d/d^2", 3, 8 / 9),
        ("2^d/2", 3, 4.0),
        (0.3, 2, 0.3),
    ],
)
def test_step_rules(rule, depth, step):
    assert step_size(rule, depth) == step


@pytest.mark.parametrize("rule", ["2^d", 0, -1.0, True, None])
def test_other_steps_are_refused_by_name(rule):
    with pytest.raises(
        ValueError, match=r"allowed: 2\^d/d\^2, 2\^d/2 or a positive number"
    ) as error:
        step_size(rule, 2)
    assert repr(rule) in str(error.value)


def test_settings_from_configuration():
    chosen = {
        "step": "2^d/2",
        "negation_check": False,
        "max_iterations": 7,
        "gradient_tolerance": 0,
    }
    assert Settings.from_config(chosen, 3) == Settings(4.0, False, 7, 0, "2^d/2")


@pytest.mark.parametrize(
    ("rule", "text"), [("2^d/d^2", "2^d/d^2"), (0.5, "0.5"), (2, "2"), (1e-5, "1e-05")]
)
def test_a_step_is_told_as_configured(rule, text):
    assert step_text(rule) == text
    chosen = {"step": rule, "negation_check": True, "max_iterations": 1, "gradient_tolerance": 0}
    assert Settings.from_config(chosen, 2).step_rule == text


def test_one_layout_serves_all_measurements():
    """An engine under other measurements is the engine built for them, to the last bit."""
    stream = np.random.default_rng(10)
    weights = sample_weights((3, 12, 30), stream)
    sensing = sensing_matrix("gaussian", 14, 30, stream)
    code, other, start, tie = stream.standard_normal((4, 3))
    for kind in (compiled.Engine, incremental.Engine):
        first = kind.of_code(weights, sensing, code)
        second = first.observing(first.measure(other))
        assert type(second) is kind and second.layout is first.layout
        fresh = kind.of_code(weights, sensing, other)
        ends = [
            one.descend(start, tie, Settings(1.0, True, 50, 0.0), 51) for one in (second, fresh)
        ]
        assert ends[0].path.tobytes() == ends[1].path.tobytes()
        assert second.problem.measurements.tobytes() == fresh.problem.measurements.tobytes()
