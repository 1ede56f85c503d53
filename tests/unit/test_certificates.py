"""The convergence certificate, the kink certificate and the outcomes decided by them."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from exact import extended_descent
from scipy.optimize import linprog, nnls

from genprior.descent import Settings, Stop, compiled, incremental
from genprior.descent.certificates import Refusal, certify, leap, recovers
from genprior.descent.kinks import certify_minimum, minimise
from genprior.descent.outcomes import RECOVERY_ERROR, OutcomeKind, decide
from genprior.descent.pieces import forward_error, lipschitz_bound, piece
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import Cell
from genprior.experiments.outcomes import outcome_rows
from genprior.experiments.recovery import recovery_rows
from genprior.experiments.schemas import OUTCOMES, RECOVERIES
from genprior.model.instances import instance
from genprior.model.networks import activation_pattern
from genprior.model.problem import Problem
from genprior.model.risk import empirical_risk, relative_error, residual
from genprior.tables import read_rows, write_rows

PLAIN = Settings(step=1.0, negation_check=False, max_iterations=5000, gradient_tolerance=1e-9)
CHECKED = replace(PLAIN, negation_check=True)


def random_trial(law, shape, trial, m, seed=2024):
    one = instance(seed, law, shape, trial, m)
    return one, compiled.Engine.of_code(one.weights, one.sensing, one.code)


def run(one, engine, settings, path_length=0):
    return engine.descend(one.start, one.tie_direction, settings, path_length)


def outcome_of(problem, code, end, settings):
    return decide(incremental.Engine(problem), code, end, settings)


# Closed forms.


def line(slope, target, x, step, negation_check=False):
    """One neuron, f(x) = (slope x - target)^2 / 2 for x > 0."""
    settings = replace(PLAIN, step=step, negation_check=negation_check)
    problem = Problem([np.array([[slope]])], None, np.array([target]))
    return certify(problem, np.array([x]), settings)


@pytest.mark.parametrize(
    "x, step, refusal",
    [
        (1.0, 0.5, None),  # factor 1/2: the run approaches 0.3 from above
        (1.0, 1.5, Refusal.SIGN),  # factor -1/2: the first step lands at -0.05
        (0.8, 1.5, None),  # factor -1/2: the first step lands at 0.05
        (1.0, 2.1, Refusal.STEP),
    ],
)
def test_one_neuron(x, step, refusal):
    certificate = line(1.0, 0.3, x, step)
    assert certificate.refusal == refusal
    if refusal is None:
        assert certificate.limit == pytest.approx([0.3], rel=1e-14)
        assert certificate.limit_error < 1e-13


def test_a_minimum_beyond_a_zero_is_refused():
    assert line(1.0, -0.5, 1.0, 0.1).refusal == Refusal.SIGN


def test_a_margin_below_rounding_is_refused():
    weights = [np.array([[1.0, 0.0], [1e-18, 1.0]])]
    x = np.array([1.0, 0.0])
    assert activation_pattern(weights, x)[0].all()
    assert certify(Problem(weights, None, x), x, PLAIN).refusal == Refusal.SIGN


def test_the_negation_check_counts():
    sensing = np.array([[1.0, 1.0], [0.0, 1.0]])
    problem, x = Problem([np.array([[1.0], [-1.0]])], sensing, np.ones(2)), np.array([0.9])
    assert certify(problem, x, PLAIN).limit == pytest.approx([1.0])
    assert certify(problem, x, PLAIN).holds
    assert certify(problem, x, CHECKED).refusal == Refusal.NEGATION


def test_fewer_measurements_than_dimensions_project():
    rng = np.random.default_rng(1)
    sensing = rng.standard_normal((2, 4)) / 2
    x0 = np.array([3.0, 4.0, 5.0, 6.0])
    x = x0 + 0.1 * rng.standard_normal(4)
    certificate = certify(Problem([np.eye(4)], sensing, sensing @ x0), x, replace(PLAIN, step=0.2))
    assert certificate.holds and certificate.rank == 2
    expected = x + np.linalg.pinv(sensing) @ (sensing @ x0 - sensing @ x)
    np.testing.assert_allclose(certificate.limit, expected, rtol=1e-13)


def test_a_dead_network_stands_still():
    weights = [np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]])]
    x = np.array([-1.0, -1.0])
    certificate = certify(Problem(weights, None, np.array([1.0])), x, PLAIN)
    assert certificate.holds and certificate.rank == 0
    np.testing.assert_array_equal(certificate.limit, x)


def test_a_row_that_rounding_made_zero_is_asked():
    """E_2 = 1, computed 0: descent goes to 1, and does not stand still in a dead piece."""
    weights = [np.array([[2.0**60], [1.0], [2.0**60]]), np.array([[1.0, 1.0, -1.0]])]
    problem, x = Problem(weights, None, np.array([1.0])), np.array([3.0])
    here = piece(problem, activation_pattern(weights, x))
    assert here.rows[1] == 0 and here.errors[1] > 0 and not here.zero[1]
    assert certify(problem, x, PLAIN).refusal == Refusal.SIGN
    assert minimise(problem, x, False) is None
    assert here.encloses(x) is None


def test_a_row_of_no_terms_is_not_asked():
    """Zero rows of W_1, and rows above neurons that are off, are zero whatever rounding does."""
    weights = [np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [-1.0, -1.0]])]
    weights.append(np.array([[1.0, 0.0, 5.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 3.0, -2.0]]))
    x = np.array([1.0, 2.0])
    problem = Problem.of_code(weights, None, x)
    here = piece(problem, activation_pattern(weights, x))
    assert here.zero[0].tolist() == [False, False, True, False]
    assert here.zero[1].tolist() == [False, False, True]
    assert certify(problem, x + 0.1, replace(PLAIN, step=0.5)).holds
    assert here.encloses(x) and here.encloses(x * [1, -1]) is False
    assert here.encloses(x * [1, 0]) is None


def test_underflow_proves_nothing():
    """The third row is tiny and A's column huge: f has a kink where x_1 = x_2, which the box and
    the ball would miss if the squares of the row's entries, which underflow, were its length."""
    tiny = 2.0**-600
    weights = [np.array([[1.0, 0.0], [0.0, 1.0], [tiny, -tiny]])]
    problem = Problem(weights, np.diag([1.0, 1.0, 0.5 / tiny]), np.array([1.0, 2.0, 0.0]))
    settings, x = replace(PLAIN, step=0.25), np.array([1.6, 1.5])
    end = compiled.descend(problem, x, x, settings)
    np.testing.assert_allclose(end.x, [1, 2], atol=1e-6)
    assert certify(problem, x, settings).refusal == Refusal.RANGE
    assert incremental.Engine(problem).limit(x, settings) is None
    # All of it tiny, so that distances underflow too.
    problem = Problem([np.eye(2)], None, np.array([1e-200, 1e-201]))
    assert certify(problem, np.array([1e-200, 1e-200]), settings).refusal == Refusal.RANGE
    assert incremental.Engine(problem).limit(np.array([1e-200, 1e-200]), settings) is None
    assert minimise(problem, np.array([1e-200, 1e-200]), False) is None


