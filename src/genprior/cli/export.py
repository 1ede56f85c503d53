"""``genprior export``: a trial's arrays, by its row of a table or by its identity."""

from pathlib import Path
from typing import Any

from genprior.cli.faults import Fault
from genprior.cli.inputs import given, must_be_writable
from genprior.export import SELECTORS, default_name, read_instances, rebuild, select_row, write_npz
from genprior.model.instances import Instance, instance
from genprior.model.laws import law_text


def run(chosen: Any) -> int:
    """Write one trial and say what it is."""
    must_be_writable(chosen.output)
    if chosen.table is None:
        one, name = given(_by_identity, chosen)
    else:
        for option in ("sensing", "seed"):
            if getattr(chosen, option) is not None:
                raise Fault(f"--{option} is told by the table; leave it out, or leave out TABLE")
        rows = given(read_instances, chosen.table)
        wanted = {name: getattr(chosen, name) for name in SELECTORS}
        row = given(lambda: select_row(rows, **wanted))
        one = given(rebuild, row, chosen.weights, chosen.matrix)
        name = default_name(row)
    path = Path(chosen.output or name)
    given(write_npz, one, path)
    shape = "-".join(map(str, one.shape))
    print(f"{path}: shape {shape}, {one.law}, m = {one.measurement_count}")
    return 0


def _by_identity(chosen: Any) -> tuple[Instance, str]:
    """The instance that the options name, and a file name that says what it is."""
    if chosen.weights or chosen.matrix:
        raise ValueError("--weights and --matrix go with a TABLE whose row names them")
    missing = [name for name in ("shape", "trial", "seed") if getattr(chosen, name) is None]
    if missing:
        raise ValueError(f"without TABLE give --{', --'.join(missing)}")
    try:
        shape = tuple(map(int, chosen.shape.split("-")))
    except ValueError:
        shape = ()
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(f"--shape is {chosen.shape!r}; it should be such as 20-60-180")
    if min(chosen.trial, chosen.seed) < 0:
        raise ValueError("--trial and --seed should not be negative")
    law = law_text(chosen.sensing or "gaussian")
    m = shape[-1] if chosen.measurements is None and law == "identity" else chosen.measurements
    if m is None or m < 1:
        raise ValueError("give --measurements, the number of rows of A, a positive number")
    row = {"shape": chosen.shape, "sensing": law, "measurements": m, "trial": chosen.trial}
    return instance(chosen.seed, law, shape, chosen.trial, m), default_name(row)
