"""Descent on a block of instances: one tidy row a trial."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TextIO

from genprior.descent import Descent, Settings
from genprior.descent.incremental import Problem
from genprior.experiments.blocks import Block, block_instances, identity_row
from genprior.experiments.grid import Cell
from genprior.model.instances import Instance, digest
from genprior.model.risk import relative_error
from genprior.types import Row


class InstanceMismatch(ValueError):
    """A rebuilt instance is not, bit for bit, the one that the instances table describes."""


def recover(one: Instance, settings: Settings, path_length: int = 0) -> tuple[Descent, float]:
    """Descend on one instance from its start; the result and the seconds that it took."""
    began = perf_counter()
    problem = Problem(one.weights, one.sensing)
    measurements = problem.measure(one.code)
    end = problem.descend(measurements, one.start, one.tie_direction, settings, path_length)
    return end, perf_counter() - began


def verified_instances(
    seed: int, block: Block, expected: list[Row]
) -> Iterator[tuple[Cell, int, Instance]]:
    """The instances of a block, each checked against its row of the instances table.

    Raises:
        InstanceMismatch: if an instance differs from the one in the table.
    """
    for row, (cell, trial, one) in zip(expected, block_instances(seed, block), strict=True):
        if row["digest"] != digest(one):
            raise InstanceMismatch(
                f"instance {identity_row(cell, trial)} has digest {digest(one)}, but the "
                f"instances table says {row['digest']}: it was made by another version of NumPy; "
                "delete the table and run again"
            )
        yield cell, trial, one


def progress_to(file: TextIO) -> Callable[[int, int], None]:
    """A report of (trials done, trials in all) that now and then writes the time left."""
    began = perf_counter()

    def report(done: int, of: int) -> None:
        if done % 25 == 0 or done == of:
            left = (perf_counter() - began) / done * (of - done)
            print(f"{done} of {of} trials, about {left:.0f} s left", file=file)

    return report


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
        expected: the block's rows of the instances table.
        report: called with (trials done, trials in all) after each trial.
    """
    rows: list[Row] = []
    for cell, trial, one in verified_instances(seed, block, expected):
        end, seconds = recover(one, settings)
        rows.append(
            identity_row(cell, trial)
            | {
                "step": settings.step,
                "relative_error": relative_error(end.x, one.code),
                "loss": end.loss,
                "gradient_norm": end.gradient_norm,
                "iterations": end.iterations,
                "negations": end.negations,
                "stop": str(end.stop),
                "seconds": seconds,
                "x": end.x.tolist(),
            }
        )
        report(len(rows), len(expected))
    return rows


def convergence_rows(seed: int, block: Block, settings: Settings, expected: list[Row]) -> list[Row]:
    """One row an iteration: the relative error along every descent of a block."""
    return [
        identity_row(cell, trial)
        | {"iteration": iteration, "relative_error": relative_error(x, one.code)}
        for cell, trial, one in verified_instances(seed, block, expected)
        for iteration, x in enumerate(recover(one, settings, settings.max_iterations + 1)[0].path)
    ]
