"""A user's arrays and settings: refused by name where they do not fit, whatever the engine."""

from dataclasses import replace

import numpy as np
import pytest

from genprior.descent import Settings, Stop, compiled, incremental, reference
from genprior.model.networks import sample_weights
from genprior.model.problem import Problem

ENGINES = pytest.mark.parametrize("engine", [reference, compiled, incremental])
SHAPE, ROWS = (3, 6, 8), 5
PLAIN = Settings(0.5, True, 50, 1e-9)


def arrays():
    stream = np.random.default_rng(31)
    given = {f"W_{i}": layer for i, layer in enumerate(sample_weights(SHAPE, stream), start=1)}
    given |= {"A": stream.standard_normal((ROWS, SHAPE[-1])), "y": stream.standard_normal(ROWS)}
    return given | {"start": stream.standard_normal(3), "tie_direction": stream.standard_normal(3)}


def descend(engine, given, settings=PLAIN, path_length=0):
    weights = [given["W_1"], given["W_2"]]
    problem = Problem(weights, given["A"], given["y"])
    return engine.descend(problem, given["start"], given["tie_direction"], settings, path_length)


def with_value(array, value):
    changed = array.copy()
    changed[(1,) * array.ndim] = value
    return changed


# name of the array, what becomes of it, what the message says that it is
MISTAKES = {
    "y too short": ("y", lambda y: y[:3], "y has shape (3,)"),
    "y too long": ("y", lambda y: np.append(y, 1.0), "y has shape (6,)"),
    "y of one column": ("y", lambda y: y[:, None], "y has shape (5, 1)"),
    "A a column too few": ("A", lambda a: a[:, :-1], "A has shape (5, 7)"),
    "A a column too many": ("A", lambda a: np.hstack([a, a[:, :1]]), "A has shape (5, 9)"),
    "A flat": ("A", np.ravel, "A has shape (40,)"),
    "W_2 transposed": ("W_2", np.transpose, "W_2 has shape (6, 8)"),
    "W_1 of three axes": ("W_1", lambda w: w[None], "W_1 has shape (1, 6, 3)"),
    "a layer of a row less": ("W_1", lambda w: w[:-1], "W_2 has shape (8, 6)"),
    "start too short": ("start", lambda x: x[:2], "start has shape (2,)"),
    "start too long": ("start", lambda x: np.append(x, 1.0), "start has shape (4,)"),
    "several starts": ("start", lambda x: np.stack([x, x]), "start has shape (2, 3)"),
    "tie too short": ("tie_direction", lambda w: w[:1], "tie_direction has shape (1,)"),
    "NaN in a start": ("start", lambda x: with_value(x, np.nan), "start has the value nan at [1]"),
    "inf in a start": ("start", lambda x: with_value(x, np.inf), "start has the value inf at [1]"),
    "NaN in a tie": ("tie_direction", lambda x: with_value(x, np.nan), "tie_direction has the"),
    "-inf in A": ("A", lambda a: with_value(a, -np.inf), "A has the value -inf at [1, 1]"),
    "NaN in W_2": ("W_2", lambda w: with_value(w, np.nan), "W_2 has the value nan at [1, 1]"),
    "inf in y": ("y", lambda y: with_value(y, np.inf), "y has the value inf at [1]"),
    "complex A": ("A", lambda a: a + 0j, "A has values of type complex128"),
    "text": ("y", lambda y: y.astype(str), "y has values of type <U32"),
    "objects": ("W_1", lambda w: w.astype(object), "W_1 has values of type object"),
    "booleans": ("start", lambda x: x > 0, "start has values of type bool"),
    "extended precision": ("W_1", lambda w: w.astype(np.longdouble), "W_1 has values of type"),
    "a list": ("y", list, "y is a list"),
    "a number": ("start", lambda x: 1.0, "start is a float"),
    "no y": ("y", lambda y: None, "y is a NoneType"),
}


@ENGINES
@pytest.mark.parametrize(("name", "change", "words"), MISTAKES.values(), ids=MISTAKES)
def test_an_array_that_does_not_fit_is_named_with_what_it_is_and_should_be(
    engine, name, change, words
):
    given = arrays()
    with pytest.raises((TypeError, ValueError)) as error:
        descend(engine, given | {name: change(given[name])})
    message = str(error.value)
    assert message.startswith(words)
    assert "; it should be an array of finite real numbers, shape (" in message


@pytest.mark.parametrize(
    ("change", "should"),
    [
        ({"W_2": np.ones((6, 8))}, "shape (n_2, 6)"),
        ({"W_1": np.ones(3)}, "shape (n_1, k)"),
        ({"A": np.ones((5, 7))}, "shape (m, 8)"),
        ({"y": np.ones(3)}, "shape (5,)"),
        ({"A": None}, "shape (8,)"),
        ({"start": np.ones(2)}, "shape (3,)"),
    ],
)
def test_the_shape_that_an_array_should_have_follows_from_the_others(change, should):
    with pytest.raises(ValueError) as error:
        descend(reference, arrays() | change)
    assert str(error.value).endswith(should)


