"""Rows of trials: the same whatever the division of the work, and never on a wrong instance."""

import pytest

from genprior.descent import Settings
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import Cell, cells_of
from genprior.experiments.recovery import recovery_rows
from genprior.experiments.traces import TRACED, convergence_rows, kept_iterations, trace_rows
from genprior.experiments.verified import InstanceMismatch

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
    curves = list(convergence_rows(SEED, block, SETTINGS, instance_rows(SEED, block)))
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
        list(compute(SEED, block, SETTINGS, expected))


def test_rows_come_one_by_one():
    """A row is there before the next trial begins: of the second, only the digest is wrong here."""
    block = Block("b", CELLS[:1], 0, 2)
    expected = instance_rows(SEED, block)
    expected[1]["digest"] = "0" * 32
    rows = recovery_rows(SEED, block, SETTINGS, expected)
    assert next(rows)["trial"] == 0
    with pytest.raises(InstanceMismatch):
        next(rows)


def test_the_step_stands_with_its_rule_in_every_row():
    chosen = {"step": 0.25, "negation_check": True, "max_iterations": 3, "gradient_tolerance": 0}
    for step, text, size in [(0.25, "0.25", 0.25), ("2^d/d^2", "2^d/d^2", 1.0)]:
        settings = Settings.from_config(chosen | {"step": step}, 2)
        for compute in (recovery_rows, convergence_rows):
            rows = rows_of(Block("b", CELLS, 0, 0), compute, settings)
            assert {(row["step"], row["step_rule"]) for row in rows} == {(size, text)}


def test_traces_are_a_few_iterations_of_the_very_descents():
    assert kept_iterations(0) == [0] and kept_iterations(4) == [0, 1, 2, 3, 4]
    kept = kept_iterations(5000)
    assert kept[-1] == 5000 and len(kept) <= 61
    grid = {
        "latent_dimension": [3],
        "depth": 2,
        "expansivity": [2.0, 3.0],
        "sensing": "gaussian",
        "measurement_ratio": [2, 4],
        "trials": 5,
    }
    rows = list(trace_rows(SEED, grid, SETTINGS))
    cells = tuple(cells_of(grid))
    block = Block("b", cells, 0, TRACED - 1)
    identity = ("shape", "measurements", "trial")
    every = {
        (*(row[name] for name in identity), row["iteration"]): row
        for row in convergence_rows(SEED, block, SETTINGS, instance_rows(SEED, block))
    }
    assert [every[*(row[name] for name in identity), row["iteration"]] for row in rows] == rows
    assert len({tuple(row[name] for name in identity) for row in rows}) == 4 * TRACED
    assert len(list(trace_rows(SEED, grid | {"trials": 1}, SETTINGS))) < len(rows) / 2
