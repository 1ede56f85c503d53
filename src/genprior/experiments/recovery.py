"""Descent on a block of instances: one tidy row a trial."""

from collections.abc import Iterator, Sequence
from time import perf_counter

from genprior.descent import Descent, Settings
from genprior.descent.incremental import Engine
from genprior.experiments.blocks import Block, identity_row
from genprior.experiments.verified import verified_instances
from genprior.model.instances import Instance
from genprior.model.risk import relative_error
from genprior.types import Row


def recover(one: Instance, settings: Settings, path_length: int = 0) -> Descent:
    """Descend on one instance from its start."""
    engine = Engine.of_code(one.network, one.sensing, one.code)
    return engine.descend(one.start, one.tie_direction, settings, path_length)


def recovery_rows(
    seed: int, block: Block, settings: Settings, expected: Sequence[Row]
) -> Iterator[Row]:
    """One row a trial: how descent ended on every instance of a block.

    Args:
        seed: the configuration's seed.
        block: cells and trials.
        settings: how to descend.
        expected: the block's rows of the instances table.
    """
    for cell, trial, one in verified_instances(seed, block, expected):
        began = perf_counter()
        end = recover(one, settings)
        seconds = perf_counter() - began
        yield identity_row(cell, trial) | {
            "step": settings.step,
            "step_rule": settings.step_rule,
            "relative_error": relative_error(end.x, one.code),
            "loss": end.loss,
            "gradient_norm": end.gradient_norm,
            "iterations": end.iterations,
            "negations": end.negations,
            "stop": str(end.stop),
            "seconds": seconds,
            "x": end.x.tolist(),
        }
