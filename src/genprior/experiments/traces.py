"""How the relative error falls along single descents: one tidy row an iteration."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from genprior.descent import Settings
from genprior.experiments.blocks import Block, identity_row, own_of
from genprior.experiments.grid import (
    Cell,
    cells_of,
    files_of,
    group_cells_by_shape,
    label_of,
)
from genprior.experiments.recovery import recover
from genprior.experiments.verified import verified_instances
from genprior.model.instances import Instance, instances
from genprior.model.risk import relative_error
from genprior.types import Array, Row

POINTS = 30  # iterations kept of each descent, evenly spaced on a logarithmic scale
TRACED = 3  # trials of each cell; their descents are made again, for only ends are stored


def convergence_rows(
    seed: int, block: Block, settings: Settings, expected: Sequence[Row]
) -> Iterator[Row]:
    """Rows of every descent of a block, at every iteration.

    Args:
        seed: the configuration's seed.
        block: cells and trials.
        settings: how to descend.
        expected: the block's rows of the instances table.
    """
    for cell, _, one in verified_instances(seed, block, expected):
        path = _path(one, settings)
        yield from _rows_along(path, range(len(path)), cell, one, settings)


def trace_rows(seed: int, experiment: Mapping[str, Any], settings: Settings) -> Iterator[Row]:
    """Rows of the first trials of every cell of an experiment, at a few iterations."""
    files = files_of(experiment)
    own = own_of(label_of(experiment), files.get("weights"), files.get("matrix"))
    for shape, cells in group_cells_by_shape(cells_of(experiment)).items():
        counts = [cell.measurements for cell in cells]
        for trial in range(min(TRACED, experiment["trials"])):
            made = instances(seed, cells[0].law, shape, trial, counts, **own)
            for cell, one in zip(cells, made, strict=True):
                path = _path(one, settings)
                yield from _rows_along(path, kept_iterations(len(path) - 1), cell, one, settings)


def kept_iterations(last: int, points: int = POINTS) -> list[int]:
    """0, 1, ... and the last iteration, at most ``points`` + 1 of them."""
    spaced = np.unique(np.rint(np.geomspace(1, max(last, 1), points)).astype(int))
    return [0, *(int(i) for i in spaced if i <= last)]


def _path(one: Instance, settings: Settings) -> Array:
    return recover(one, settings, settings.max_iterations + 1).path


def _rows_along(
    path: Array, iterations: Sequence[int], cell: Cell, one: Instance, settings: Settings
) -> Iterator[Row]:
    for iteration in iterations:
        yield identity_row(cell, one.trial) | {
            "step": settings.step,
            "step_rule": settings.step_rule,
            "iteration": iteration,
            "relative_error": relative_error(path[iteration], one.code),
        }
