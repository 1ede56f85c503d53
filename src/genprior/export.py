"""Rebuild one trial's instance from its row of an instances table and write it to a .npz file.

    python -m genprior.export TABLE --trial 3 [--measurements 40] [--shape 20-60-180] [-o FILE]

The file holds W1, ..., Wd, A (unless A = I), x0, start, tie_direction and y = A G(x0), for use in
any language; the rebuilt arrays are checked against the digest in the row.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from genprior.experiments.schemas import INSTANCES
from genprior.model.instances import Instance, arrays_of, digest, instance
from genprior.model.problem import Problem
from genprior.tables import read_rows
from genprior.types import Row

SELECTORS = ("trial", "measurements", "shape")


class ExportError(ValueError):
    """The trial cannot be exported; the message says why, and what would work."""


def read_instances(path: str | Path) -> list[Row]:
    """The rows of an instances table.

    Raises:
        ExportError: if there is no such file, or it is not an instances table.
    """
    try:
        rows = read_rows(path)
    except FileNotFoundError:
        raise ExportError(f"{path}: there is no such file") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise ExportError(f"{path}: not a parquet table ({error})") from None
    missing = [name for name in INSTANCES.names if not rows or name not in rows[0]]
    if missing:
        raise ExportError(f"{path}: not an instances table; it lacks {', '.join(missing)}")
    return rows


def select_row(rows: Sequence[Row], **wanted: object) -> Row:
    """The one row that agrees with every given column (None: any value).

    Raises:
        ExportError: if no row does, or several do; the message lists the values to choose from.
    """
    for column, value in wanted.items():
        left = [row for row in rows if value is None or row[column] == value]
        if not left:
            there = ", ".join(map(str, dict.fromkeys(row[column] for row in rows)))
            raise ExportError(f"{column}: given {value}; in the table: {there}")
        rows = left
    for column in wanted:
        values = dict.fromkeys(row[column] for row in rows)
        if len(values) > 1:
            there = ", ".join(map(str, values))
            raise ExportError(f"{column}: several rows agree; choose one of {there}")
    return rows[0]


def rebuild(row: Row) -> Instance:
    """The instance of a row, bit for bit.

    Raises:
        ExportError: if the rebuilt arrays do not have the row's digest.
    """
    shape = tuple(int(size) for size in row["shape"].split("-"))
    one = instance(int(row["seed"]), row["sensing"], shape, row["trial"], row["measurements"])
    if digest(one) != row["digest"]:
        raise ExportError(
            f"the rebuilt arrays have digest {digest(one)}, but the table says {row['digest']}: "
            "the table was made by another version of NumPy or of this package"
        )
    return one


def write_npz(one: Instance, path: str | Path) -> None:
    """Write an instance to a .npz file: W1..Wd, A (unless A = I), x0, start, y = A G(x0)."""
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    np.savez(path, **arrays_of(one), y=problem.measurements)


def default_name(row: Row) -> str:
    """A file name that says what is in it."""
    return f"{row['shape']}.{row['sensing']}.m{row['measurements']}.t{row['trial']:03d}.npz"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m genprior.export",
        description="Rebuild one trial from its row of an instances table and write it as .npz.",
    )
    parser.add_argument(
        "table",
        metavar="TABLE",
        help="such as results/standard/instances/<experiment>/<block>.parquet",
    )
    parser.add_argument("--trial", type=int, help="number of the trial")
    parser.add_argument("--measurements", "-m", type=int, help="m, where the table has several")
    parser.add_argument("--shape", help="k-n_1-...-n_d, where the table has several")
    parser.add_argument("--output", "-o", type=Path, help="file to write (default: named by row)")
    chosen = parser.parse_args(arguments)
    try:
        rows = read_instances(chosen.table)
        row = select_row(rows, **{name: getattr(chosen, name) for name in SELECTORS})
        one = rebuild(row)
        path = chosen.output or Path(default_name(row))
        write_npz(one, path)
    except (ExportError, OSError) as error:
        print(f"export: {error}", file=sys.stderr)
        return 1
    print(f"{path}: shape {row['shape']}, {row['sensing']}, m = {row['measurements']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
