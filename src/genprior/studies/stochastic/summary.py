"""The points of the study of stochastic descent, for its figure."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.statistics.points import judged, points, spread


def tables(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Points with quartiles of the passes over the rows of A and of the network evaluations.

    Args:
        rows: the study's rows.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    trials = judged(rows["batches"], settings["success"]["relative_error"])
    keys = ["latent_dimension", "batch"]
    table = points(trials, keys, settings["statistics"]["confidence"])
    for column in ("passes", "evaluations"):
        table = table.assign(**spread(trials, keys, column))
    return {"batches": table.assign(step_rule=trials["step_rule"].iloc[0])}
