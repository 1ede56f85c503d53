"""How the relative error of single descents falls: a few iterations of one trial a cell."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from genprior.descent import Settings
from genprior.experiments.blocks import identity_row
from genprior.experiments.grid import cells_of, group_cells_by_shape
from genprior.experiments.recovery import recover
from genprior.model.instances import instances
from genprior.model.risk import relative_error
from genprior.types import Row

POINTS = 60  # iterations kept of each descent, evenly spaced on a logarithmic scale


def kept_iterations(last: int, points: int = POINTS) -> list[int]:
    """0, 1, ... and the last iteration, at most ``points`` + 1 of them."""
    spaced = np.unique(np.rint(np.geomspace(1, max(last, 1), points)).astype(int))
    return [0, *(int(i) for i in spaced if i <= last)]


def trace_rows(seed: int, experiment: Mapping[str, Any], settings: Settings) -> list[Row]:
    """Rows of the first trial of every cell of an experiment: iteration, relative error."""
    rows: list[Row] = []
    for shape, cells in group_cells_by_shape(cells_of(experiment)).items():
        counts = [cell.measurements for cell in cells]
        for cell, one in zip(cells, instances(seed, cells[0].law, shape, 0, counts), strict=True):
            path = recover(one, settings, settings.max_iterations + 1)[0].path
            rows += [
                identity_row(cell, 0)
                | {"iteration": i, "relative_error": relative_error(path[i], one.code)}
                for i in kept_iterations(len(path) - 1)
            ]
    return rows
