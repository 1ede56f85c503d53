"""Points of curves: what happened in each cell of a study, as tables for figures."""

from collections.abc import Sequence

import pandas as pd

from genprior.statistics.intervals import wilson_interval
from genprior.types import Array


def points(trials: pd.DataFrame, keys: Sequence[str], confidence: float) -> pd.DataFrame:
    """Success by cell: trials, successes, proportion and Wilson's interval, median error."""
    table = (
        trials.groupby(list(keys), sort=True)
        .agg(
            trials=("success", "size"),
            successes=("success", "sum"),
            median_error=("relative_error", "median"),
        )
        .reset_index()
    )
    table["proportion"] = table["successes"] / table["trials"]
    table[["low", "high"]] = [
        wilson_interval(int(s), int(n), confidence)
        for s, n in zip(table["successes"], table["trials"], strict=True)
    ]
    return table


def spread(trials: pd.DataFrame, keys: Sequence[str], column: str) -> dict[str, Array]:
    """Median and quartiles of a column by cell, as columns beside ``points``."""
    groups = trials.groupby(list(keys), sort=True)[column]
    return {
        column: groups.median().to_numpy(),
        f"{column}_low": groups.quantile(0.25).to_numpy(),
        f"{column}_high": groups.quantile(0.75).to_numpy(),
    }


def judged(trials: pd.DataFrame, relative_error: float) -> pd.DataFrame:
    """Trials with ``success``: a relative error of at most a threshold."""
    return trials.assign(success=trials["relative_error"] <= relative_error)
