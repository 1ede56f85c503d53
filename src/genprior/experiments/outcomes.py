"""What became of a block of finished runs: one tidy row a trial."""

from collections.abc import Iterator, Sequence
from time import perf_counter

import numpy as np

from genprior.descent import Descent, Settings, Stop
from genprior.descent.outcomes import Outcome, decide, judge
from genprior.experiments.blocks import Block, identity_row
from genprior.experiments.engines import engine_of
from genprior.experiments.verified import verified_instances
from genprior.types import Row


def outcome_rows(
    seed: int,
    block: Block,
    settings: Settings | None,
    expected: Sequence[Row],
    recoveries: Sequence[Row],
) -> Iterator[Row]:
    """One row a trial: what became of every run of a block.

    The decisions go through a linear algebra library, so that their numbers, unlike those of the
    descents, may differ in the last bits from machine to machine.

    Args:
        seed: the configuration's seed.
        block: cells and trials.
        settings: how the block's runs descended; None where they were no descents, whose points
            are judged where they lie.
        expected: the block's rows of the instances table.
        recoveries: the block's rows of the recoveries table, in the same order.

    Raises:
        ValueError: if the recoveries are in another order.
    """
    for recovery, (cell, trial, one) in zip(
        recoveries, verified_instances(seed, block, expected), strict=True
    ):
        identity = identity_row(cell, trial)
        if {name: recovery[name] for name in identity} != identity:
            raise ValueError(f"the recoveries table has another order: expected {identity}")
        began = perf_counter()
        engine = engine_of(one)
        if settings is None:
            outcome = judge(engine, one.code, np.array(recovery["x"], dtype=np.float64))
        else:
            outcome = decide(engine, one.code, end_of(recovery), settings)
        seconds = perf_counter() - began
        yield identity | columns_of(outcome) | {"seconds_to_decide": seconds}


def end_of(row: Row) -> Descent:
    """How a run ended, from its row of the recoveries table (the path is not kept)."""
    x = np.array(row["x"], dtype=np.float64)
    return Descent(
        x=x,
        loss=row["loss"],
        gradient_norm=row["gradient_norm"],
        iterations=row["iterations"],
        negations=row["negations"],
        stop=Stop(row["stop"]),
        path=np.empty((0, len(x))),
    )


def columns_of(outcome: Outcome) -> Row:
    """An outcome as columns of the outcomes table."""
    return {
        "outcome": str(outcome.kind),
        "codimension": outcome.codimension,
        "nullity": outcome.nullity,
        "converges": outcome.converges,
        "point_error": outcome.relative_error,
        "along": outcome.along,
        "off": outcome.off,
        "distance_to_mirror": outcome.distance_to_mirror,
        "moved": outcome.moved,
        "further_iterations": outcome.further_iterations,
    }
