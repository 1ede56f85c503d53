"""Layer-wise inversion: programs against least squares, outcomes, thresholds, bounds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genprior.methods.numerics.inversion import (
    Program,
    activate,
    activations,
    invert,
    invert_layer,
)
from genprior.methods.numerics.programs import (
    Layer,
    Status,
    feasible,
    l_1,
    l_inf,
    least_squares,
    polished,
)
from genprior.model.networks import sample_weights
from genprior.model.problem import Problem
from genprior.studies.layerwise import layer
from genprior.studies.layerwise.bounds import conditioning, l_inf_bound
from genprior.studies.layerwise.comparison import NEVER, iterations_to_success
from genprior.studies.layerwise.layer import farthest
from genprior.studies.layerwise.theory import determined, inverted, pinned
from genprior.studies.plans import split


def network(shape, seed):
    source = np.random.default_rng(seed)
    return sample_weights(shape, source), source.standard_normal(shape[0])


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    k=st.integers(1, 8),
    slope=st.sampled_from([0.0, 0.1, 0.5]),
    biased=st.booleans(),
)
def test_the_program_and_least_squares_agree_where_both_determine_the_layer(seed, k, slope, biased):
    source = np.random.default_rng(seed)
    weights, z = source.standard_normal((5 * k + 10, k)), source.standard_normal(k)
    bias = source.standard_normal(len(weights)) if biased else None
    output = activate(weights @ z + (0 if bias is None else bias), slope)
    squares = least_squares(weights, output, bias, slope)
    if squares.status is Status.SOLVED:
        program = feasible(weights, output, bias, slope)
        assert program.status is Status.SOLVED
        np.testing.assert_allclose(squares.z, z, atol=1e-9)
        np.testing.assert_allclose(program.z, z, atol=1e-6)
    else:
        assert squares.status in (Status.RANK_DEFICIENT, Status.SILENT)


def test_every_degenerate_layer_has_its_outcome():
    two = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    silent = np.zeros(3)
    for program in (Program.FEASIBLE, Program.LEAST_SQUARES, Program.L_INF, Program.L_1):
        assert invert_layer(program, two, silent).status is Status.SILENT
    one_row = np.array([1.0, 0.0, 0.0])
    assert least_squares(two, one_row).status is Status.RANK_DEFICIENT
    contradiction = np.array([1.0, 1.0, 5.0])
    assert least_squares(two, contradiction).status is Status.INFEASIBLE
    assert feasible(two, contradiction).status is Status.INFEASIBLE
    open_ray = feasible(two, one_row, objective=np.array([0.0, 1.0]))
    assert open_ray.status is Status.UNBOUNDED
    assert feasible(two, np.array([1.0, 2.0, 3.0])).status is Status.SOLVED
    problem = Problem([two], None, contradiction)
    assert invert(problem, Program.FEASIBLE).status is Status.INFEASIBLE


def test_an_inner_layer_is_unique_below_expansion_two_only_through_its_signs():
    source = np.random.default_rng(7)
    z = np.maximum(source.standard_normal(40), 0)
    weights = source.standard_normal((70, 40))  # n / k = 1.75, between 1.5 and 2
    output = activate(weights @ z, 0.0)
    objective = source.standard_normal(40)
    assert least_squares(weights, output).status is Status.RANK_DEFICIENT
    with_signs = feasible(weights, output, nonnegative=True, objective=objective)
    np.testing.assert_allclose(with_signs.z, z, atol=1e-6)
    free = feasible(weights, output, objective=objective)
    assert free.status is Status.UNBOUNDED or np.abs(free.z - z).max() > 1e-2


@pytest.mark.parametrize("slope", [0.0, 0.1])
@pytest.mark.parametrize("program", [Program.FEASIBLE, Program.DETERMINED])
def test_three_layers_with_biases_are_inverted_exactly(program, slope):
    weights, z = network((4, 16, 40, 100), 3)
    source = np.random.default_rng(4)
    biases = [0.1 * source.standard_normal(len(layer)) for layer in weights]
    problem = Problem(weights, None, activations(weights, z, slope, biases)[-1])
    found = invert(problem, program, slope, biases)
    assert found.status is Status.SOLVED
    np.testing.assert_allclose(found.code, z, atol=1e-6)


def test_l_inf_deviation_is_the_smallest_possible():
    """One input seen through W = (1, 1)^T: the best fit of 1 and 1.2 is 1.1, off by 0.1."""
    found = l_inf(np.ones((2, 1)), np.array([1.0, 1.2]), threshold=0.5)
    assert found.z == pytest.approx([1.1]) and found.deviation == pytest.approx(0.1)


def test_l_1_program_on_a_layer_worked_by_hand():
    """max x.Wz with Wz <= x + threshold: both rows tight at the smaller limit, 1 + 0.1."""
    found = l_1(np.ones((2, 1)), np.array([1.0, 1.2]), threshold=0.1)
    assert found.z == pytest.approx([1.1])


def test_thresholds_grow_until_the_data_are_explained_and_no_further():
    weights, output = np.ones((2, 1)), np.array([1.0, 1.2])
    grown = invert_layer(Program.L_INF, weights, output, threshold=0.01, growth=1.2)
    assert grown.deviation <= grown.threshold < 1.2 * grown.deviation
    enough = invert_layer(Program.L_INF, weights, output, threshold=0.3)
    assert enough.threshold == 0.3


@pytest.mark.parametrize("slope", [0.0, 0.1])
@pytest.mark.parametrize("level", [1e-6, 1e-2])
def test_noise_is_passed_on_in_proportion_and_within_the_bound(slope, level):
    weights, z = network((5, 40, 160), 11)
    true = activations(weights, z, slope)
    unit = np.random.default_rng(12).uniform(-1, 1, 160)
    problem = Problem(weights, None, true[-1] + level * unit)
    found = invert(problem, Program.L_INF, slope, threshold=level)
    error = np.abs(found.code - z).max()
    bound = l_inf_bound(problem, true, found, slope)
    assert 0 < error <= bound < np.inf
    assert error < 100 * level


def test_the_bound_needs_full_rank_and_is_exact_for_a_scaled_identity():
    assert conditioning(np.array([[1.0, 0.0]])) == np.inf
    assert conditioning(2 * np.eye(3)) == pytest.approx(0.5)


def test_the_oracle_changes_inner_layers_alone():
    weights, z = network((5, 40, 160), 21)
    true = activations(weights, z)
    noise = np.random.default_rng(1).normal(0, 1e-2, 160)
    problem = Problem(weights, None, true[-1] + noise)
    plain = invert(problem, Program.L_1, threshold=1e-2)
    wrong = [np.full_like(layer, 9.0) for layer in true]
    misled = invert(problem, Program.L_1, threshold=1e-2, oracle=wrong)
    assert misled.layers[0].threshold == plain.layers[0].threshold
    assert misled.layers[1].threshold > plain.layers[1].threshold


def test_determined_is_the_binomial_tail():
    assert determined(1, [1]) == pytest.approx(0.5)
    assert determined(2, [3]) == pytest.approx(0.5)
    assert determined(3, [2]) == 0


def test_an_inner_layers_chance_by_hand():
    """A half-line in the plane of no row; a quadrant, which a random line meets half the time."""
    np.testing.assert_allclose(pinned(2, 1, 1), [0, 1, 1])
    np.testing.assert_allclose(pinned(3, 2, 2), [0, 0.5, 1, 1])
    np.testing.assert_allclose(pinned(4, 3, 0), [0, 0, 0, 1, 1], err_msg="no zero, no help")
    # Three half-lines: a random line meets the octant with 2/8, a random plane with 3/4.
    np.testing.assert_allclose(pinned(3, 3, 3), [0, 0.25, 0.75, 1])


@settings(max_examples=25, deadline=None)
@given(inputs=st.integers(1, 12), width=st.integers(1, 30), data=st.data())
def test_more_rows_and_more_zeros_never_leave_more_open(inputs, width, data):
    zeros = data.draw(st.integers(0, inputs - 1))
    fewer, more = pinned(width, inputs, zeros), pinned(width, inputs, zeros + 1)
    assert np.all(np.diff(fewer) >= -1e-12)
    assert np.all(more >= fewer - 1e-12)


def test_an_inner_layers_chance_by_trial():
    """Uniqueness by a random objective and its negative, over layers of random rows."""
    source, inputs, zeros, width, trials = np.random.default_rng(7), 5, 3, 8, 300
    hits = expected = 0.0
    for _ in range(trials):
        weights = source.standard_normal((width, inputs))
        z = np.concatenate([np.zeros(zeros), 0.1 + source.random(inputs - zeros)])
        output = activate(weights @ z, 0.0)
        found = farthest(weights, output, z, True, source.standard_normal(inputs))
        hits += found.status is Status.SOLVED and np.allclose(found.z, z, atol=1e-6)
        expected += pinned(width, inputs, zeros)[np.count_nonzero(output > 0)]
    assert 0.3 * trials < expected < 0.7 * trials
    assert abs(hits - expected) < 3 * np.sqrt(trials * 0.25)


@pytest.mark.parametrize("k, chance", [(5, 0.941), (10, 0.979), (20, 0.997)])
def test_the_chance_that_a_network_is_inverted(k, chance):
    """At expansivity 3 the first layer decides, whatever the depth."""
    assert inverted((k, 3 * k)) == pytest.approx(determined(k, [3 * k])[0])
    assert inverted((k, 3 * k, 9 * k)) == pytest.approx(chance, abs=2e-3)
    assert inverted((k, 3 * k, 9 * k)) <= inverted((k, 3 * k))


def test_a_programs_rounding_is_removed_before_the_next_layer_sees_it():
    """Zeros of 1e-8 would count as active rows there, and their equations contradict the rest."""
    source = np.random.default_rng(5)
    weights = source.standard_normal((12, 8))
    z = np.maximum(source.standard_normal(8), 0)
    output = activate(weights @ z, 0.0)
    assert np.count_nonzero(output) < 8, "not determined by its rows alone"
    rounded = Layer(Status.SOLVED, z + 1e-8 * source.random(8))
    np.testing.assert_allclose(polished(rounded, weights, output).z, z, rtol=0, atol=1e-14)
    other = Layer(Status.SOLVED, z + 0.5 * source.random(8))
    np.testing.assert_array_equal(polished(other, weights, output).z, other.z)


def test_a_corner_of_the_feasible_set_is_not_taken_for_its_only_point():
    """z = (0, 1) where z_1 >= 0 is open upwards: half of all objectives end at z_1 = 0."""
    weights, z = np.array([[0.0, 1.0], [-1.0, -1.0]]), np.array([0.0, 1.0])
    output = activate(weights @ z, 0.0)
    for sign in (1, -1):
        found = farthest(weights, output, z, True, sign * np.array([1.0, 0.5]))
        assert found.status is not Status.SOLVED or not np.allclose(found.z, z)


def test_one_layer_flips_between_too_few_and_enough_rows():
    part = {"latent_dimension": 12, "ratio": [0.9, 4.0], "trials": [0, 6]}
    rows = pd.DataFrame(layer.rows(5, part))
    exact = (rows["relative_error"] < 1e-6).groupby([rows["inputs"], rows["ratio"]]).mean()
    assert exact["free", 0.9] == 0  # fewer rows than inputs
    assert exact["free", 4.0] == exact["nonnegative", 4.0] == 1


def test_rows_do_not_depend_on_how_trials_are_divided():
    base = {"latent_dimension": 6, "ratio": [1.5, 2.5]}
    whole = list(layer.rows(5, base | {"trials": [0, 4]}))
    halves = [
        row
        for part in split({"a": base}, trials=4, trials_per_job=2).values()
        for row in layer.rows(5, part)
    ]
    assert whole == halves


def test_iterations_to_success_asks_the_error_to_stay_small():
    code = np.array([1.0])
    path = np.array([[3.0], [1.0], [2.0], [1.0], [1.0]])
    assert iterations_to_success(path, code, 0.1) == 3
    assert iterations_to_success(path[:3], code, 0.1) == NEVER
