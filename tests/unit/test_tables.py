"""Tables: whole or not at all, with the columns and types that the schema says."""

import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from genprior import files, frames, tables
from genprior.descent import Settings
from genprior.experiments import schemas
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.convergence import convergence_rows
from genprior.experiments.grid import Cell
from genprior.experiments.outcomes import outcome_rows
from genprior.experiments.recovery import recovery_rows

BLOCK = Block("b", (Cell((3, 6, 9), "gaussian", 5, None),), 0, 1)
ROWS = instance_rows(1, BLOCK)
SETTINGS = Settings(0.5, True, 5, 0.0, "0.5")
RECOVERIES = list(recovery_rows(1, BLOCK, SETTINGS, ROWS))


@pytest.mark.parametrize(
    ("rows", "schema"),
    [
        (ROWS, schemas.INSTANCES),
        (RECOVERIES, schemas.RECOVERIES),
        (list(outcome_rows(1, BLOCK, SETTINGS, ROWS, RECOVERIES)), schemas.OUTCOMES),
        (list(convergence_rows(1, BLOCK, SETTINGS, ROWS)), schemas.CONVERGENCE),
    ],
    ids=["instances", "recoveries", "outcomes", "convergence"],
)
def test_rows_have_exactly_the_schema_s_columns_and_survive_the_disk(tmp_path, rows, schema):
    assert all(list(row) == schema.names for row in rows)
    tables.write_rows(rows, schema, tmp_path / "t.parquet")
    assert tables.read_rows(tmp_path / "t.parquet") == rows


def test_floats_survive_bit_for_bit(tmp_path):
    schema = pa.schema([("value", pa.float64())])
    values = [0.1, 5e-324, -0.0, 1e308, np.inf]
    tables.write_rows([{"value": v} for v in values], schema, tmp_path / "t.parquet")
    assert [row["value"].hex() for row in tables.read_rows(tmp_path / "t.parquet")] == [
        v.hex() for v in values
    ]
    frames.write_csv(pd.DataFrame({"value": values}), tmp_path / "t.csv")
    assert pd.read_csv(tmp_path / "t.csv")["value"].tolist() == values


def test_the_same_rows_make_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        tables.write_rows(ROWS, schemas.INSTANCES, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_seconds_stand_beside_the_rows_and_add_up(tmp_path):
    paths = [tmp_path / name for name in ("one", "two", "silent")]
    for path, clock in zip(paths, [lambda: 1.25, lambda: 2.5, None], strict=True):
        tables.write_rows(ROWS, schemas.INSTANCES, path, clock)
        assert tables.read_rows(path) == ROWS
    assert tables.seconds_of(paths[:2]) == 3.75
    assert tables.seconds_of(paths) is None


def broken_rows(path):
    tables.write_rows([ROWS[0], {"trial": "not a number"}], schemas.INSTANCES, path)


def broken_csv(path):
    class Table:
        def to_csv(self, partial, **options):
            partial.write_text("half a ta")
            raise OSError("disk full")

    frames.write_csv(Table(), path)


@pytest.mark.parametrize("write", [broken_rows, broken_csv])
def test_a_failed_write_leaves_the_old_table(tmp_path, write):
    path = tmp_path / "table"
    path.write_text("old")
    with pytest.raises((OSError, pa.ArrowInvalid, pa.ArrowTypeError)):
        write(path)
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    "write",
    [
        lambda path: tables.write_rows(ROWS, schemas.INSTANCES, path),
        lambda path: frames.write_csv(pd.DataFrame({"a": [1]}), path),
    ],
    ids=["parquet", "csv"],
)
def test_a_table_appears_whole_by_one_rename(tmp_path, monkeypatch, write):
    """Until the rename nothing stands under the table's name; after it no partial file is left."""
    path, renames = tmp_path / "table", []

    def replace(source, target):
        renames.append((path.exists(), os.path.getsize(source) > 0))
        os.rename(source, target)

    monkeypatch.setattr(files.os, "replace", replace)
    write(path)
    assert renames == [(False, True)]
    assert os.listdir(tmp_path) == ["table"]
