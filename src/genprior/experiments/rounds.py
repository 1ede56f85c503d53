"""From the trials of an experiment's earlier rounds to those of its next (see ``allocation``)."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.experiments.allocation import Counts, next_trials, round_sizes
from genprior.experiments.summaries import FIXED


def allocate(
    trials: pd.DataFrame, axis: str, round: int, each: int, allocation: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Which trials every cell gets in a round, in the order of the cells' identity.

    The cost of a cell's trial is its mean number of iterations, which is the same on every machine.

    Args:
        trials: every trial of the earlier rounds, with ``success`` judged.
        axis: the axis of the transition.
        round: the number of the round, 1 or more.
        each: trials a cell on average when all rounds are done.
        allocation: ``rounds``, ``first`` and ``most`` (``allocation``).

    Returns:
        one row a cell: ``shape``, ``measurements``, ``first_trial``, ``next_trial``, the trials
        being those from the one up to, but without, the other.
    """
    cells = trials.groupby(["shape", "measurements"], sort=False).ngroups
    size = round_sizes(cells, allocation["first"], allocation["rounds"], each * cells)[round]
    identity = list(dict.fromkeys([axis, "shape", "measurements"]))
    tables = [
        group.groupby(identity, sort=True)
        .agg(successes=("success", "sum"), trials=("success", "size"), cost=("iterations", "mean"))
        .reset_index()
        for _, group in trials.groupby(FIXED[axis], dropna=False, sort=True)
    ]
    curves = [
        Counts(
            table[axis].to_numpy(float),
            table["successes"].to_numpy(),
            table["trials"].to_numpy(),
            table["cost"].to_numpy(),
            rising=axis != "latent_dimension",
        )
        for table in tables
    ]
    more = next_trials(curves, size, allocation["most"])
    return [
        {
            "shape": row.shape,
            "measurements": int(row.measurements),
            "first_trial": int(row.trials),
            "next_trial": int(row.trials + new),
        }
        for table, counts in zip(tables, more, strict=True)
        for row, new in zip(table.itertuples(), counts, strict=True)
    ]
