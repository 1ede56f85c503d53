"""Layer-wise inversion: programs against least squares, outcomes, thresholds, bounds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genprior.model.networks import sample_weights
from genprior.model.problem import Problem
from genprior.studies.layerwise import layer
from genprior.studies.layerwise.bounds import conditioning, l_inf_bound
from genprior.studies.layerwise.comparison import NEVER, iterations_to_success
from genprior.studies.layerwise.inversion import (
    Program,
    activate,
    activations,
    invert,
    invert_layer,
)
from genprior.studies.layerwise.programs import Status, feasible, l_1, l_inf, least_squares
from genprior.studies.layerwise.theory import determined
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
