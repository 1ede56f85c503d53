"""The points of the studies of noise, for figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.statistics.points import judged, points


def tables(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """One table a study.

    Args:
        rows: each study's rows.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    trials = judged(rows["levels"], settings["success"]["relative_error"])
    return {
        "levels": levels(trials, settings["statistics"]["confidence"]),
        "paths": paths(rows["paths"]),
    }


def levels(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Points with the mean error of successful runs and its standard error (HHHV, Figure 2)."""
    keys = ["latent_dimension", "snr"]
    cells = trials[trials["success"]].groupby(keys, sort=True)["relative_error"]
    means = cells.agg(["mean", "sem"]).reset_index()
    table = points(trials, keys, confidence).merge(means, on=keys, how="left")
    return table.assign(step_rule=trials["step_rule"].iloc[0])


def paths(runs: pd.DataFrame) -> pd.DataFrame:
    """The median error by iteration and SNR (HHHV, Figure 3)."""
    errors = runs.pivot(index="iteration", columns=["snr", "trial"], values="relative_error")
    # A run that stopped stays where it is.
    table = (
        errors.ffill()
        .T.groupby(level="snr", sort=True)
        .median()
        .T.melt(ignore_index=False, value_name="median_error")
        .reset_index()
    )
    return table.assign(step_rule=runs["step_rule"].iloc[0])
