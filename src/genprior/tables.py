"""Rows of tables on disk, and JSON.  Writes are atomic.

Data frames have a module of their own (``frames``), for pandas takes long to import.
"""

import json
from collections.abc import Callable, Iterable
from math import fsum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from genprior.files import whole
from genprior.types import Row

IDENTITY = [
    ("shape", pa.string()),
    ("depth", pa.int64()),
    ("latent_dimension", pa.int64()),
    ("expansivity", pa.float64()),
    ("sensing", pa.string()),
    ("measurements", pa.int64()),
    ("trial", pa.int64()),
]


def write_rows(
    rows: Iterable[Row],
    schema: pa.Schema,
    path: str | Path,
    clock: Callable[[], float] | None = None,
) -> None:
    """Write rows as parquet, whole or not at all.

    Args:
        rows, schema: what the table holds; rows may be made while they are read.
        path: where.
        clock: read when the rows are there, the processor seconds that they took.  They stand in
            the file's metadata, so that the table keeps them wherever it is copied.  Without one
            the table is silent about them.
    """
    table = pa.Table.from_pylist(list(rows), schema=schema)
    if clock is not None:
        table = table.replace_schema_metadata({"seconds": f"{clock():.3f}"})
    with whole(path) as partial:
        pq.write_table(table, partial)


def read_rows(path: str | Path) -> list[Row]:
    """The rows of a parquet table."""
    return pq.ParquetFile(path).read().to_pylist()


def seconds_of(paths: Iterable[str | Path]) -> float | None:
    """Processor seconds that parquet tables took in all; None where one does not say."""
    found = [(pq.read_schema(path).metadata or {}).get(b"seconds") for path in paths]
    return None if None in found else fsum(map(float, found))


def read_json(path: str | Path) -> Any:
    """What a JSON file holds."""
    return json.loads(Path(path).read_text())


def write_text(text: str, path: str | Path) -> None:
    """Write text, whole or not at all."""
    with whole(path) as partial:
        partial.write_text(text)


def write_json(value: Any, path: str | Path) -> None:
    """Write JSON, whole or not at all; NaN and infinity are refused, for JSON has none."""
    write_text(json.dumps(value, indent=1, allow_nan=False, ensure_ascii=False) + "\n", path)
