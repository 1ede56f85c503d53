"""The engine's own certificate, a ball around the minimiser: Proposition 5 of the derivation."""

from dataclasses import replace

import numpy as np
import pytest
from test_certificates import CHECKED, PLAIN, descend_extended, random_trial, run

from genprior.descent import Stop, incremental
from genprior.descent.certificates import Refusal, certify
from genprior.model.networks import activation_pattern, to_singles
from genprior.model.problem import Problem


def limit_of(problem, x, settings):
    return incremental.Engine(problem).limit(x, settings)


def ball(slope, target, x, step, negation_check=False):
    """One neuron, f(x) = (slope x - target)^2 / 2 for x > 0."""
    settings = replace(PLAIN, step=step, negation_check=negation_check)
    problem = Problem([np.array([[slope]])], None, np.array([target]))
    return limit_of(problem, np.array([x]), settings)


@pytest.mark.parametrize(
    "x, step, holds",
    [
        (0.59, 0.5, True),  # closer to the minimiser 0.3 than the minimiser to zero
        (0.61, 0.5, False),  # the box holds here, the ball reaches the other side
        (0.59, 1.9, True),  # factor -0.9
        (0.59, 2.1, False),
    ],
)
def test_the_ball_of_one_neuron(x, step, holds):
    limit = ball(1.0, 0.3, x, step)
    assert (limit is not None) == holds
    if holds:
        assert limit.point == pytest.approx([0.3], rel=1e-14)
        assert limit.error < 1e-13


def test_no_ball_without_an_isolated_minimum_inside():
    assert ball(1.0, -0.5, 1.0, 0.1) is None
    rng = np.random.default_rng(1)
    sensing = to_singles(rng.standard_normal((2, 4)) / 2)
    x0 = np.array([3.0, 4.0, 5.0, 6.0])
    problem = Problem([np.eye(4)], sensing, sensing @ x0)
    assert limit_of(problem, x0, replace(PLAIN, step=0.2)) is None
    weights = [np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]])]
    dead = Problem(weights, None, np.array([1.0]))
    assert limit_of(dead, np.array([-1.0, -1.0]), PLAIN) is None
    thin = Problem([np.array([[1.0, 0.0], [2.0**-60, 1.0]])], None, np.array([1.0, 0.0]))
    assert limit_of(thin, np.array([1.0, 0.0]), PLAIN) is None


def test_the_ball_heeds_the_negation_check():
    sensing = np.array([[1.0, 1.0], [0.0, 1.0]])
    problem, x = Problem([np.array([[1.0], [-1.0]])], sensing, np.ones(2)), np.array([0.9])
    assert limit_of(problem, x, PLAIN).point == pytest.approx([1.0])
    assert limit_of(problem, x, CHECKED) is None


@pytest.mark.skipif(np.finfo(np.longdouble).eps >= 1e-18, reason="no extended precision here")
@pytest.mark.parametrize(
    "law, shape, trial, m",
    [("gaussian", (3, 12, 24), 0, 12), ("identity", (2, 8, 16), 0, 16)],
)
def test_the_balls_limit_against_extended_precision(law, shape, trial, m):
    one, streaming = random_trial(law, shape, trial, m)
    engine = incremental.Engine(streaming.problem)
    x = run(one, engine, replace(PLAIN, max_iterations=300)).x
    limit = engine.limit(x, PLAIN)
    far = descend_extended(engine.problem, PLAIN, x, 100_000)
    gap = float(np.linalg.norm(far - limit.point))
    assert gap <= 1e-13 * np.linalg.norm(limit.point)
    assert gap <= limit.error + 1e-18


# Smaller networks stream their weights throughout, because that is cheaper, and look for no ball.
MIDDLING = [
    ("gaussian", (12, 30), 40),
    ("gaussian", (8, 40, 100), 50),
    ("gaussian", (10, 25, 60), 40),
    ("identity", (8, 30, 60), 60),
    ("gaussian", (6, 30, 90, 200), 60),
]


@pytest.mark.parametrize("negation_check", [False, True])
@pytest.mark.parametrize("law, shape, m", MIDDLING)
def test_a_run_to_its_proof_is_the_run_and_stays(law, shape, m, negation_check):
    """The run up to the proof is that without, the box agrees, and no later iterate leaves."""
    settings = replace(PLAIN, negation_check=negation_check)
    proved = 0
    for trial in range(24):
        one, streaming = random_trial(law, shape, trial, m)
        engine = incremental.Engine(streaming.problem)
        start = (one.start, one.tie_direction, replace(settings, max_iterations=1000), 1001)
        whole, (end, limit) = engine.descend(*start), engine.descend_to_proof(*start)
        np.testing.assert_array_equal(end.path, whole.path[: len(end.path)])
        if limit is None:
            assert end.stop == whole.stop != Stop.CERTIFIED
            continue
        proved += 1
        assert end.stop == Stop.CERTIFIED and end.iterations < whole.iterations
        box = certify(engine.problem, end.x, settings)
        assert box.refusal in ((None, Refusal.NEGATION) if negation_check else (None,))
        assert np.linalg.norm(box.limit - limit.point) <= 2 * limit.error
        on = replace(settings, max_iterations=1000, gradient_tolerance=0.0)
        later = streaming.descend(end.x, one.tie_direction, on, 1001)
        assert later.negations == 0
        home = activation_pattern(one.weights, end.x)
        for z in later.path[::7]:
            for here, there in zip(home, activation_pattern(one.weights, z), strict=True):
                np.testing.assert_array_equal(here, there)
            assert (
                np.linalg.norm(z - limit.point)
                <= np.linalg.norm(end.x - limit.point) + 1e-13 + limit.error
            )
    assert proved >= 5