def kinked(coefficient):
    """f has a kink along x_2 = 0 near (1.25, 0), convex if and only if coefficient < -1."""
    weights = [np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])]
    sensing = np.array([[1.0, 0.0, 0.0], [0.0, coefficient, 1.0]])
    return Problem(weights, sensing, np.array([1.0, 1.5]))


def test_a_kink_minimum_in_closed_form():
    problem = kinked(-3.0)
    found = certify_minimum(problem, np.array([1.2, 0.01]), ((0, 1),), False)
    assert found.codimension == 1 and found.rank == 1
    np.testing.assert_allclose(found.point, [1.25, 0.0], atol=1e-15)
    downhill = minimise(problem, np.array([1.0, 0.3]), False)
    assert downhill.kinks == ((0, 1),)
    np.testing.assert_allclose(downhill.point, [1.25, 0.0], atol=1e-15)


def test_no_kink_minimum_where_one_side_descends():
    problem = kinked(-0.5)
    x = np.array([1.2, 0.01])
    assert certify_minimum(problem, x, ((0, 1),), False) is None
    found = minimise(problem, x, False)
    assert found is None or found.point[1] > 0.1


# Against extended precision and plain iteration.


def descend_extended(problem, settings, x, iterations):
    """The plain iteration in NumPy's long double."""
    descent = extended_descent(problem, settings.step, x)
    *_, x = next(islice(descent, iterations - 1, None))
    return x


