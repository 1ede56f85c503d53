"""The layer-wise studies' numbers, for the claims."""

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np
import pandas as pd

from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import (
    clustered_share,
    difference,
    geometric_mean,
    known,
    located,
    mean,
    power_laws,
    share,
    transition,
)
from genprior.statistics.points import judged
from genprior.studies.layerwise.published import DESCENT_FAILS, PROGRAMS_SUCCEED
from genprior.studies.layerwise.summary import agreement, compared, expected_shares
from genprior.studies.layerwise.theory import EXPECTED_TRANSITION, determined

# The studies whose rows each table of estimates needs; read without running this file.
GROUPS = {
    "noise": ["noise"],
    "comparison": ["comparison"],
    "layer": ["layer"],
    "depth": ["depth"],
    "subset": ["subset"],
    "hardness": ["hardness"],
}
LINEAR = 1e-2  # beyond this level the largest errors saturate at the size of the code itself
LARGE_K = 20  # from here on the closed form expects fewer than one failure in 300 at expansivity 3
INSTANCE = ["shape", "trial"]  # one instance serves every noise level and method


def estimates(
    group: str, rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> list[Estimate]:
    """The estimates of one table.

    Args:
        group: one of ``GROUPS``.
        rows: of each of its studies.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    error, confidence = settings["success"]["relative_error"], settings["statistics"]["confidence"]
    (trials,) = rows.values()
    match group:
        case "noise":
            return noise(trials, confidence)
        case "comparison":
            return comparison(compared(trials, error), confidence)
        case "layer":
            return layer(judged(trials, error), confidence)
        case "depth":
            return depth(judged(trials, error), confidence)
        case "subset":
            return subset(judged(trials, error), confidence)
        case "hardness":
            return hardness(trials, confidence)
    raise KeyError(group)


def noise(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """The exponent of error against noise, LJDD's bound and the oracle's worth."""
    claim, found = "LJDD-noise", []
    linear = trials[trials["level"] <= LINEAR]
    for (slope, law, method), group in linear.groupby(["slope", "law", "method"], sort=True):
        where = {"method": method, "law": law, "slope": slope}
        slopes = power_laws(group, "level", "relative_error", INSTANCE)
        found.append(
            mean(slopes, confidence).named(
                "LJDD-proportional", "exponent of error in noise", **where
            )
        )
        if method == "l_inf":
            bounded = group[np.isfinite(group["bound"])].set_index(INSTANCE)
            below = bounded["largest_error"] <= bounded["bound"]
            instances = [below.index.get_level_values(name) for name in INSTANCE]
            room = by_instance(bounded["bound"] / bounded["largest_error"])
            found += [
                clustered_share(below, instances, confidence).named(
                    claim, "share below LJDD's bound", **where
                ),
                geometric_mean(room, confidence).named(claim, "LJDD's bound / error", **where),
            ]
    errors = linear.pivot_table(
        index=["slope", "law", *INSTANCE, "level"], columns="method", values="relative_error"
    )
    pairs = [("l_1", "l_1-oracle"), ("l_inf", "l_1"), ("descent", "l_inf")]
    for (slope, law), group in errors.groupby(level=["slope", "law"], sort=True):
        for method, other in pairs:
            both = method in group and other in group
            ratios = (group[method] / group[other]).dropna() if both else ()
            if len(ratios):
                where = {"method": method, "other": other, "law": law, "slope": slope}
                found.append(
                    geometric_mean(by_instance(ratios), confidence).named(
                        claim, "error over the other method's", **where
                    )
                )
    return found


def by_instance(ratios: pd.Series) -> pd.Series:
    """The geometric mean of each instance's ratios, the instances being levels of the index."""
    return np.exp(np.log(ratios).groupby(level=INSTANCE).mean())


def comparison(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """k50 of every method, at equal caps and in the linear program's and least squares' time.

    Args:
        trials: ``summary.compared`` trials.
        confidence: of every interval.
    """
    claim, found, fits = "LJDD-vs-gd", [], {}
    program = {"method": "linear-program"}
    for method, group in trials.groupby("method", sort=True):
        if group["latent_dimension"].nunique() >= 3:
            fits[method] = transition(
                group, "latent_dimension", confidence, ["shape", "trial"], False
            )
            found.append(located(fits[method], len(group)).named(claim, "k50", method=method))
        for claimed, cells, chosen in (
            ("LJDD-figure", f"k = {DESCENT_FAILS}", group["latent_dimension"] == DESCENT_FAILS),
            (
                "LJDD-programs",
                f"k <= {PROGRAMS_SUCCEED}",
                group["latent_dimension"] <= PROGRAMS_SUCCEED,
            ),
        ):
            some = share(group.loc[chosen, "success"], confidence)
            found.append(some.named(claimed, "success", method=method, cells=cells))
    # Paired differences, over all k.
    success = trials.pivot_table(
        index=["latent_dimension", "trial"], columns="method", values="success", aggfunc="first"
    ).astype(float)
    for method in success:
        if method != "linear-program":
            gains = mean(success["linear-program"] - success[method], confidence)
            found.append(
                gains.named(
                    claim, "share of successes less the other method's", **program, other=method
                )
            )
    for method in ("descent-short", "descent-long", "certificate"):
        if method in fits and "linear-program" in fits:
            best, other = fits["linear-program"], fits[method]
            # The ends of the two intervals, opposite ones, which is on the safe side.
            ratio = Estimate(
                best.location / other.location,
                best.low / other.high,
                best.high / other.low if other.low > 0 else inf,
                len(trials),
            )
            found.append(ratio.named(claim, "k50 over the other method's", **program, other=method))
    seconds = trials.pivot_table(
        index=["latent_dimension", "trial"], columns="method", values="seconds"
    )
    ratio = geometric_mean(seconds["linear-program"] / seconds["least-squares"], confidence)
    found.append(
        ratio.named(claim, "seconds over the other method's", **program, other="least-squares")
    )
    return found


def layer(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """The 50% point of a single layer in n / k, free and non-negative inputs, every k."""
    claim, found, largest = "OWN-layer", [], trials["latent_dimension"].max()
    for (inputs, k), group in trials.groupby(["inputs", "latent_dimension"], sort=True):
        fit = transition(group, "ratio", confidence, ["latent_dimension", "trial"])
        where = {"inputs": inputs, "latent_dimension": k}
        if k == largest:
            where["cells"] = "largest k"
        found.append(located(fit, len(group)).named(claim, "50% point in n/k", **where))
    # Latent dimensions are pooled: they share no layer.  At three rows an input failures have a
    # chance below 1%, at the narrow end of the grid so have successes.
    for name, cells, chosen in (
        ("LJDD-layer", "widest n/k", trials["ratio"] == trials["ratio"].max()),
        ("CONTROL-layer", "narrowest n/k", trials["ratio"] == trials["ratio"].min()),
    ):
        for inputs, group in trials[chosen].groupby("inputs", sort=True):
            exact = share(group["success"], confidence)
            found.append(exact.named(name, "exact share", inputs=inputs, cells=cells))
    for inputs, expected in EXPECTED_TRANSITION.items():
        found.append(known(expected).named(claim, "expected 50% point for large k", inputs=inputs))
    for k in sorted(trials["latent_dimension"].unique()):
        widths = np.arange(k, 4 * k)
        half = widths[determined(int(k), widths) >= 0.5 - 1e-9][0]
        found.append(
            known(half / k).named(
                claim, "exact 50% point in n/k", inputs="free", latent_dimension=k
            )
        )
    return found


def depth(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """Shares of exact inversion at constant expansivity by k, and how they move with k and depth.

    The reference of a share is what the closed form expects of the same networks
    (``theory.inverted``); no network serves two cells, so that all trials are independent.
    """
    found = []
    trials = trials.assign(expected=expected_shares(trials["shape"]))
    for expansivity, group in trials.groupby("expansivity", sort=True):
        where = {"expansivity": expansivity}
        large = group[group["latent_dimension"] >= LARGE_K]
        found.append(
            share(large["success"], confidence).named(
                "LJDD-deep",
                "exact share",
                large["expected"].mean(),
                **where,
                cells=f"k >= {LARGE_K}",
            )
        )
        # Along k all depths are pooled, along depth only those k that have both ends.
        ends = group["depth"].agg(["min", "max"])
        by_k = group.groupby("latent_dimension")["depth"]
        both = (by_k.transform("min") == ends["min"]) & (by_k.transform("max") == ends["max"])
        for claim, axis, along in (
            ("LJDD-fewer", "latent_dimension", group),
            ("LJDD-deep", "depth", group[both]),
        ):
            low, high = along[axis].min(), along[axis].max()
            if low < high:
                most, least = along[along[axis] == high], along[along[axis] == low]
                found.append(
                    difference(most["success"], least["success"], confidence).named(
                        claim,
                        "exact share, largest minus smallest",
                        most["expected"].mean() - least["expected"].mean(),
                        axis=axis,
                        **where,
                    )
                )
        for k, some in group.groupby("latent_dimension", sort=True):
            found.append(
                share(some["success"], confidence).named(
                    "LJDD-deep",
                    "exact share",
                    some["expected"].mean(),
                    **where,
                    latent_dimension=k,
                )
            )
    return found


def subset(trials: pd.DataFrame, confidence: float) -> list[Estimate]:
    """The share of the last layer's coordinates at which inversion succeeds half the time."""
    found = []
    for (shape, slope), group in trials.groupby(["shape", "slope"], sort=True):
        fit = transition(group, "share", confidence, ["shape", "trial"])
        found.append(
            located(fit, len(group)).named("", "50% point in share seen", shape=shape, slope=slope)
        )
    return found


def hardness(formulas: pd.DataFrame, confidence: float) -> list[Estimate]:
    """How often inversion and brute force agree, and how many formulas were satisfiable.

    The exhaustive families are all there is, not a sample: their shares have no error.
    """
    claim, found = "LJDD-hard", []
    formulas = formulas.assign(agree=agreement(formulas))
    for family, group in formulas.groupby("family", sort=True):
        for measure, hits in (
            ("agreement", group["agree"]),
            ("satisfiable", group["satisfiable"]),
        ):
            one = (
                known(float(hits.mean()), len(hits))
                if family == "exhaustive"
                else share(hits, confidence)
            )
            found.append(one.named(claim, measure, family=family))
    disagreements = float((~formulas["agree"]).sum())
    return [
        *found,
        Estimate(*[disagreements] * 3, len(formulas)).named(claim, "disagreements"),
    ]
