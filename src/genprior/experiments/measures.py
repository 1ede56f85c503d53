"""The numbers behind the claims about the main experiments, from their trials and statistics."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from genprior.experiments.summaries import judged
from genprior.statistics.estimates import Estimate, clustered_share, share

# Tables by the name under which they arrive.  A list keeps the tables of those experiments that
# there are; a name without any does not arrive, and what it measures is left out.
NEEDS = {
    "transitions": [
        "statistics/measurements-d2/transitions.csv",
        "statistics/measurements-d3/transitions.csv",
    ],
    "measurements_against_k": "statistics/measurements-against-k/scaling.csv",
    "expansivity_against_k": "statistics/expansivity-against-k/scaling.csv",
    "inversion": [
        "statistics/inversion-d1/success.csv",
        "statistics/inversion-d2/success.csv",
        "statistics/inversion-d3/success.csv",
    ],
    "success_against_k": "statistics/success-against-k/success.csv",
    "transition_against_k": "statistics/success-against-k/transitions.csv",
    "measurements_recoveries": [
        "recoveries/measurements-d1/",
        "recoveries/measurements-d2/",
        "recoveries/measurements-d3/",
    ],
    "measurements_outcomes": [
        "outcomes/measurements-d1/",
        "outcomes/measurements-d2/",
        "outcomes/measurements-d3/",
    ],
    "inversion_recoveries": [
        "recoveries/inversion-d1/",
        "recoveries/inversion-d2/",
        "recoveries/inversion-d3/",
    ],
    "inversion_outcomes": [
        "outcomes/inversion-d1/",
        "outcomes/inversion-d2/",
        "outcomes/inversion-d3/",
    ],
    "step_recoveries": "recoveries/step-d2/",
    "step_outcomes": "outcomes/step-d2/",
}
CLEARLY_EXPANSIVE = 5.0  # the largest expansivity of a grid that is at most this
# Cells are pooled at the ends of a grid, since one alone has too few trials to show that a
# probability lies below 0.05 or above 0.95.
NEVER, ALWAYS = 1.25, 4.0
NARROW = 3.0  # OWN-kinks is about networks of at most this expansivity


def compressive(transitions: pd.DataFrame) -> Iterator[Estimate]:
    """HV, section 3: m50 as a share of the output dimension n_d, in a clearly expansive network."""
    along_m = transitions[transitions["axis"] == "measurements"]
    usable = along_m[along_m["expansivity"] <= CLEARLY_EXPANSIVE].sort_values("expansivity")
    for depth, networks in usable.groupby("depth"):
        chosen = networks.iloc[-1]
        outputs = int(str(chosen["shape"]).rsplit("-", 1)[1])
        ends = (float(chosen[name]) / outputs for name in ("location", "low", "high"))
        yield Estimate(*ends, int(chosen["trials"])).named(
            "HV-compressive", "m50 / n_d", depth=depth, expansivity=float(chosen["expansivity"])
        )


def exponents(
    scaling: pd.DataFrame, axis: str, fixed: str, claim: str, measure: str
) -> Iterator[Estimate]:
    """The exponents in k of the transitions along an axis; ``fixed`` is the grid's other axis."""
    for fit in scaling[scaling["axis"] == axis].to_dict("records"):
        yield Estimate(*(fit[name] for name in ("exponent", "low", "high", "trials"))).named(
            claim, measure, depth=fit["depth"], **{fixed: fit[fixed]}
        )