@pytest.mark.skipif(np.finfo(np.longdouble).eps >= 1e-18, reason="no extended precision here")
@pytest.mark.parametrize(
    "law, shape, trial, m",
    [("gaussian", (3, 12, 24), 0, 12), ("identity", (2, 8, 16), 1, 16), ("gaussian", (4, 9), 3, 2)],
)
def test_limit_against_extended_precision(law, shape, trial, m):
    one, engine = random_trial(law, shape, trial, m)
    x = run(one, engine, replace(PLAIN, max_iterations=300)).x
    certificate = certify(engine.problem, x, PLAIN)
    assert certificate.holds, "choose another trial: this one is not certified at iteration 300"
    far = descend_extended(engine.problem, PLAIN, x, 100_000)
    gap = float(np.linalg.norm(far - certificate.limit))
    assert gap <= 1e-13 * np.linalg.norm(certificate.limit)
    assert gap <= certificate.limit_error + 1e-18


SMALL = [
    ("gaussian", (3, 6, 12), 8),
    ("gaussian", (4, 8), 6),
    ("gaussian", (5, 8, 10), 4),
    ("identity", (3, 5, 7), 7),
    ("gaussian", (3, 6, 9, 12), 9),
]


@pytest.mark.parametrize("negation_check", [False, True])
@pytest.mark.parametrize("law, shape, m", SMALL)
def test_no_certified_run_ever_leaves_its_region(law, shape, m, negation_check):
    """Certificates along the path, each tested by running on."""
    settings = replace(PLAIN, negation_check=negation_check, gradient_tolerance=0.0)
    held = 0
    for trial in range(24):
        one, engine = random_trial(law, shape, trial, m)
        path = run(one, engine, replace(settings, max_iterations=400), 401).path
        for start in range(0, len(path), 20):
            x = path[start]
            certificate = certify(engine.problem, x, settings)
            if not certificate.holds:
                continue
            held += 1
            on = replace(settings, max_iterations=400)
            later = engine.descend(x, one.tie_direction, on, 401)
            assert later.negations == 0
            home = activation_pattern(one.weights, x)
            for z in later.path[::7]:
                for here, there in zip(home, activation_pattern(one.weights, z), strict=True):
                    np.testing.assert_array_equal(here, there)
                assert np.linalg.norm(z - x) <= certificate.travel + 1e-13
            break
    assert held >= 5


def test_leaps_agree_with_plain_steps():
    leapt = 0
    for trial in range(10):
        one, engine = random_trial("gaussian", (4, 12, 20), trial, 12)
        x = run(one, engine, replace(CHECKED, max_iterations=60)).x
        steps, after = leap(engine.problem, x, CHECKED)
        if 0 < steps <= 100_000:
            leapt += 1
            plain = replace(CHECKED, max_iterations=steps, gradient_tolerance=0.0)
            end = engine.descend(x, one.tie_direction, plain)
            np.testing.assert_allclose(after, end.x, rtol=0, atol=1e-11 * np.linalg.norm(x))
    assert leapt >= 3


