"""The numbers of the studies of noise, for the claims."""

from collections.abc import Mapping
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from genprior.statistics.estimates import Estimate, known, mean, power_law, power_laws
from genprior.statistics.points import judged
from genprior.types import Array

LINEAR_PHASE = (1e-3, 1e-12)  # relative errors between which the rate of convergence is fitted


def estimates(rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> list[Estimate]:
    """All estimates, study by study.

    Args:
        rows: each study's rows.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    trials = judged(rows["levels"], settings["success"]["relative_error"])
    confidence = settings["statistics"]["confidence"]
    return [*levels(trials, confidence), *paths(rows["paths"], confidence)]


def levels(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """Exponents of the error of successful runs in noise and in k (HHHV, Figure 2)."""
    good = trials[trials["success"]]
    slopes = power_laws(good, "relative_noise", "relative_error", ["latent_dimension", "trial"])
    found = [mean(slopes, confidence).named("HHHV-noise", "exponent of error in noise")]
    for snr, group in good.groupby("snr", sort=True):
        growth = power_law(
            group["latent_dimension"].to_numpy(float), group["relative_error"].to_numpy()
        )
        found.append(
            Estimate(growth, nan, nan, len(group)).named("", "exponent of error in k", snr=snr)
        )
    return found


def convergence_rate(errors: Array) -> float:
    """The factor by which the error shrinks an iteration, fitted over ``LINEAR_PHASE``; or NaN."""
    start, end = LINEAR_PHASE
    inside = np.flatnonzero((errors <= start) & (errors >= end))
    if len(inside) < 3:
        return nan
    return float(np.exp(np.polyfit(inside, np.log(errors[inside]), 1)[0]))


def paths(runs: pd.DataFrame, confidence: float) -> list[Estimate]:
    """The rate of convergence without noise, and by HHHV's Theorem 3.1."""
    claim = "HHHV-linear"
    exact = runs[np.isinf(runs["snr"])]
    rates = [
        convergence_rate(run.sort_values("iteration")["relative_error"].to_numpy())
        for _, run in exact.groupby("trial", sort=True)
    ]
    (step,), (depth,) = runs["step"].unique(), runs["depth"].unique()
    return [
        mean(rates, confidence).named(claim, "rate of convergence an iteration, fitted"),
        known(float(1 - 7 / 8 * step / 2.0**depth)).named(
            claim, "rate of HHHV's Theorem 3.1, 1 - (7/8) nu / 2^d"
        ),
    ]
