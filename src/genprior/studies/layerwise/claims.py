"""The claims table: every estimate that bears on a claim of the ledger, from all studies."""

from collections.abc import Sequence

import pandas as pd

from genprior.studies.layerwise.estimates import COLUMNS

HHHV_FIGURE = "HHHV-fig1"


def published_figure(success: pd.DataFrame, transitions: pd.DataFrame) -> pd.DataFrame:
    """HHHV's Figure 1 as estimates: k50 and the success at each k, from the main experiment.

    Args:
        success, transitions: the statistics of the experiment ``success-against-k``.
    """
    curve = success.assign(
        claim=HHHV_FIGURE,
        measure="success at k = " + success["latent_dimension"].astype(str),
        value=success["proportion"],
    )
    place = transitions[transitions["axis"] == "latent_dimension"].assign(
        claim=HHHV_FIGURE, measure="k50", value=lambda table: table["location"]
    )
    return pd.concat([place[COLUMNS], curve[COLUMNS]], ignore_index=True)


def claims_table(estimates: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All rows that name a claim, by claim, in the order measured.

    Raises:
        ValueError: if two rows share claim and measure, which key the table.
    """
    table = pd.concat(estimates, ignore_index=True)
    table = table[table["claim"].fillna("") != ""].sort_values("claim", kind="stable")
    twins = table[table.duplicated(["claim", "measure"])]
    if len(twins):
        raise ValueError(f"measured twice: {twins.iloc[0]['claim']}, {twins.iloc[0]['measure']}")
    return table[COLUMNS].reset_index(drop=True)
