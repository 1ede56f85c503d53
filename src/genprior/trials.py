"""One block of trials: its instances' digests, and its recoveries, as tidy rows."""

from collections.abc import Callable, Iterator
from math import fsum, sqrt
from time import perf_counter
from typing import Any

import numpy as np

from genprior.descent import Descent, Settings
from genprior.descent.compiled import Problem
from genprior.experiments import Block, Cell, group_cells_by_shape
from genprior.instances import Instance, digest, instances

Row = dict[str, Any]


class InstanceMismatch(ValueError):
    """A rebuilt instance is not, bit for bit, the one that the instances table describes."""


def identity_row(cell: Cell, trial: int) -> Row:
    """What a trial is: the columns that instances and recoveries share."""
    return {
        "shape": "-".join(map(str, cell.shape)),
        "depth": cell.depth,
        "latent_dimension": cell.latent_dimension,
        "expansivity": cell.expansivity,
        "sensing": cell.law,
        "measurements": cell.measurements,
        "trial": trial,
    }


def block_instances(seed: int, block: Block) -> Iterator[tuple[Cell, int, Instance]]:
    """The instances of a block: by network, then by trial, then by m."""
    for shape, cells in group_cells_by_shape(block.cells).items():
        counts = [cell.measurements for cell in cells]
        for trial in block.trials:
            drawn = instances(seed, cells[0].law, shape, trial, counts)
            for cell, one in zip(cells, drawn, strict=True):
                yield cell, trial, one


def instance_rows(seed: int, block: Block) -> list[Row]:
    """Identity, seed and digest of every instance of a block."""
    return [
        identity_row(cell, trial) | {"seed": seed, "digest": digest(one)}
        for cell, trial, one in block_instances(seed, block)
    ]


def relative_error(x: np.ndarray, code: np.ndarray) -> float:
    """||x - x0|| / ||x0||, from correctly rounded sums: the same bits everywhere."""
    return sqrt(fsum((x - code) ** 2) / fsum(code**2))


def recover(one: Instance, settings: Settings, path_length: int = 0) -> tuple[Descent, float]:
    """Descend on one instance from its start; the result and the seconds that it took."""
    began = perf_counter()
    problem = Problem(one.weights, one.sensing)
    measurements = problem.measure(one.code)
    end = problem.descend(measurements, one.start, one.tie_direction, settings, path_length)
    return end, perf_counter() - began


def recovery_rows(
    seed: int,
    block: Block,
    settings: Settings,
    expected: list[Row],
    report: Callable[[int, int], None] = lambda done, of: None,
) -> list[Row]:
    """One row a trial: how descent ended on every instance of a block.

    Args:
        seed: the configuration's seed.
        block: cells and trials.
        settings: how to descend.
        expected: the block's rows of the instances table; every digest is checked against them.
        report: called with (trials done, trials in all) after each trial.

    Raises:
        InstanceMismatch: if an instance differs from the one in the table.
    """
    rows: list[Row] = []
    for described, (cell, trial, one) in zip(expected, block_instances(seed, block), strict=True):
        identity = identity_row(cell, trial)
        if described["digest"] != digest(one):
            raise InstanceMismatch(
                f"instance {identity} was built with digest {described['digest']} but is now "
                f"{digest(one)}: NumPy's random streams differ between the two environments"
            )
        end, seconds = recover(one, settings)
        rows.append(
            identity
            | {
                "step": settings.step,
                "relative_error": relative_error(end.x, one.code),
                "loss": end.loss,
                "gradient_norm": end.gradient_norm,
                "iterations": end.iterations,
                "negations": end.negations,
                "stop": str(end.stop),
                "seconds": seconds,
            }
        )
        report(len(rows), len(expected))
    return rows
