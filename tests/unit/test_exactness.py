"""The same bits for every x86-64 feature level: a block's table of recoveries, digested."""

import hashlib
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from genprior.descent import Settings, compiled, incremental
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import Cell
from genprior.experiments.recovery import recovery_rows
from genprior.model.networks import sample_weights

BLOCK = Block(
    "exactness",
    tuple(
        Cell(shape, law, m, None)
        for shape, law, m in [
            ((7, 23), "gaussian", 19),
            ((9, 31, 77), "gaussian", 29),
            ((8, 30, 75), "rademacher", 11),
            ((6, 13, 27, 51), "gaussian", 37),
        ]
    ),
    0,
    2,
)
SETTINGS = Settings(0.5, True, 400, 1e-9)
PRINT_DIGEST = "from test_exactness import digest; print(digest())"


def rows_of(block):
    return [
        {name: value for name, value in row.items() if name != "seconds"}
        for row in recovery_rows(4242, block, SETTINGS, instance_rows(4242, block))
    ]


def digest():
    """Of the table, with every number to its last bit, of two whole paths and of a proved limit."""
    state = hashlib.blake2b(digest_size=16)
    for row in rows_of(BLOCK):
        state.update(repr(sorted(row.items())).encode())
    stream = np.random.default_rng(2)
    weights = sample_weights((9, 40, 90), stream)
    start, tie = stream.standard_normal((2, 9))
    for kind in (compiled.Engine, incremental.Engine):
        engine = kind.of_code(weights, None, tie)
        state.update(engine.problem.measurements.tobytes())
        state.update(engine.descend(start, tie, SETTINGS, path_length=400).path.tobytes())
    end, limit = engine.descend_to_proof(start, tie, SETTINGS)
    assert limit is not None, "choose another seed: this run is not certified"
    state.update(repr((end.iterations, limit.error)).encode() + limit.point.tobytes())
    return state.hexdigest()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names of x86-64 processors")
def test_bits_do_not_depend_on_the_processor(tmp_path):
    """Compiled for the plainest x86-64, for AVX2 (haswell) and for this machine."""
    processes = {}
    for cpu in ("generic", "haswell"):
        environment = os.environ | {
            "NUMBA_CPU_NAME": cpu,
            "NUMBA_CPU_FEATURES": "",
            "NUMBA_CACHE_DIR": str(tmp_path / cpu),
            "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *sys.path]),
        }
        processes[cpu] = subprocess.Popen(
            [sys.executable, "-c", PRINT_DIGEST],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
    digests = {cpu: process.communicate()[0].strip() for cpu, process in processes.items()}
    host = digest()
    assert digests == {"generic": host, "haswell": host}


def test_rows_do_not_depend_on_the_chunking():
    """Whole, trial by trial, and cell by cell in another order."""
    whole = rows_of(BLOCK)

    def identity(row):
        return row["shape"], row["sensing"], row["measurements"], row["trial"]

    by_trial = [
        row
        for trial in reversed(range(3))
        for row in rows_of(Block("part", BLOCK.cells, trial, trial))
    ]
    by_cell = [
        row for cell in reversed(BLOCK.cells) for row in rows_of(Block("part", (cell,), 0, 2))
    ]
    for part in (by_trial, by_cell):
        assert sorted(map(repr, part)) == sorted(map(repr, whole))
        assert len({identity(row) for row in part}) == len(whole)
