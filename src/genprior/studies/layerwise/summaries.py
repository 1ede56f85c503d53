"""From rows of the layer-wise studies to points (for figures) and estimates (for claims)."""

import numpy as np
import pandas as pd

from genprior.studies.layerwise.estimates import (
    Summary,
    difference,
    estimate,
    exponents,
    geometric_mean,
    known,
    located,
    mean,
    points,
    share,
    spread,
    transition,
)
from genprior.studies.layerwise.theory import EXPECTED_TRANSITION, determined
from genprior.types import Row

PUBLISHED_K = 60  # from here on LJDD report that descent fails
LINEAR = 1e-2  # beyond this level the largest errors saturate at the size of the code itself


def kind(slope: float) -> str:
    """The activation in words."""
    return "ReLU" if slope == 0 else f"LeakyReLU {slope:g}"


def noise(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """Median errors, the exponent of error against noise, LJDD's bound and the oracle's worth."""
    claim, rows = "LJDD-noise", []
    table = points(trials, ["shape", "slope", "law", "method", "level"], confidence)
    noises = trials.groupby(["shape", "slope", "law", "method", "level"], sort=True)
    table["relative_noise"] = noises["relative_noise"].median().to_numpy()
    table["seconds"] = noises["seconds"].median().to_numpy()
    linear = trials[trials["level"] <= LINEAR]
    for (slope, law, method), group in linear.groupby(["slope", "law", "method"], sort=True):
        where = f"{method}, {law} noise, {kind(slope)}"
        slopes = exponents(group, "level", "relative_error", ["trial"])
        rows.append(mean(claim, f"exponent of error in noise, {where}", slopes, confidence))
        if method == "l_inf":
            bounded = group[np.isfinite(group["bound"])]
            rows += [
                share(
                    claim,
                    f"share below LJDD's bound, {where}",
                    bounded["largest_error"] <= bounded["bound"],
                    confidence,
                ),
                geometric_mean(
                    claim,
                    f"LJDD's bound / error, {where}",
                    bounded["bound"] / bounded["largest_error"],
                    confidence,
                ),
            ]
    errors = linear.pivot_table(
        index=["slope", "law", "trial", "level"], columns="method", values="relative_error"
    )
    pairs = [
        ("l_1", "l_1-oracle", "l_1 with observed data / with the oracle"),
        ("l_inf", "l_1", "l_inf / l_1"),
        ("descent", "l_inf", "descent / l_inf"),
    ]
    for (slope, law), group in errors.groupby(level=["slope", "law"], sort=True):
        for left, right, words in pairs:
            ratio = np.log(group[left] / group[right]).dropna() if right in group else []
            if len(ratio):
                by_trial = np.exp(ratio.groupby(level="trial").mean())
                rows.append(
                    geometric_mean(
                        claim, f"error, {words}, {law} noise, {kind(slope)}", by_trial, confidence
                    )
                )
    return table, rows


def comparison(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """k50 of every method, at equal caps and in the linear program's and least squares' time."""
    claim, rows = "LJDD-vs-gd", []
    proved = trials["method"] == "certificate"
    trials["success"] = trials["success"].where(~proved, trials["status"] == "recovery")
    trials = pd.concat([trials, *_in_time_of(trials)], ignore_index=True)
    keys = ["method", "latent_dimension"]
    table = points(trials, keys, confidence).assign(**spread(trials, keys, "seconds"))
    fits = {}
    for method, group in trials.groupby("method", sort=True):
        if group["latent_dimension"].nunique() >= 3:
            fits[method] = transition(
                group, "latent_dimension", confidence, ["shape", "trial"], False
            )
            rows.append(located(claim, f"k50, {method}", fits[method], len(group)))
        near = group[group["latent_dimension"] == _nearest(group["latent_dimension"], PUBLISHED_K)]
        k = int(near["latent_dimension"].iloc[0])
        rows.append(share(claim, f"success at k = {k}, {method}", near["success"], confidence))
    rows += _against_program(trials, confidence)
    for method in ("descent-short", "descent-long", "certificate"):
        if method in fits and "linear-program" in fits:
            best, other = fits["linear-program"], fits[method]
            # The ends of the two intervals, opposite ones, which is on the safe side.
            rows.append(
                estimate(
                    claim,
                    f"k50, linear-program / {method}",
                    best.location / other.location,
                    best.low / other.high,
                    best.high / other.low if other.low > 0 else np.inf,
                    len(trials),
                )
            )
    seconds = trials.pivot_table(
        index=["latent_dimension", "trial"], columns="method", values="seconds"
    )
    rows.append(
        geometric_mean(
            claim,
            "seconds, linear-program / least-squares",
            seconds["linear-program"] / seconds["least-squares"],
            confidence,
        )
    )
    return table, rows


def _against_program(trials: pd.DataFrame, confidence: float) -> list[Row]:
    """Paired differences of success, linear program minus each other method, over all k."""
    success = trials.pivot_table(
        index=["latent_dimension", "trial"], columns="method", values="success", aggfunc="first"
    ).astype(float)
    return [
        mean(
            "LJDD-vs-gd",
            f"success, linear-program minus {method}, all k",
            success["linear-program"] - success[method],
            confidence,
        )
        for method in success
        if method != "linear-program"
    ]


def _nearest(values: pd.Series, wanted: float) -> float:
    distinct = np.sort(values.unique())
    return distinct[np.abs(distinct - wanted).argmin()]


def _in_time_of(trials: pd.DataFrame) -> list[pd.DataFrame]:
    """Descent under the long cap, judged after the seconds that a direct method took there.

    A run's iterations are taken to cost the same each.  The clock makes these rows depend on the
    machine, which no other result does.
    """
    identity = ["latent_dimension", "trial"]
    descent = trials[trials["method"] == "descent-long"].set_index(identity)
    judged = []
    for other in ("linear-program", "least-squares"):
        allowed = trials[trials["method"] == other].set_index(identity)["seconds"]
        per_iteration = descent["seconds"] / descent["iterations"].clip(lower=1)
        reached = descent["iterations_to_success"] >= 0
        needed = descent["iterations_to_success"] * per_iteration
        within = descent.assign(
            success=reached & (needed <= allowed.reindex(descent.index)),
            method=f"descent-in-time-of-{other}",
            seconds=allowed.reindex(descent.index),
        )
        judged.append(within.reset_index())
    return judged


def layer(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """The 50% point of a single layer in n / k, free and non-negative inputs, every k."""
    claim, rows, largest = "LJDD-layer", [], trials["latent_dimension"].max()
    keys = ["inputs", "latent_dimension", "ratio"]
    for (inputs, k), group in trials.groupby(keys[:2], sort=True):
        fit = transition(group, "ratio", confidence, ["latent_dimension", "trial"])
        size = "largest k" if k == largest else f"k = {k}"
        rows.append(located(claim, f"50% point in n/k, {inputs} inputs, {size}", fit, len(group)))
    for inputs, expected in EXPECTED_TRANSITION.items():
        rows.append(known(claim, f"expected 50% point for large k, {inputs} inputs", expected))
    for k in sorted(trials["latent_dimension"].unique()):
        widths = np.arange(k, 4 * k)
        half = widths[determined(int(k), widths) >= 0.5 - 1e-9][0]
        rows.append(known(claim, f"exact 50% point in n/k, free inputs, k = {k}", half / k))
    return points(trials, keys, confidence), rows


def depth(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """Shares of exact inversion at constant expansivity, and drift with k and with depth."""
    claim, rows = "LJDD-deep", []
    for expansivity, group in trials.groupby("expansivity", sort=True):
        where = f"expansivity {expansivity:g}"
        rows.append(share(claim, f"exact share, {where}", group["success"], confidence))
        for axis, words in (("latent_dimension", "k"), ("depth", "depth")):
            low, high = group[axis].min(), group[axis].max()
            if low < high:
                rows.append(
                    difference(
                        claim,
                        f"exact share, largest minus smallest {words}, {where}",
                        group.loc[group[axis] == high, "success"],
                        group.loc[group[axis] == low, "success"],
                        confidence,
                    )
                )
        for k in sorted(group["latent_dimension"].unique()):
            alone = group.loc[group["latent_dimension"] == k, "success"]
            rows.append(share(claim, f"exact share, {where}, k = {k}", alone, confidence))
            first = determined(int(k), np.array([round(k * expansivity)]))[0]
            rows.append(
                known(claim, f"first layer determined in theory, {where}, k = {k}", float(first))
            )
    return points(trials, ["expansivity", "depth", "latent_dimension"], confidence), rows


def subset(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """The share of the last layer's coordinates at which inversion succeeds half the time."""
    rows = []
    for (shape, slope), group in trials.groupby(["shape", "slope"], sort=True):
        fit = transition(group, "share", confidence, ["shape", "trial"])
        measure = f"50% point in share seen, {kind(slope)}, {shape}"
        rows.append(located("", measure, fit, len(group)))
    return points(trials, ["shape", "slope", "share"], confidence), rows


def hardness(trials: pd.DataFrame, confidence: float) -> tuple[pd.DataFrame, list[Row]]:
    """How often inversion and brute force agree, and how many formulas were satisfiable."""
    claim, rows = "LJDD-hard", []
    agree = (
        (trials["satisfiable"] == trials["invertible"])
        & (trials["invertible"] == trials["witness"])
        & trials["assignments_agree"]
    )
    trials = trials.assign(agree=agree)
    for family, group in trials.groupby("family", sort=True):
        rows += [
            share(claim, f"agreement, {family} formulas", group["agree"], confidence),
            share(claim, f"satisfiable, {family} formulas", group["satisfiable"], confidence),
        ]
    total = len(trials)
    rows.append(estimate(claim, "disagreements", *[float((~trials["agree"]).sum())] * 3, total))
    table = (
        trials.groupby(["family", "variables", "clauses"], sort=True)
        .agg(
            trials=("agree", "size"),
            agreements=("agree", "sum"),
            satisfiable=("satisfiable", "sum"),
        )
        .reset_index()
    )
    return table, rows


SUMMARIES: dict[str, Summary] = {
    "noise": noise,
    "comparison": comparison,
    "layer": layer,
    "depth": depth,
    "subset": subset,
    "hardness": hardness,
}
