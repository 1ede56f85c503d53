"""The export command, and every way it can be misused."""

import subprocess
import sys

import numpy as np
import pytest

from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import Cell
from genprior.experiments.schemas import INSTANCES, RECOVERIES
from genprior.export import main
from genprior.model.instances import arrays_of, instance
from genprior.tables import write_rows

SEED = 5
BLOCK = Block(
    "b",
    (
        Cell((3, 6, 9), "gaussian", 5, None),
        Cell((3, 6, 9), "gaussian", 7, None),
        Cell((4, 8), "gaussian", 5, None),
    ),
    2,
    4,
)


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_rows(instance_rows(SEED, BLOCK), INSTANCES, "table.parquet")
    return "table.parquet"


def arguments(trial=3, m=7, shape="3-6-9"):
    return ["--trial", str(trial), "--measurements", str(m), "--shape", shape]


def test_the_file_holds_the_instance_bit_for_bit(table, capsys):
    assert main([table, *arguments(), "-o", "one.npz"]) == 0
    assert capsys.readouterr().out == "one.npz: shape 3-6-9, gaussian, m = 7\n"
    expected = arrays_of(instance(SEED, "gaussian", (3, 6, 9), 3, 7))
    with np.load("one.npz") as stored:
        assert set(stored) == {*expected, "y"}
        for name, array in expected.items():
            assert stored[name].tobytes() == array.tobytes()


def test_the_command_needs_only_what_the_table_leaves_open(table, tmp_path):
    command = [sys.executable, "-m", "genprior.export", table, "--trial", "2", "--shape", "4-8"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "4-8.gaussian.m5.t002.npz").exists()


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (arguments(trial=9), "trial: given 9; in the table: 2, 3, 4"),
        (arguments(m=6), "measurements: given 6; in the table: 5, 7"),
        (arguments(shape="3-6"), "shape: given 3-6; in the table: 3-6-9"),
        ([], "trial: several rows agree; choose one of 2, 3, 4"),
        (["--trial", "2"], "measurements: several rows agree; choose one of 5, 7"),
        (["--trial", "2", "-m", "5"], "shape: several rows agree; choose one of 3-6-9, 4-8"),
    ],
)
def test_a_wrong_or_open_choice_is_answered_with_what_there_is(table, capsys, chosen, words):
    assert main([table, *chosen]) == 1
    assert capsys.readouterr().err == f"export: {words}\n"


def test_a_missing_table_is_named(table, capsys):
    assert main(["nowhere.parquet", *arguments()]) == 1
    assert capsys.readouterr().err == "export: nowhere.parquet: there is no such file\n"


def test_another_file_is_refused(table, tmp_path, capsys):
    (tmp_path / "text.parquet").write_text("no table")
    assert main(["text.parquet", *arguments()]) == 1
    assert "text.parquet: not a parquet table" in capsys.readouterr().err
    write_rows([], RECOVERIES, "recoveries.parquet")
    assert main(["recoveries.parquet", *arguments()]) == 1
    assert "recoveries.parquet: not an instances table" in capsys.readouterr().err


def test_a_row_that_cannot_be_rebuilt_is_refused(table, tmp_path, capsys):
    rows = instance_rows(SEED, BLOCK)
    for row in rows:
        row["seed"] = str(SEED + 1)
    write_rows(rows, INSTANCES, table)
    assert main([table, *arguments()]) == 1
    assert "the rebuilt arrays have digest" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.npz"))


def test_a_file_that_cannot_be_written_is_named(table, capsys):
    assert main([table, *arguments(), "-o", "nowhere/one.npz"]) == 1
    assert "nowhere/one.npz" in capsys.readouterr().err
