"""From rows of networks to cells, trends and end-point clusters, each with an interval."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.api import OLS

from genprior.statistics.intervals import wilson_interval

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


def read_rows(paths: Sequence[str | Path]) -> pd.DataFrame:
    """All rows of a study, in the order of their identity.

    ``expansivity`` becomes n_1 / k, which is the nominal one wherever that is configured;
    ``measurement_ratio`` is m / k, missing under A = I.
    """
    rows = pd.concat([pd.read_parquet(path) for path in sorted(map(str, paths))])
    widths = rows["shape"].str.split("-")
    rows["expansivity"] = widths.str[1].astype(int) / rows["latent_dimension"]
    rows["output_dimension"] = widths.str[-1].astype(int)
    ratio = rows["measurements"] / rows["latent_dimension"]
    rows["measurement_ratio"] = ratio.where(rows["sensing"] != "identity")
    keys = ["depth", "latent_dimension", "output_dimension", "shape", "measurements", "trial"]
    rows = rows.sort_values(keys, kind="stable", ignore_index=True)
    # A cell that stands in two grids holds the same networks twice.
    return rows.drop_duplicates(ignore_index=True)


def mean_interval(values, confidence: float) -> tuple[float, float, float, int]:
    """Mean, Student's interval of the mean (of no width for a constant), and how many values."""
    values = np.asarray(values, float)
    mean, count = float(np.mean(values)), len(values)
    error = float(stats.sem(values)) if count > 1 else float("nan")
    reach = error * stats.t.ppf(0.5 + confidence / 2, max(count - 1, 1))
    return mean, mean - reach, mean + reach, count


def difference_interval(gains, confidence: float) -> tuple[float, float, float, int]:
    """The mean of paired differences of proportions, with an interval that never has width zero.

    Agresti & Min's (Statistics in Medicine 24, 2005): two more pairs, half a pair in each cell of
    the table, so that a run of identical pairs is not taken for certainty.
    """
    gains = np.asarray(gains, float)
    count = len(gains) + 2
    centre = gains.sum() / count
    error = np.sqrt(((gains**2).sum() + 1.0) / count - centre**2) / np.sqrt(count)
    reach = error * stats.norm.ppf(0.5 + confidence / 2)
    return float(gains.mean()), float(centre - reach), float(centre + reach), len(gains)


def cells_table(rows: pd.DataFrame, study: str, confidence: float) -> pd.DataFrame:
    """One row a cell and measure: mean with interval, extremes, networks."""
    table = []
    for identity, group in rows.groupby([*CELL, "measure"], dropna=False, sort=False):
        mean, low, high, trials = mean_interval(group["value"], confidence)
        table.append(
            {"study": study, **dict(zip([*CELL, "measure"], identity, strict=True))}
            | {"mean": mean, "low": low, "high": high}
            | {"least": group["value"].min(), "most": group["value"].max(), "trials": trials}
        )
    return pd.DataFrame(table)


def exponent(
    rows: pd.DataFrame, along: str, fixed: Sequence[str], confidence: float
) -> tuple[float, float, float, int]:
    """p with its interval in value ~ constant(fixed) along^p, by least squares on logarithms.

    One constant for each combination of the ``fixed`` columns; the interval allows for a scatter
    that differs from cell to cell (HC3).
    """
    groups = rows.groupby(list(fixed), dropna=False).ngroup() if fixed else 0 * rows["value"]
    constants = pd.get_dummies(groups, dtype=float).to_numpy()
    design = np.column_stack([np.log(rows[along].to_numpy(float)), constants])
    fit = OLS(np.log(rows["value"].to_numpy()), design).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int(1 - confidence)[0]
    return float(fit.params[0]), float(low), float(high), len(rows)


AXES = ("expansivity", "latent_dimension", "measurements", "output_dimension")


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
            for along in AXES:
                fixed = FIXED[along]
                several = group.groupby(fixed, dropna=False)[along].transform("nunique") > 1
                if not several.any():
                    continue
                part = group[several]
                value, low, high, trials = exponent(part, along, fixed, confidence)
                ends = {"from": part[along].min(), "to": part[along].max()}
                table.append(
                    {"study": study, "depth": depth, "sensing": sensing, "measure": measure}
                    | {"along": along, **ends, "exponent": value, "low": low, "high": high}
                    | {"trials": trials}
                )
    return pd.DataFrame(table)


# What stays fixed along an axis.  Along n_1 / k the later widths follow, along n_d they alone move.
FIXED = {
    "expansivity": ["latent_dimension", "measurement_ratio"],
    "latent_dimension": ["expansivity", "measurement_ratio"],
    "measurements": ["shape"],
    "output_dimension": ["latent_dimension", "expansivity", "measurements"],
}


def share(hits, confidence: float) -> tuple[float, float, float, int]:
    """A proportion with Wilson's interval, and out of how many."""
    hits = np.asarray(hits, bool)
    low, high = wilson_interval(int(hits.sum()), len(hits), confidence)
    return float(hits.mean()), low, high, len(hits)


def ends_table(ends: pd.DataFrame, radius: float, confidence: float) -> pd.DataFrame:
    """One row a cell, start and choice of the negation check: what became of the runs.

    ``second`` counts proved minima within ``radius`` |x0| of -rho_d x0, ``elsewhere`` those beyond
    both that ball and the one about x0.
    """
    ends = ends.assign(**places(ends, radius))
    table = []
    keys = [*CELL, "start", "negation_check"]
    for identity, group in ends.groupby(keys, dropna=False, sort=False):
        recovered, low, high, runs = share(group["kind"] == "recovery", confidence)
        second = group[group["second"]]
        table.append(
            dict(zip(keys, identity, strict=True))
            | {"networks": group["trial"].nunique(), "runs": runs}
            | {"recovered": recovered, "low": low, "high": high}
            | {kind: int((group["kind"] == kind).sum()) for kind in KINDS}
            | {"second": len(second), "elsewhere": int(group["elsewhere"].sum())}
            | {
                "second_along": second["along"].mean(),
                "second_off": second["off"].mean(),
                "second_spread": np.sqrt((second["distance_to_mirror"] ** 2).mean()),
            }
        )
    return pd.DataFrame(table)


KINDS = ("recovery", "smooth", "kink", "dead", "zero", "undecided")
PROVED = ("recovery", "smooth", "kink", "dead")


def places(ends: pd.DataFrame, radius: float) -> dict[str, pd.Series]:
    """Which end points are proved, near -rho_d x0, and near neither of the two."""
    proved = ends["kind"].isin(PROVED)
    wrong = proved & (ends["kind"] != "recovery")
    second = wrong & (ends["distance_to_mirror"] <= radius)
    elsewhere = wrong & ~second & (ends["relative_error"] > radius)
    return {"proved": proved, "second": second, "elsewhere": elsewhere}