# Kinks against brute force.


def kink_minima():
    for trial in range(100):
        one, engine = random_trial("gaussian", (5, 8, 12), trial, 8)
        end = run(one, engine, replace(CHECKED, max_iterations=1000))
        found = minimise(engine.problem, end.x, True)
        if found is not None and found.codimension:
            yield engine.problem, found


def test_kink_minima_against_sampling_linear_programs_and_clarke():
    rng = np.random.default_rng(3)
    tried, layers = 0, set()
    for problem, found in kink_minima():
        tried += 1
        layers |= {layer for layer, _ in found.kinks}
        f = empirical_risk(problem, found.point)
        for radius in (1e-7, 1e-5, 1e-4):
            for direction in rng.standard_normal((100, 5)):
                z = found.point + radius * direction / np.linalg.norm(direction)
                assert empirical_risk(problem, z) >= f - 1e-13
        gradients = []
        misfit = residual(problem, found.point)
        for bits in range(2**found.codimension):
            pattern = [a.copy() for a in activation_pattern(problem.weights, found.point)]
            signs = []
            for place, (layer, neuron) in enumerate(found.kinks):
                pattern[layer][neuron] = bool(bits >> place & 1)
                signs.append(1.0 if bits >> place & 1 else -1.0)
            here = piece(problem, pattern)
            gradient = here.operator.T @ misfit
            gradients.append(gradient)
            cone = [s * here.rows[i][j] for s, (i, j) in zip(signs, found.kinks, strict=True)]
            least = linprog(
                gradient, A_ub=-np.array(cone), b_ub=np.zeros(len(cone)), bounds=(-1, 1)
            )
            assert least.fun >= -1e-9
        hull = np.vstack([np.array(gradients).T, np.ones(len(gradients))])
        _, misfit = nnls(hull, np.append(np.zeros(5), 1.0))
        assert misfit < 1e-9
        # The same point is no minimum by the lights of a smaller kink set.
        rest = found.kinks[1:]
        other = certify_minimum(problem, found.point, rest, False)
        assert other is None or np.linalg.norm(other.point - found.point) > 1e-9
    assert tried >= 8 and layers == {0, 1}


# Outcomes.


def test_zero_is_never_a_minimum():
    """Start opposite x0 without the negation check: one layer sends the two to disjoint supports,
    so the run shrinks to 0, where the risk has a local maximum along x0."""
    one = instance(17, "identity", (2, 30), 9, 30)
    engine = compiled.Engine.of_code(one.weights, None, one.code)
    settings = replace(PLAIN, gradient_tolerance=1e-13)
    rng = np.random.default_rng(0)
    shrunk = 0
    for start in [-one.code, *rng.standard_normal((60, 2))]:
        end = engine.descend(start, one.tie_direction, settings)
        if np.linalg.norm(end.x) > 1e-6:
            continue
        shrunk += 1
        assert not certify(engine.problem, end.x, settings).holds
        assert outcome_of(engine.problem, one.code, end, settings).kind == OutcomeKind.ZERO
        midway = engine.descend(start, one.tie_direction, replace(settings, max_iterations=10))
        assert not certify(engine.problem, midway.x, settings).holds
    assert shrunk >= 2


@pytest.mark.parametrize("law, m", [("gaussian", 30), ("identity", 90)])
def test_recoveries(law, m):
    kinds = []
    for trial in range(6):
        one, engine = random_trial(law, (5, 30, 90), trial, m)
        end = run(one, engine, CHECKED)
        outcome = outcome_of(engine.problem, one.code, end, CHECKED)
        kinds.append(outcome.kind)
        if outcome.kind == OutcomeKind.RECOVERY:
            assert outcome.converges and outcome.relative_error <= RECOVERY_ERROR / 1000
            assert outcome.along == pytest.approx(1.0) and outcome.off < 1e-12
            assert outcome.distance_to_mirror == pytest.approx(1 + 1 / np.pi)
    assert kinds.count(OutcomeKind.RECOVERY) >= 5


