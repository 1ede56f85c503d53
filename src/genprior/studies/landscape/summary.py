"""From rows of networks to cells, trends and end points, each with an interval."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from genprior.statistics.estimates import clustered_share, exponent, mean, share

OBSERVED = ("gram", "drift", "effort", "layers", "isometry", "audit", "zero", "rays")
DESCENDED = ("census", "minima", "second", "negation")  # studies of end points
KINDS = ("recovery", "smooth", "kink", "dead", "zero", "undecided")
PROVED = ("recovery", "smooth", "kink", "dead")
NETWORK = ["shape", "trial"]  # whose m, starts and choices of the negation check share it
CELL = [
    "depth",
    "latent_dimension",
    "shape",
    "expansivity",
    "sensing",
    "measurements",
    "measurement_ratio",
    "output_dimension",
]


def prepared(rows: pd.DataFrame) -> pd.DataFrame:
    """All rows of a study, in the order of their identity.

    ``expansivity`` becomes n_1 / k, which is the nominal one wherever that is configured;
    ``measurement_ratio`` is m / k, missing under A = I.
    """
    widths = rows["shape"].str.split("-")
    ratio = rows["measurements"] / rows["latent_dimension"]
    rows = rows.assign(
        expansivity=widths.str[1].astype(int) / rows["latent_dimension"],
        output_dimension=widths.str[-1].astype(int),
        measurement_ratio=ratio.where(rows["sensing"] != "identity"),
    )
    keys = ["depth", "latent_dimension", "output_dimension", "shape", "measurements", "trial"]
    rows = rows.sort_values(keys, kind="stable", ignore_index=True)
    # A cell that stands in two grids holds the same networks twice.
    return rows.drop_duplicates(ignore_index=True)


def cells_table(rows: pd.DataFrame, study: str, confidence: float) -> pd.DataFrame:
    """One row a cell and measure: mean with interval, extremes, networks."""
    table = []
    for identity, group in rows.groupby([*CELL, "measure"], dropna=False, sort=False):
        found = mean(group["value"], confidence)
        table.append(
            {"study": study, **dict(zip([*CELL, "measure"], identity, strict=True))}
            | {"mean": found.value, "low": found.low, "high": found.high}
            | {"least": group["value"].min(), "most": group["value"].max()}
            | {"trials": found.trials}
        )
    return pd.DataFrame(table)


# What stays fixed along an axis.  Along n_1 / k the later widths follow, along n_d they alone move.
FIXED = {
    "expansivity": ["latent_dimension", "measurement_ratio"],
    "latent_dimension": ["expansivity", "measurement_ratio"],
    "measurements": ["shape"],
    "output_dimension": ["latent_dimension", "expansivity", "measurements"],
}


def trends_table(studies: Mapping[str, pd.DataFrame], confidence: float) -> pd.DataFrame:
    """The exponent of every positive measure along n_1 / k, k, m and n_d, all else held fixed.

    One row wherever an axis takes two values or more while depth, sensing law and every axis that
    does not follow from it stay fixed.
    """
    table = []
    for study, rows in studies.items():
        for (depth, sensing, measure), group in rows.groupby(
            ["depth", "sensing", "measure"], sort=True
        ):
            if (group["value"] <= 0).any():
                continue
            for along, fixed in FIXED.items():
                several = group.groupby(fixed, dropna=False)[along].transform("nunique") > 1
                if not several.any():
                    continue
                part = group[several]
                found = exponent(part, along, fixed, confidence, NETWORK)
                ends = {"from": part[along].min(), "to": part[along].max()}
                table.append(
                    {"study": study, "depth": depth, "sensing": sensing, "measure": measure}
                    | {"along": along, **ends, "exponent": found.value}
                    | {"low": found.low, "high": found.high, "trials": found.trials}
                )
    return pd.DataFrame(table)


def placed(ends: pd.DataFrame, radius: float) -> pd.DataFrame:
    """End points with what is known of them.

    ``proved``; of these ``wrong``, which are not x0; of these ``second``, within ``radius`` |x0| of
    -rho_d x0, ``elsewhere``, beyond that ball and the one about x0, and ``outside``, beyond the one
    about 0 as well.
    """
    proved = ends["kind"].isin(PROVED)
    wrong = proved & (ends["kind"] != "recovery")
    second = wrong & (ends["distance_to_mirror"] <= radius)
    elsewhere = wrong & ~second & (ends["relative_error"] > radius)
    outside = elsewhere & (np.hypot(ends["along"], ends["off"]) > radius)
    return ends.assign(
        proved=proved, wrong=wrong, second=second, elsewhere=elsewhere, outside=outside
    )


def networks_table(ends: pd.DataFrame, radius: float) -> pd.DataFrame:
    """One row a network of which something was proved, with what ``placed`` says of any of its
    ends."""
    flags = ["proved", "wrong", "second", "elsewhere", "outside"]
    by_network = placed(ends, radius).groupby([*CELL, "trial"], dropna=False, sort=False)
    table = by_network[flags].any().reset_index()
    return table[table["proved"]]


def shares_table(ends: pd.DataFrame, radius: float, confidence: float) -> pd.DataFrame:
    """One row a cell: the share of networks with a proved minimum outside the three balls."""
    table = []
    for identity, group in networks_table(ends, radius).groupby(CELL, dropna=False, sort=False):
        found = share(group["outside"], confidence)
        table.append(
            dict(zip(CELL, identity, strict=True))
            | {"networks": found.trials, "hits": int(group["outside"].sum())}
            | {"share": found.value, "low": found.low, "high": found.high}
        )
    return pd.DataFrame(table)


def ends_table(ends: pd.DataFrame, radius: float, confidence: float) -> pd.DataFrame:
    """One row a cell, start and choice of the negation check: what became of the runs.

    ``second`` and ``elsewhere`` count the end points that ``placed`` tells apart.
    """
    ends = placed(ends, radius)
    table = []
    keys = [*CELL, "start", "negation_check"]
    for identity, group in ends.groupby(keys, dropna=False, sort=False):
        recovered = clustered_share(group["kind"] == "recovery", [group["trial"]], confidence)
        second = group[group["second"]]
        table.append(
            dict(zip(keys, identity, strict=True))
            | {"networks": group["trial"].nunique(), "runs": recovered.trials}
            | {"recovered": recovered.value, "low": recovered.low, "high": recovered.high}
            | {kind: int((group["kind"] == kind).sum()) for kind in KINDS}
            | {"second": len(second), "elsewhere": int(group["elsewhere"].sum())}
            | {
                "second_along": second["along"].mean(),
                "second_off": second["off"].mean(),
                "second_spread": np.sqrt((second["distance_to_mirror"] ** 2).mean()),
            }
        )
    return pd.DataFrame(table)


def tables(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Cells and trends of the studies of numbers; what became of runs in those of end points; the
    shares of networks with a proved minimum outside the balls."""
    confidence = settings["statistics"]["confidence"]
    observed = {study: prepared(rows[study]) for study in OBSERVED}
    cells = [cells_table(table, study, confidence) for study, table in observed.items()]
    ends = [
        ends_table(
            prepared(rows[study]), settings["landscape"][study]["radius"], confidence
        ).assign(study=study)
        for study in DESCENDED
    ]
    return {
        "cells": pd.concat(cells),
        "trends": trends_table(observed, confidence),
        "ends": pd.concat(ends),
        "shares": shares_table(
            prepared(rows["minima"]), settings["landscape"]["minima"]["radius"], confidence
        ),
    }
