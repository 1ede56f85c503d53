"""From rows of the neighbours' studies to points (for figures) and estimates (for claims)."""

import numpy as np
import pandas as pd

from genprior.statistics.transitions import fit_scaling
from genprior.studies.layerwise.estimates import (
    Summary,
    estimate,
    exponents,
    geometric_mean,
    known,
    located,
    mean,
    points,
    power_law,
    share,
    spread,
    transition,
)
from genprior.types import Row

PLUGIN_SUCCESS = 1e-5  # PLUGIn's threshold
PLUGIN_RATIO = 20  # PLUGIn's boundary n = 20 n_0
LINEAR_PHASE = (1e-3, 1e-12)  # relative errors between which the rate of convergence is fitted
EXACT = 1e-6


def levels(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """Error of successful runs against noise and against k (HHHV, Figure 2)."""
    claim = "HHHV-noise"
    good = trials[trials["success"]]
    slopes = exponents(good, "relative_noise", "relative_error", ["latent_dimension", "trial"])
    rows = [mean(claim, "exponent of error in noise", slopes, confidence)]
    for snr, group in good.groupby("snr", sort=True):
        growth = power_law(
            group["latent_dimension"].to_numpy(float), group["relative_error"].to_numpy()
        )
        rows.append(
            estimate("", f"exponent of error in k, SNR {snr:g}", growth, *[np.nan] * 2, len(group))
        )
    table = points(trials, ["latent_dimension", "snr"], confidence)
    cells = good.groupby(["latent_dimension", "snr"], sort=True)["relative_error"]
    means = cells.agg(["mean", "sem"]).reset_index()
    return table.merge(means, on=["latent_dimension", "snr"], how="left"), rows


def convergence_rate(errors: np.ndarray) -> float:
    """The factor by which the error shrinks an iteration, fitted over ``LINEAR_PHASE``; or NaN."""
    start, end = LINEAR_PHASE
    inside = np.flatnonzero((errors <= start) & (errors >= end))
    if len(inside) < 3:
        return float("nan")
    return float(np.exp(np.polyfit(inside, np.log(errors[inside]), 1)[0]))


def paths(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """Error against iteration (HHHV, Figure 3) and the rate without noise (Theorem 3.1)."""
    claim = "HHHV-linear"
    exact = trials[np.isinf(trials["snr"])]
    rates = [
        convergence_rate(run.sort_values("iteration")["relative_error"].to_numpy())
        for _, run in exact.groupby("trial", sort=True)
    ]
    rows = [
        mean(claim, "rate of convergence an iteration, fitted", rates, confidence),
        known(claim, "rate of HHHV's Theorem 3.1, 1 - (7/8) nu / 2^d", 1 - 7 / 8 / 4),
    ]
    # A run that stopped stays where it is.
    runs = trials.pivot(index="iteration", columns=["snr", "trial"], values="relative_error")
    table = (
        runs.ffill()
        .T.groupby(level="snr", sort=True)
        .median()
        .T.melt(ignore_index=False, value_name="median_error")
        .reset_index()
    )
    return table, rows


def plugin(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """The width at which PLUGIn succeeds half the time, against n_0, and beyond its boundary."""
    claim, rows = "PLUGIN-boundary", []
    trials = trials.assign(success=trials["relative_error"] <= PLUGIN_SUCCESS)
    fits, sizes = [], []
    for k, group in trials.groupby("latent_dimension", sort=True):
        fit = transition(group, "width", confidence, ["latent_dimension", "width", "trial"])
        fits.append(fit)
        sizes.append(k)
        rows.append(located(claim, f"n50 / n_0, n_0 = {k}", fit, len(group), 1 / k))
    if len(sizes) >= 3:
        scaling = fit_scaling(sizes, fits, confidence)
        rows.append(
            estimate(
                claim,
                "exponent of n50 in n_0",
                scaling.exponent,
                scaling.low,
                scaling.high,
                len(trials),
            )
        )
    inside = [fit.location / k for fit, k in zip(fits, sizes, strict=True) if fit.location > 0]
    rows.append(geometric_mean(claim, "n50 / n_0 over all n_0", inside, confidence))
    ratio = trials["width"] / trials["latent_dimension"]
    for words, chosen in (
        (f"success at n >= {PLUGIN_RATIO} n_0", ratio >= PLUGIN_RATIO),
        (f"success at n < {PLUGIN_RATIO} n_0 / 2", ratio < PLUGIN_RATIO / 2),
    ):
        rows.append(share(claim, words, trials.loc[chosen, "success"], confidence))
    return points(trials, ["latent_dimension", "width"], confidence), rows


def reversal(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """Error of the transposes against width, and how often descent is exact there."""
    claim, rows = "ALM-reverse", []
    keys = ["depth", "inputs", "method"]
    widest = trials["expansivity"].max()
    for (layers, inputs, method), group in trials.groupby(keys, sort=True):
        where = f"{layers} layer{'s' if layers > 1 else ''}, {inputs} codes"
        top = group[group["expansivity"] == widest]["relative_error"]
        if method == "transpose":
            # Trials are independent across widths, so the slope is fitted by trial number.
            slopes = exponents(group, "expansivity", "relative_error", ["trial"])
            rows += [
                mean(claim, f"transpose error at the widest, {where}", top, confidence),
                mean(claim, f"exponent of transpose error in n/k, {where}", slopes, confidence),
            ]
        else:
            rows.append(
                share(claim, f"descent exact at the widest, {where}", top <= EXACT, confidence)
            )
    table = points(trials, [*keys, "expansivity"], confidence)
    quartiles = trials.groupby([*keys, "expansivity"], sort=True)["relative_error"]
    table["error_low"] = quartiles.quantile(0.25).to_numpy()
    table["error_high"] = quartiles.quantile(0.75).to_numpy()
    return table, rows


def stochastic(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """Passes over the rows of A that batches save, and network evaluations that they cost."""
    rows = []
    full = trials["batch"].max()
    for k, group in trials.groupby("latent_dimension", sort=True):
        for column in ("passes", "evaluations"):
            by_batch = group.pivot(index="trial", columns="batch", values=column)
            for batch in by_batch.columns:
                if batch < full:
                    rows.append(
                        geometric_mean(
                            "",
                            f"{column}, full descent / batches of {batch}, k = {k}",
                            by_batch[full] / by_batch[batch],
                            confidence,
                        )
                    )
    keys = ["latent_dimension", "batch"]
    table = points(trials, keys, confidence)
    for column in ("passes", "evaluations"):
        table = table.assign(**spread(trials, keys, column))
    return table, rows


SUMMARIES: dict[str, Summary] = {
    "levels": levels,
    "paths": paths,
    "plugin": plugin,
    "reversal": reversal,
    "stochastic": stochastic,
}
