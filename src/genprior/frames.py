"""Tables on disk as data frames.  Writes are atomic."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from genprior.files import whole


def read_tables(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Tables of one kind as one, in the order of their paths."""
    readers = {".parquet": pd.read_parquet, ".csv": pd.read_csv}
    tables = [readers[Path(path).suffix](path) for path in paths]
    return pd.concat(tables, ignore_index=True)


def write_csv(table: pd.DataFrame, path: str | Path) -> None:
    """Write a data frame as CSV, whole or not at all; floats in shortest exact form."""
    with whole(path) as partial:
        table.to_csv(partial, index=False, lineterminator="\n")
