"""The numbers of the study of stochastic descent."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import geometric_mean

# The studies whose rows each table of estimates needs; read without running this file.
GROUPS = {"batches": ["batches"]}


def estimates(
    group: str, rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> list[Estimate]:
    """Passes over the rows of A that batches save, and network evaluations that they cost.

    Args:
        group: the one of ``GROUPS``.
        rows: of its study.
        settings: ``statistics`` of the configuration.
    """
    trials, confidence = rows["batches"], settings["statistics"]["confidence"]
    full, found = trials["batch"].max(), []
    for k, group in trials.groupby("latent_dimension", sort=True):
        for column in ("passes", "evaluations"):
            by_batch = group.pivot(index="trial", columns="batch", values=column)
            for batch in by_batch.columns:
                if batch < full:
                    found.append(
                        geometric_mean(by_batch[full] / by_batch[batch], confidence).named(
                            "",
                            f"{column}, full descent / batches",
                            latent_dimension=k,
                            batch=batch,
                        )
                    )
    return found