def pooled_ends(success: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV, Theorems 1 and 3: success at the narrow and at the expansive end of the grid."""
    for depth, grid in success.groupby("depth"):
        for cells, end in [
            (grid[grid["expansivity"] <= NEVER], f"expansivity <= {NEVER:g}"),
            (grid[grid["expansivity"] >= ALWAYS], f"expansivity >= {ALWAYS:g}"),
        ]:
            successes, trials = int(cells["successes"].sum()), int(cells["trials"].sum())
            hits = np.repeat([True, False], [successes, trials - successes])
            yield share(hits, confidence).named("HV-expansivity", "success", depth=depth, cells=end)


def published_figure(success: pd.DataFrame, transitions: pd.DataFrame) -> Iterator[Estimate]:
    """HHHV's Figure 1: k50, and the success at each k."""
    along_k = transitions[transitions["axis"] == "latent_dimension"]
    for place in along_k.to_dict("records"):
        yield Estimate(*(place[name] for name in ("location", "low", "high", "trials"))).named(
            "HHHV-fig1", "k50"
        )
    for cell in success.to_dict("records"):
        yield Estimate(*(cell[name] for name in ("proportion", "low", "high", "trials"))).named(
            "HHHV-fig1", "success", latent_dimension=cell["latent_dimension"]
        )


def step_shift(default: pd.DataFrame, bold: pd.DataFrame, confidence: float) -> Estimate:
    """The shift of log e50 from the default step to the bold one, on the same instances.

    Spearman and Kaerber's estimate of the 50% point is linear in the success probabilities, so the
    shift is a weighted sum of paired differences and its standard error follows from theirs.

    Args:
        default, bold: one row a trial of the same cells: expansivity, shape, measurement_ratio,
            trial, success.
        confidence: of the interval (Student, degrees of freedom by Satterthwaite).
    """
    keys = ["expansivity", "shape", "measurement_ratio", "trial"]
    pairs = default.merge(bold, on=keys, suffixes=("", "_bold"), validate="one_to_one")
    pairs = pairs[pairs["measurement_ratio"] == pairs["measurement_ratio"].max()]
    gain = pairs["success_bold"].astype(float) - pairs["success"].astype(float)
    cells = gain.groupby(pairs["expansivity"]).agg(["mean", "var", "count"])
    log_e = np.log(cells.index.to_numpy())
    gaps = np.diff(log_e)
    spacing = np.concatenate([gaps[:1], gaps[1:] + gaps[:-1], gaps[-1:]]) / 2
    shift = -float(spacing @ cells["mean"])
    variances = spacing**2 * cells["var"] / cells["count"]
    total = float(variances.sum())
    freedom = total**2 / float((variances**2 / (cells["count"] - 1)).sum()) if total else np.inf
    reach = float(stats.t.ppf(0.5 + confidence / 2, freedom)) * np.sqrt(total)
    return Estimate(shift, shift - reach, shift + reach, len(pairs))


def share_of(trials: pd.DataFrame, chosen: pd.Series, confidence: float) -> Estimate:
    """The share of trials that were chosen; those along m share their network, code and start."""
    return clustered_share(chosen, [trials["shape"], trials["trial"]], confidence)


def recovery(trials: pd.DataFrame, claim: str, confidence: float) -> Iterator[Estimate]:
    """HV: the share of certified recoveries in expansive networks, at the most measurements."""
    for depth, grid in trials.groupby("depth"):
        where = {"depth": depth, "cells": f"expansivity >= {ALWAYS:g}"}
        wide = grid[grid["expansivity"] >= ALWAYS]
        if wide["measurement_ratio"].notna().any():
            where["measurement_ratio"] = float(wide["measurement_ratio"].max())
            wide = wide[wide["measurement_ratio"] == where["measurement_ratio"]]
        yield share_of(wide, wide["certified"], confidence).named(claim, "certified", **where)


def kinks(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """Which class decided failures in narrow networks belong to."""
    narrow = trials[trials["expansivity"] <= NARROW]
    failures = narrow[~narrow["outcome"].isin(["recovery", "undecided"])]
    for kind in ("kink", "dead", "smooth", "zero"):
        yield share_of(failures, failures["outcome"] == kind, confidence).named(
            "OWN-kinks",
            "share of decided failures",
            outcome=kind,
            depth=2,
            cells=f"expansivity <= {NARROW:g}",
        )


def threshold(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """How often the threshold misjudges a decided trial, where recovery is neither sure nor out."""
    recovered = trials.groupby(["shape", "measurements"])["certified"].transform("mean")
    near = trials[(recovered > 0) & (recovered < 1) & (trials["outcome"] != "undecided")]
    wrong = near["below_threshold"] != near["certified"]
    yield share_of(near, wrong, confidence).named(
        "OWN-threshold", "disagreement near the transition", depth=2
    )


def certified(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """How much is decided, and how far the limit of a recovery is from that of anything else."""
    below = trials[trials["below_threshold"]]
    decided = trials["outcome"] != "undecided"
    isolated = trials[decided & (trials["nullity"] == 0) & trials["converges"]]
    recoveries, failures = (isolated[isolated["certified"] == hit] for hit in (True, False))
    for measure, found in [
        ("threshold recoveries certified", share_of(below, below["certified"], confidence)),
        ("trials decided", share_of(trials, decided, confidence)),
        ("largest limit error of a recovery", extreme(recoveries["point_error"], "max")),
        ("smallest limit error of a failure", extreme(failures["point_error"], "min")),
    ]:
        yield found.named("OWN-certified", measure, depth=2)


def extreme(values: pd.Series, which: str) -> Estimate:
    """The largest or smallest of what was seen, which has no interval; NaN where nothing was."""
    value = float(values.agg(which)) if len(values) else float("nan")
    return Estimate(value, value, value, len(values))


def estimates(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> list[Estimate]:
    """Every number that bears on a claim about the main experiments.

    Args:
        tables: those of ``NEEDS`` that there are.
        settings: the configuration's ``success`` and ``statistics``.
    """
    confidence = settings["statistics"]["confidence"]
    trials = {
        name: judged(
            tables[f"{name}_recoveries"], tables[f"{name}_outcomes"], **settings["success"]
        )
        for name in ("measurements", "inversion", "step")
        if f"{name}_recoveries" in tables
    }
    found: list[Estimate] = []
    if "transitions" in tables:
        found += compressive(tables["transitions"])
    if "measurements_against_k" in tables:
        growth = tables["measurements_against_k"]
        claim, measure = "HV-measurements", "exponent of m50 in k"
        found += exponents(growth, "measurements", "expansivity", claim, measure)
    if "inversion" in tables:
        found += pooled_ends(tables["inversion"], confidence)
    if "expansivity_against_k" in tables:
        growth = tables["expansivity_against_k"]
        claim, measure = "DRZ-constant", "exponent of e50 in k"
        found += exponents(growth, "expansivity", "measurement_ratio", claim, measure)
    if "success_against_k" in tables:
        found += published_figure(tables["success_against_k"], tables["transition_against_k"])
    for name, claim in [("measurements", "HV-recovery"), ("inversion", "HV-inversion")]:
        if name in trials:
            found += recovery(trials[name], claim, confidence)
    diagram = trials["measurements"].query("depth == 2") if "measurements" in trials else ()
    if len(diagram) and "step" in trials:
        shift = step_shift(diagram, trials["step"], confidence)
        found.append(shift.named("OWN-step", "shift of log e50", depth=2))
    if len(diagram):
        found += [*kinks(diagram, confidence), *threshold(diagram, confidence)]
        found += certified(diagram, confidence)
    return found
