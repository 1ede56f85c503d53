"""Rows of trials: the same whatever the division of the work, and never on a wrong instance."""

import math

import numpy as np
import pytest

from genprior.descent import Settings
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import Cell
from genprior.experiments.recovery import (
    InstanceMismatch,
    convergence_rows,
    recovery_rows,
    relative_error,
)

SEED = 11
CELLS = (
    Cell((3, 24, 60), "gaussian", 30, 2.5),
    Cell((3, 24, 60), "gaussian", 2, 2.5),
    Cell((4, 8, 16), "gaussian", 12, 2.0),
)
SETTINGS = Settings(0.5, True, 400, 1e-9)


def rows_of(block, compute=recovery_rows, settings=SETTINGS):
    rows = compute(SEED, block, settings, instance_rows(SEED, block))
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def sort_key(row):
    return row["shape"], row["measurements"], row["trial"]


def test_relative_error_by_hand():
    assert relative_error(np.array([3.0, 4.0]), np.array([3.0, 4.0])) == 0.0
    assert relative_error(np.array([3.0, 9.0]), np.array([3.0, 4.0])) == 1.0
    assert relative_error(np.array([-3.0, -4.0]), np.array([3.0, 4.0])) == 2.0


@pytest.mark.parametrize("value", [1e200, np.inf, np.nan])
def test_relative_error_of_a_runaway_is_infinite(value):
    assert relative_error(np.array([value, 0.0]), np.ones(2)) == math.inf


def test_rows_do_not_depend_on_order_or_chunks():
    whole = sorted(rows_of(Block("all", CELLS, 0, 5)), key=sort_key)
    parts = [
        Block("a", CELLS[::-1], 2, 5),
        Block("b", CELLS[:1], 0, 1),
        Block("c", CELLS[1:], 0, 1),
    ]
    assert sorted((row for part in parts for row in rows_of(part)), key=sort_key) == whole
    assert len(whole) == 18
    assert any(row["relative_error"] < 1e-6 for row in whole)
    assert any(row["relative_error"] > 1e-3 for row in whole)


def test_convergence_follows_the_very_descent_of_the_recoveries():
    block = Block("b", CELLS[:1], 0, 2)
    ends = {row["trial"]: row for row in rows_of(block)}
    curves = convergence_rows(SEED, block, SETTINGS, instance_rows(SEED, block))
    for trial, end in ends.items():
        curve = [row for row in curves if row["trial"] == trial]
        assert [row["iteration"] for row in curve] == list(range(end["iterations"] + 1))
        assert curve[-1]["relative_error"] == end["relative_error"]


@pytest.mark.parametrize("compute", [recovery_rows, convergence_rows])
def test_an_instance_that_is_not_the_table_s_is_refused(compute):
    block = Block("b", CELLS[:1], 0, 2)
    expected = instance_rows(SEED, block)
    expected[1]["digest"] = "0" * 32
    with pytest.raises(InstanceMismatch, match=r"'trial': 1.* 0{32}"):
        compute(SEED, block, SETTINGS, expected)


def test_progress_is_reported_after_every_trial():
    block, seen = Block("b", CELLS, 0, 1), []
    expected = instance_rows(SEED, block)
    recovery_rows(SEED, block, SETTINGS, expected, lambda done, of: seen.append((done, of)))
    assert seen == [(done, 6) for done in range(1, 7)]
