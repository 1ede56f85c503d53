"""Rows of trials: the same whatever the division of the work, and never on a wrong instance."""

import pytest

from genprior.descent import Settings
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.convergence import convergence_rows
from genprior.experiments.curves import kept_iterations
from genprior.experiments.grid import Cell
from genprior.experiments.recovery import recovery_rows
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


def test_every_trial_keeps_the_curve_of_its_very_descent():
    block = Block("b", CELLS, 0, 2)
    rows = rows_of(block)
    every = {
        (row["shape"], row["measurements"], row["trial"], row["iteration"]): row["relative_error"]
        for row in convergence_rows(SEED, block, SETTINGS, instance_rows(SEED, block))
    }
    for row in rows:
        kept = kept_iterations(row["iterations"])
        identity = (row["shape"], row["measurements"], row["trial"])
        assert row["curve"] == [every[*identity, iteration] for iteration in kept]
        assert row["curve"][-1] == row["relative_error"]
    assert len({row["iterations"] for row in rows}) > 2


def test_a_run_is_kept_at_its_ends_and_at_landmarks():
    assert kept_iterations(0) == [0] and kept_iterations(4) == [0, 1, 2, 3, 4]
    kept = kept_iterations(20_000)
    assert kept[-1] == 20_000 and len(kept) <= 35 and kept == sorted(set(kept))
