"""How the relative error falls along single descents: one tidy row an iteration."""

from collections.abc import Iterator, Sequence

from genprior.descent import Settings
from genprior.experiments.blocks import Block, identity_row
from genprior.experiments.recovery import recover
from genprior.experiments.verified import verified_instances
from genprior.model.risk import relative_error
from genprior.types import Row


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
    for cell, trial, one in verified_instances(seed, block, expected):
        for iteration, x in enumerate(recover(one, settings).path):
            yield identity_row(cell, trial) | {
                "step": settings.step,
                "step_rule": settings.step_rule,
                "iteration": iteration,
                "relative_error": relative_error(x, one.code),
            }
