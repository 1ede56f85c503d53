"""The numbers of the studies of what is possible, for the claims."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf, nan
from typing import Any

import numpy as np
import pandas as pd

from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import located, mean
from genprior.studies.optimum.excess import exponent_of_excess, limit_of_excess
from genprior.studies.optimum.summary import proved, transitions

# The studies whose rows each table of estimates needs; read without running this file.
GROUPS = {"errors": ["errors"], "growth": ["growth"]}
LEVELS = (1e-1, 1e-2)  # relative errors, at whose predicted iterations AMP is compared


def estimates(
    group: str, rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> list[Estimate]:
    """The estimates of one table.

    Args:
        group: one of ``GROUPS``.
        rows: of each of its studies.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    confidence = settings["statistics"]["confidence"]
    match group:
        case "errors":
            return [*follows(rows["errors"], confidence)]
        case "growth":
            trials = proved(rows["growth"], settings["success"]["relative_error"])
            return [*excess(trials, confidence), *ahead(trials, confidence)]
    raise KeyError(group)


def follows(runs: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """log10 of AMP's error over the predicted one, when that first is at most a level."""
    for (depth, k), group in runs.groupby(["depth", "latent_dimension"], sort=True):
        for level in LEVELS:
            reached = group.loc[group["predicted"] <= level, "iteration"]
            then = group[group["iteration"] == reached.min()]
            ratio = np.log10(then["relative_error"] / then["predicted"])
            yield mean(ratio, confidence).named(
                "OWN-amp-follows",
                "log10 of AMP's error over the prediction",
                depth=depth,
                latent_dimension=k,
                predicted_error=level,
            )


def excess(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """m50 / k of each method at each k, and how what it exceeds 1 by depends on k."""
    curves: dict[tuple[str, int], list[Any]] = {}
    for cell, group, fit in transitions(trials, confidence):
        where = {key: cell[key] for key in ("method", "depth")}
        k = cell["latent_dimension"]
        curves.setdefault(tuple(where.values()), []).append((k, fit, len(group)))
        yield located(fit, len(group), 1 / k).named("", "m50 / k", **where, latent_dimension=k)
    for (method, depth), found in curves.items():
        dimensions, fits, counts = zip(*found, strict=True)
        for measure, law in [
            ("exponent of the excess of m50/k over 1", exponent_of_excess),
            ("limit of the excess of m50/k over 1", limit_of_excess),
        ]:
            fitted = law(dimensions, fits, confidence) or Estimate(nan, -inf, inf, 0)
            named = replace(fitted, trials=sum(counts))
            claim = "OWN-excess" if method == "descent" else ""
            yield named.named(claim, measure, method=method, depth=depth)


def ahead(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """AMP's share of successes less descent's on the same instances, by network over all m."""
    shares = trials.groupby(["depth", "latent_dimension", "trial", "method"])["success"].mean()
    both = shares.unstack().dropna()
    for (depth, k), group in both.groupby(level=["depth", "latent_dimension"], sort=True):
        yield mean(group["amp"] - group["descent"], confidence).named(
            "OWN-amp-ahead",
            "share recovered by AMP less that by descent",
            depth=depth,
            latent_dimension=k,
        )
