"""The points of the studies of transposes, for figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.statistics.points import judged, points, spread
from genprior.studies.transposes.published import PLUGIN_SUCCESS


def tables(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """One table a study.

    Args:
        rows: each study's rows.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    confidence = settings["statistics"]["confidence"]
    plugin = judged(rows["plugin"], PLUGIN_SUCCESS)
    trials = judged(rows["reversal"], settings["success"]["relative_error"])
    return {
        "plugin": points(plugin, ["latent_dimension", "width"], confidence),
        "reversal": reversal(trials, confidence),
    }


def reversal(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Points with quartiles of the error."""
    keys = ["depth", "inputs", "method", "expansivity"]
    quartiles = spread(trials, keys, "relative_error")
    return points(trials, keys, confidence).assign(
        error_low=quartiles["relative_error_low"], error_high=quartiles["relative_error_high"]
    )
