"""The numbers of the studies of transposes, for the claims."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import (
    clustered_share,
    exponent_of,
    geometric_mean,
    located,
    mean,
    power_laws,
    share,
    transition,
)
from genprior.statistics.points import judged
from genprior.statistics.transitions import fit_scaling
from genprior.studies.transposes.published import PLUGIN_RATIO, PLUGIN_SUCCESS

# The studies whose rows each table of estimates needs; read without running this file.
GROUPS = {"plugin": ["plugin"], "reversal": ["reversal"]}
REVERSED = 1e-6  # relative error of a code that counts as found exactly
CODE = ["latent_dimension", "trial"]  # one code and one start serve every width of PLUGIn


def estimates(
    group: str, rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> list[Estimate]:
    """The estimates of one table.

    Args:
        group: one of ``GROUPS``.
        rows: of each of its studies.
        settings: ``statistics`` of the configuration.
    """
    confidence = settings["statistics"]["confidence"]
    match group:
        case "plugin":
            return plugin(judged(rows["plugin"], PLUGIN_SUCCESS), confidence)
        case "reversal":
            return reversal(rows["reversal"], confidence)
    raise KeyError(group)


def plugin(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """The width at which PLUGIn succeeds half the time, against n_0, and beyond its boundary."""
    claim, found, fits = "PLUGIN-boundary", [], {}
    for k, group in trials.groupby("latent_dimension", sort=True):
        fits[k] = transition(group, "width", confidence, CODE)
        found.append(
            located(fits[k], len(group), 1 / k).named(claim, "n50 / n_0", latent_dimension=k)
        )
    if len(fits) >= 3:
        scaling = fit_scaling(list(fits), fits.values(), confidence)
        found.append(
            exponent_of(scaling, len(trials)).named("PLUGIN-line", "exponent of n50 in n_0")
        )
    inside = [fit.location / k for k, fit in fits.items() if fit.location > 0]
    found.append(geometric_mean(inside, confidence).named(claim, "mean of n50 / n_0"))
    ratio = trials["width"] / trials["latent_dimension"]
    for cells, chosen in (
        (f"n >= {PLUGIN_RATIO} n_0", ratio >= PLUGIN_RATIO),
        (f"n < {PLUGIN_RATIO} n_0 / 2", ratio < PLUGIN_RATIO / 2),
    ):
        some = trials[chosen]
        pooled = clustered_share(some["success"], [some[name] for name in CODE], confidence)
        found.append(pooled.named(claim, "success", cells=cells))
    return found


def reversal(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """Error of the transposes against width, and how often descent is exact there."""
    claim, found = "ALM-reverse", []
    widest = trials["expansivity"].max()
    for (depth, inputs, method), group in trials.groupby(["depth", "inputs", "method"], sort=True):
        where = {"depth": depth, "inputs": inputs}
        top = group[group["expansivity"] == widest]["relative_error"]
        if method == "transpose":
            # Trials are independent across widths, so the slope is fitted by trial number.
            slopes = power_laws(group, "expansivity", "relative_error", ["trial"])
            found += [
                mean(top, confidence).named(claim, "transpose error", **where, networks="widest"),
                mean(slopes, confidence).named(
                    claim, "exponent of transpose error in n/k", **where
                ),
            ]
        else:
            exact = share(top <= REVERSED, confidence)
            found.append(exact.named("OWN-reverse", "descent exact", **where, networks="widest"))
    return found
