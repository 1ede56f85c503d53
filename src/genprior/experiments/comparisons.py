"""Methods on the same trials: experiments that share a grid, cell by cell and in pairs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.experiments.summaries import CELL, STEP
from genprior.statistics.paired import paired_interval

SHARED = [name for name in CELL if name not in STEP]
# What may differ between two experiments whose instances are the same.
FREE = ("descent", "method", "trials", "allocation")
COUNTS = ("trials", "successes", "other_successes", "alone", "other_alone")
COLUMNS = ["other", *SHARED, *COUNTS, "difference", "low", "high"]


def partners(experiments: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """For each experiment with a method, the others on its grid that it is compared with.

    These are all with another method, descent included; of two with methods, the later names the
    pair.  Same grid is same networks, codes and matrices, for an instance is made of its identity.

    Args:
        experiments: the configured experiments, written out, by name.
    """
    found: dict[str, list[str]] = {}
    before: list[str] = []
    for name, one in experiments.items():
        if "method" in one:
            others = [
                other
                for other, there in experiments.items()
                if ("method" not in there or other in before)
                and there.get("method") != one["method"]
                and grid_of(there) == grid_of(one)
            ]
            if others:
                found[name] = others
        before.append(name)
    return found


def grid_of(experiment: Mapping[str, Any]) -> dict[str, Any]:
    """What decides the instances of an experiment, but for how many there are."""
    return {key: value for key, value in experiment.items() if key not in FREE}


def paired_table(
    trials: pd.DataFrame, others: Mapping[str, pd.DataFrame], confidence: float
) -> pd.DataFrame:
    """One row an other experiment and cell: success there and here on the trials that both have.

    ``alone`` counts the trials that succeed here and not there, ``other_alone`` the reverse;
    ``difference`` is success here less success there, with Newcombe's interval for pairs.

    Args:
        trials: an experiment's trials as ``summaries.judged``.
        others: those of others on the same grid, by name.
        confidence: of the intervals.
    """
    rows = []
    for name, there in others.items():
        pairs = trials[[*SHARED, "trial", "success"]].merge(
            there[["shape", "measurements", "trial", "success"]],
            on=["shape", "measurements", "trial"],
            suffixes=("", "_there"),
            validate="one_to_one",
        )
        for cell, group in pairs.groupby(SHARED, dropna=False, sort=False):
            here, there_too = group["success"], group["success_there"]
            both, alone = int((here & there_too).sum()), int((here & ~there_too).sum())
            other_alone, neither = int((~here & there_too).sum()), int((~here & ~there_too).sum())
            low, high = paired_interval(both, alone, other_alone, neither, confidence)
            counts = (len(group), both + alone, both + other_alone, alone, other_alone)
            difference = (alone - other_alone) / len(group)
            rows.append((name, *cell, *counts, difference, low, high))
    return pd.DataFrame(rows, columns=COLUMNS)
