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

from genprior.experiments.blocks import own_of
from genprior.experiments.schemas import INSTANCES
from genprior.model.instances import Instance, arrays_of, digest, instances
from genprior.model.laws import OWN, laws_of, named
from genprior.model.problem import Problem
from genprior.model.stored import StoredError, network_entries
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


def rebuild(row: Row, weights: Path | None = None, matrix: Path | None = None) -> Instance:
    """The instance of a row, bit for bit.

    Args:
        row: of an instances table.
        weights, matrix: the files of a network and of a sensing matrix of one's own, where the row
            has such.

    Raises:
        ExportError: if a file is missing, or the rebuilt arrays do not have the row's digest.
    """
    shape = tuple(int(size) for size in row["shape"].split("-"))
    laws = laws_of(row["sensing"])
    for option, path, law in zip(("matrix", "weights"), (matrix, weights), laws, strict=True):
        if named(law).word == OWN and path is None:
            raise ExportError(f"the row's {law} is a file of your own; give it as --{option} FILE")
        if named(law).word != OWN and path is not None:
            raise ExportError(f"--{option}: given {path}, but the row has the law {law}")
    try:
        own = own_of(row["sensing"], weights, matrix)
    except StoredError as error:
        raise ExportError(str(error)) from None
    key = int(row["seed"]), row["sensing"], shape, row["trial"], [row["measurements"]]
    (one,) = instances(*key, **own)
    if digest(one) != row["digest"]:
        raise ExportError(
            f"the rebuilt arrays have digest {digest(one)}, but the table says {row['digest']}: "
            "the table was made by another version of NumPy or of this package"
        )
    return one


def write_npz(one: Instance, path: str | Path) -> None:
    """Write an instance to a .npz file: W1..Wd, A (unless A = I), x0, start, y = A G(x0)."""
    problem = Problem.of_code(one.network, one.sensing, one.code)
    entries = arrays_of(one) | network_entries(one.network)
    np.savez(path, **entries, y=problem.measurements)


def default_name(row: Row) -> str:
    """A file name that says what is in it."""
    sensing = row["sensing"].replace("(", "-").replace(")", "")
    return f"{row['shape']}.{sensing}.m{row['measurements']}.t{row['trial']:03d}.npz"


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
    parser.add_argument("--weights", type=Path, help="file of a network of your own")
    parser.add_argument("--matrix", type=Path, help="file of a sensing matrix of your own")
    parser.add_argument("--output", "-o", type=Path, help="file to write (default: named by row)")
    chosen = parser.parse_args(arguments)
    try:
        rows = read_instances(chosen.table)
        row = select_row(rows, **{name: getattr(chosen, name) for name in SELECTORS})
        one = rebuild(row, chosen.weights, chosen.matrix)
        path = chosen.output or Path(default_name(row))
        write_npz(one, path)
    except (ExportError, OSError) as error:
        print(f"export: {error}", file=sys.stderr)
        return 1
    print(f"{path}: shape {row['shape']}, {row['sensing']}, m = {row['measurements']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