def test_a_network_has_a_layer():
    with pytest.raises(ValueError, match="weights is empty"):
        Problem([], None, np.ones(3))


def test_only_a_sensing_matrix_has_rows_to_choose():
    with pytest.raises(ValueError, match="A = I"):
        Problem([np.ones((3, 1))], None, np.ones(3)).rows(np.arange(2), 1.0)


@pytest.mark.parametrize("kind", [compiled.Engine, incremental.Engine])
def test_an_engine_asks_what_it_is_given_later(kind):
    given = arrays()
    weights = [given["W_1"], given["W_2"]]
    for code in (np.ones(2), np.ones(4), np.array([1.0, np.nan, 0.0])):
        with pytest.raises(ValueError, match="code has"):
            kind.of_code(weights, given["A"], code)
        with pytest.raises(ValueError, match="x0 has"):
            Problem.of_code(weights, given["A"], code)
    engine = kind.of_code(weights, given["A"], np.ones(3))
    for y in (np.ones(4), np.full(5, np.nan)):
        with pytest.raises(ValueError, match="y has"):
            engine.observing(y)


def test_the_limit_is_asked_for_at_a_point():
    given = arrays()
    engine = incremental.Engine.of_code([given["W_1"], given["W_2"]], given["A"], np.ones(3))
    for x in (np.ones(2), np.full(3, np.nan)):
        with pytest.raises(ValueError, match="x has"):
            engine.limit(x, PLAIN)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"max_iterations": -1},
            "max_iterations is -1; it should be an integer from 0 to",
        ),
        ({"max_iterations": 2**63}, "max_iterations is 9223372036854775808; it"),
        ({"max_iterations": 1.0}, "max_iterations is 1.0; it"),
        ({"max_iterations": True}, "max_iterations is True; it"),
        ({"step": float("nan")}, "step is nan; it should be a positive number"),
        ({"step": float("inf")}, "step is inf; it"),
        ({"step": 0.0}, "step is 0.0; it"),
        ({"step": -1.0}, "step is -1.0; it"),
        ({"step": "2^d/2"}, "step is '2^d/2'; it"),
        ({"gradient_tolerance": -1e-9}, "gradient_tolerance is -1e-09; it should be a number from"),
        ({"gradient_tolerance": float("nan")}, "gradient_tolerance is nan; it"),
        ({"negation_check": "no"}, "negation_check is 'no'; it should be a boolean"),
    ],
)
def test_settings_that_are_none_are_named(change, words):
    with pytest.raises(ValueError) as error:
        replace(PLAIN, **change)
    assert str(error.value).startswith(words)


@ENGINES
@pytest.mark.parametrize("length", [-1, 2.0, 2**63])
def test_a_path_has_a_length(engine, length):
    with pytest.raises(ValueError, match=r"path_length is .*; it should be an integer from 0"):
        descend(engine, arrays(), path_length=length)


def as_(kind):
    return lambda given: {name: array.astype(kind) for name, array in given.items()}


def by_columns(given):
    return {name: np.asfortranarray(array) for name, array in given.items()}


@ENGINES
@pytest.mark.parametrize(
    "stored",
    [as_(">f8"), as_(np.float32), as_(np.float16), as_(np.int64), as_(np.uint8), by_columns],
    ids=["big-endian", "single", "half", "integers", "bytes", "by columns"],
)
def test_numbers_count_as_what_they_are_however_they_are_stored(engine, stored):
    """Values that single precision cannot hold among them, which engines store as they are."""
    given = arrays()
    given["W_1"] = given["W_1"] * (1 + 2.0**-40)
    given = stored({name: 2 * abs(array) for name, array in given.items()})
    plain = {name: np.array(array, dtype=np.float64, order="C") for name, array in given.items()}
    ends = [descend(engine, one, replace(PLAIN, step=2.0**-9)) for one in (given, plain)]
    if engine is not reference:  # sums of single precision are NumPy's business
        assert ends[0].x.tobytes() == ends[1].x.tobytes()
    np.testing.assert_allclose(ends[0].x, ends[1].x, rtol=1e-2)
    assert ends[0].stop == ends[1].stop


@ENGINES
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("step", [1e30, 1e150, 1e200, 1e300, 1.7e308])
@pytest.mark.parametrize("seed", range(4))
def test_a_run_whose_iterate_is_not_finite_has_diverged(engine, check, step, seed):
    """Over NaN the kernels see neurons that are off, and a slope of 0."""
    given = arrays()
    given["start"] = np.random.default_rng(seed).standard_normal(3) * 1e3
    end = descend(engine, given, Settings(step, check, 1000, 0.0))
    theirs = descend(reference, given, Settings(step, check, 1000, 0.0))
    assert (end.stop, end.iterations) == (theirs.stop, theirs.iterations)
    if not np.isfinite(end.x).all():
        assert end.stop == Stop.DIVERGED
        assert not np.isfinite(end.loss) or not np.isfinite(end.gradient_norm)
