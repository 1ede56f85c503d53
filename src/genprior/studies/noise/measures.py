"""The numbers of the studies of noise, for the claims."""

from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import mean, power_law, power_laws, share
from genprior.statistics.points import judged
from genprior.types import Array

# The studies whose rows each table of estimates needs; read without running this file.
GROUPS = {"levels": ["levels"], "linear": ["paths", "linear"]}
LINEAR_PHASE = (1e-3, 1e-12)  # relative errors between which the rate of convergence is fitted


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
        case "levels":
            return levels(judged(rows["levels"], settings["success"]["relative_error"]), confidence)
        case "linear":
            runs = pd.concat([rows["paths"], rows["linear"]], ignore_index=True)
            return linear(runs, confidence)
    raise KeyError(group)


def levels(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """Exponents of the error of successful runs in noise and in k (HHHV, Figure 2)."""
    good = trials[trials["success"]]
    slopes = power_laws(good, "relative_noise", "relative_error", ["latent_dimension", "trial"])
    exponent = mean(slopes, confidence)
    found = [
        exponent.named(claim, "exponent of error in noise")
        for claim in ("HHHV-noise", "CONTROL-noise")
    ]
    for snr, group in good.groupby("snr", sort=True):
        growth = power_law(
            group["latent_dimension"].to_numpy(float), group["relative_error"].to_numpy()
        )
        found.append(
            Estimate(growth, nan, nan, len(group)).named("", "exponent of error in k", snr=snr)
        )
    return found


def decay(errors: Array, start: float, end: float) -> float:
    """How much the logarithm of the error falls an iteration, fitted between two errors.

    NaN for a run that does not pass from ``start`` to ``end``, or has fewer than three iterates
    there.
    """
    inside = np.flatnonzero((errors <= start) & (errors >= end))
    if len(inside) < 3 or not np.min(errors) <= end:
        return nan
    return -float(np.polyfit(inside, np.log(errors[inside]), 1)[0])


def convergence_rate(errors: Array) -> float:
    """The factor by which the error shrinks an iteration, fitted over ``LINEAR_PHASE``; or NaN."""
    return float(np.exp(-decay(errors, *LINEAR_PHASE)))


def steadiness(errors: Array) -> float:
    """The decay over the later half of ``LINEAR_PHASE``, in decades, over that of the earlier.

    One for linear convergence, towards zero for a slower law such as a power of the iteration, and
    above one for a faster law; or NaN.
    """
    start, end = LINEAR_PHASE
    middle = float(np.sqrt(start * end))
    return decay(errors, middle, end) / decay(errors, start, middle)


def linear(runs: pd.DataFrame, confidence: float) -> list[Estimate]:
    """Is convergence without noise linear, and at what rate, by network and step.

    The reference of a rate is that of HHHV's Theorem 3.1 (recalled), 1 - (7/8) nu / 2^d at the
    step nu.  The theorem asks for nu = K 2^d/d^2 with a small K; HHHV's own step has K = 1.
    """
    runs = runs[np.isinf(runs["snr"])]
    widths = runs["shape"].str.split("-").str[1].astype(int)
    runs = runs.assign(expansivity=widths / runs["latent_dimension"])
    ends = {runs["expansivity"].min(): "narrowest", runs["expansivity"].max(): "widest"}
    found = []
    keys = ["latent_dimension", "expansivity", "shape", "step", "depth"]
    for (_, expansivity, shape, step, depth), group in runs.groupby(keys, sort=True):
        errors = [
            run.sort_values("iteration")["relative_error"].to_numpy()
            for _, run in group.groupby("trial", sort=True)
        ]
        rates = np.array([convergence_rate(run) for run in errors])
        theorem = float(1 - 7 / 8 * step / 2.0**depth)
        where = {"shape": shape, "step_fraction": float(step * depth**2 / 2.0**depth)}
        if expansivity in ends:
            where["networks"] = ends[expansivity]
        found += [
            share(np.isfinite(rates), confidence).named(
                "HHHV-linear", "share of runs that converge", **where
            ),
            mean([steadiness(run) for run in errors], confidence).named(
                "HHHV-linear", "decay of the later half / of the earlier", 1.0, **where
            ),
            mean(rates, confidence).named(
                "HHHV-rate", "rate of convergence an iteration, fitted", theorem, **where
            ),
            share(rates <= theorem, confidence).named(
                "HHHV-rate", "share of runs at the theorem's rate", **where
            ),
        ]
    return found
