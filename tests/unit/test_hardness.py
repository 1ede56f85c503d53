"""3SAT as the inversion of a ReLU network, against brute force."""

from pathlib import Path

import numpy as np
import pytest

from genprior.figures import style
from genprior.model.networks import generate
from genprior.model.problem import Problem
from genprior.studies.layerwise.hardness import (
    brute_force,
    clauses_over,
    examine,
    holds,
    invert,
    problem_of,
    random_formula,
    small_formulas,
)
from genprior.studies.layerwise.preimages import diamond, draw, wedge


def agrees(row):
    return row["satisfiable"] == row["invertible"] == row["witness"] and row["assignments_agree"]


def test_every_formula_of_two_variables():
    rows = [examine(formula, 2) for formula in small_formulas(2, [1, 2], 4)]
    assert len(rows) == 8 + 28 + 56 + 70
    assert all(map(agrees, rows))
    assert {row["satisfiable"] for row in rows} == {True, False}


def test_all_eight_clauses_on_three_variables_contradict_each_other_and_any_seven_do_not():
    every = clauses_over(3, [3])
    assert len(every) == 8
    assert not examine(every, 3)["invertible"]
    for missing in range(8):
        row = examine(every[:missing] + every[missing + 1 :], 3)
        assert row["satisfiable"] and row["witness"]


def test_random_larger_formulas_of_both_kinds():
    rows = [examine(random_formula(4242, 6, count, t), 6) for count in (12, 40) for t in range(4)]
    assert all(map(agrees, rows))
    assert {row["satisfiable"] for row in rows} == {True, False}


def test_the_exact_inversion_finds_what_no_assignment_gives():
    """A network of the same kind whose pre-image is not made of signs: |x| = 1/2."""
    weights = (np.array([[1.0], [-1.0]]), np.ones((1, 2)))
    found = invert(Problem(weights, None, np.array([0.5])))
    assert abs(found[0]) == pytest.approx(0.5)
    assert invert(Problem(weights, None, np.array([3.0]))) is None  # beyond the box


def test_bad_formulas_are_refused():
    with pytest.raises(ValueError, match="one to three literals"):
        problem_of([(1, 2, 3, 4)], 4)
    with pytest.raises(ValueError, match="variables are 1 to 2"):
        problem_of([(3,)], 2)


def test_brute_force_on_a_formula_worked_by_hand():
    formula = [(1, 2), (-1,), (-2,)]
    assert not brute_force(formula, 2)
    assert brute_force(formula[:2], 2) and holds(formula[:2], (-1, 1))


@pytest.mark.parametrize(
    "weights, points, value",
    [
        (diamond(), [[1.0, 0.0], [-1.0, 0.0]], 1.0),
        (wedge(), [[0.0, -1.2], [1.2, 1.2]], 0.0),
    ],
)
def test_the_pre_images_are_not_convex(weights, points, value):
    points = np.array(points)
    assert [generate(weights, x)[0] for x in points] == [value, value]
    assert generate(weights, points.mean(axis=0))[0] != value


def test_the_picture_in_the_docs_is_that_of_the_code(tmp_path):
    style.save(draw(), tmp_path / "a.pdf", tmp_path / "a.png")
    kept = Path(__file__).parents[2] / "docs/preimages.png"
    assert kept.read_bytes() == (tmp_path / "a.png").read_bytes()