@pytest.mark.parametrize("engine", [compiled.Engine, incremental.Engine])
@pytest.mark.parametrize("beside", [3e-10, 9e-10])  # caught by the ball, by the box
def test_a_recovery_needs_the_piece_of_the_code(engine, beside):
    """A sees |x_2|: opposite x0 = (1, -4e-10) lies another global minimum, 8e-10 away."""
    weights = [np.array([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])]
    sensing = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
    code, settings = np.array([1.0, -4e-10]), replace(PLAIN, step=0.5, max_iterations=0)
    problem = Problem.of_code(weights, sensing, code)
    for side, kind in [(1, OutcomeKind.SMOOTH), (-1, OutcomeKind.RECOVERY)]:
        x = np.array([1.0, side * beside])
        end = engine(problem).descend(x, code, settings)
        outcome = outcome_of(problem, code, end, settings)
        assert outcome.kind == kind and outcome.converges
        assert outcome.point[1] == pytest.approx(side * 4e-10)
        assert outcome.relative_error <= RECOVERY_ERROR
        box = certify(problem, x, settings)
        assert recovers(problem, box.limit, box.limit_error, code) == (kind == "recovery")


def test_the_piece_of_a_code_on_a_border_is_open():
    weights = [np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])]
    on, near, away = np.array([1.0, 0.0]), np.array([1.0, 1e-12]), np.array([1.0, -1e-12])
    problem = Problem.of_code(weights, None, on)
    assert recovers(problem, near, 1e-15, on) is None
    assert recovers(problem, near, 1e-15, near) is True
    assert recovers(problem, near, 1e-15, away) is False
    assert recovers(problem, near, 1e-11, near) is None


def test_a_minimum_that_the_run_left_is_not_its_outcome():
    """The run ends near a smooth minimum; the step is too long for both pieces, so it goes on to
    wander between them for ever."""
    problem = Problem([np.array([[1.0], [-1.0]])], np.array([[1.0, 0.6], [0.0, 0.8]]), np.ones(2))
    code, settings = np.array([-0.01]), replace(PLAIN, step=2.5, max_iterations=0)
    x = np.array([1.0005])
    assert minimise(problem, x, False).point == pytest.approx([1.0])
    path = compiled.descend(problem, x, code, replace(settings, max_iterations=200), 201).path
    assert path.min() < -1 and path.max() > 2
    end = compiled.descend(problem, x, code, settings)
    assert outcome_of(problem, code, end, settings).kind == OutcomeKind.UNDECIDED


def test_a_threshold_with_a_cap_misjudges_a_slow_recovery():
    """The certificate decides a capped run that the threshold rejects."""
    disagreements = 0
    for trial in range(8):
        one, engine = random_trial("gaussian", (10, 25, 60), trial, 40)
        end = run(one, engine, replace(CHECKED, max_iterations=150))
        if end.stop != Stop.CAP or relative_error(end.x, one.code) <= 1e-3:
            continue
        outcome = outcome_of(engine.problem, one.code, end, CHECKED)
        if outcome.kind == OutcomeKind.RECOVERY:
            disagreements += 1
            assert relative_error(run(one, engine, CHECKED).x, one.code) < 1e-3
    assert disagreements >= 1


def test_dead_and_diverged_runs_have_their_own_outcomes():
    weights = [np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]])]
    problem, code = Problem(weights, None, np.array([5.0])), np.array([1.0, 1.0])
    tie = np.array([0.3, 0.4])
    end = compiled.descend(problem, np.array([-1.0, -1.0]), tie, PLAIN)
    outcome = outcome_of(problem, code, end, PLAIN)
    assert outcome.kind == OutcomeKind.DEAD and outcome.nullity == 2
    assert outcome.along == pytest.approx(-1.0) and outcome.off < 1e-15
    wild = replace(PLAIN, step=100.0)
    mirrored = [np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])]
    problem = Problem(mirrored, None, np.array([1.0, 0.0, 1.0, 0.0]))
    end = compiled.descend(problem, np.array([1.0, 2.0]), tie, wild)
    assert end.stop == Stop.DIVERGED
    assert outcome_of(problem, code, end, wild).kind == OutcomeKind.UNDECIDED


