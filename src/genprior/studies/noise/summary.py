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
        "linear": linear(rows["linear"]),
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
    return medians(runs, ["snr"]).assign(step_rule=runs["step_rule"].iloc[0])


def linear(runs: pd.DataFrame) -> pd.DataFrame:
    """The median error without noise by iteration, network and step."""
    return medians(runs, ["latent_dimension", "depth", "measurements", "shape", "step"])


def medians(runs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The median error by iteration and keys; a run that stopped stays where it is."""
    errors = runs.pivot(index="iteration", columns=[*keys, "trial"], values="relative_error")
    return (
        errors.ffill()
        .T.groupby(level=keys, sort=True)
        .median()
        .T.melt(ignore_index=False, value_name="median_error")
        .reset_index()
    )