def test_bounds():
    rng = np.random.default_rng(5)
    one = instance(3, "gaussian", (4, 9, 15), 0, 7)
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    steepest = lipschitz_bound(problem)
    product = np.prod([np.linalg.norm(m, 2) for m in (*one.weights, one.sensing)])
    assert product <= steepest <= product * (1 + 1e-12)
    here = piece(problem, activation_pattern(one.weights, one.code))
    exact = np.eye(4, dtype=np.longdouble)
    for layer, active, rows, errors in zip(
        one.weights, here.pattern, here.rows, here.errors, strict=True
    ):
        exact = layer.astype(np.longdouble) @ exact
        assert np.all(np.linalg.norm((rows - exact).astype(float), axis=1) <= errors)
        exact = active[:, None] * exact
    exact = one.sensing.astype(np.longdouble) @ exact
    assert np.linalg.norm((here.operator - exact).astype(float), 2) <= here.operator_error
    x = rng.standard_normal(4)
    signal = Problem.of_code(one.weights, one.sensing, x).measurements
    truth = x.astype(np.longdouble)
    for layer in one.weights:
        truth = np.maximum(layer.astype(np.longdouble) @ truth, 0)
    gap = np.linalg.norm((signal - one.sensing.astype(np.longdouble) @ truth).astype(float))
    assert gap <= forward_error(problem) * np.linalg.norm(x)


def test_rows_of_outcomes_follow_the_recoveries(tmp_path):
    block = Block("b", (Cell((4, 16, 40), "gaussian", 24, 3.0),), 0, 3)
    settings = replace(CHECKED, max_iterations=2000)
    expected = instance_rows(1, block)
    write_rows(recovery_rows(1, block, settings, expected), RECOVERIES, tmp_path / "r.parquet")
    recoveries = read_rows(tmp_path / "r.parquet")
    rows = list(outcome_rows(1, block, settings, expected, recoveries))
    assert all(list(row) == OUTCOMES.names for row in rows)
    for row, recovery in zip(rows, recoveries, strict=True):
        assert row["trial"] == recovery["trial"]
        if row["outcome"] == "recovery":
            assert recovery["relative_error"] < 1e-3 and row["point_error"] < RECOVERY_ERROR
    assert {row["outcome"] for row in rows} >= {"recovery"}
    with pytest.raises(ValueError, match="another order"):
        list(outcome_rows(1, block, settings, expected, recoveries[::-1]))


def test_flat_minima_are_minima_and_isolated_ones_are_strict():
    """Fewer measurements than dimensions leave a continuum; sampling confirms both kinds."""
    rng = np.random.default_rng(9)
    flat = strict = 0
    for trial in range(12):
        for m in (3, 12):
            one, engine = random_trial("gaussian", (5, 10, 20), trial, m)
            end = run(one, engine, replace(CHECKED, max_iterations=500))
            found = minimise(engine.problem, end.x, False)
            if found is None:
                continue
            f = empirical_risk(engine.problem, found.point)
            nullity = 5 - found.codimension - found.rank
            rises = []
            for direction in rng.standard_normal((200, 5)):
                z = found.point + 1e-6 * direction / np.linalg.norm(direction)
                rises.append(empirical_risk(engine.problem, z) - f)
            assert min(rises) >= -1e-14
            flat += nullity > 0
            if nullity == 0:
                strict += 1
                assert min(rises) > 0
    assert flat >= 5 and strict >= 5
