"""The numbers behind the claims about the main experiments, from their trials and statistics."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from genprior.experiments.summaries import judged
from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import clustered_share, known, share

# Tables by the name under which they arrive.  A list keeps the tables of those experiments that
# there are; a name without any does not arrive.  Read without running this file, as are GROUPS.
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
    "success_at_100": "statistics/success-at-100/success.csv",
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
    "recovery_recoveries": [
        "recoveries/recovery-d1/",
        "recoveries/recovery-d2/",
        "recoveries/recovery-d3/",
    ],
    "recovery_outcomes": [
        "outcomes/recovery-d1/",
        "outcomes/recovery-d2/",
        "outcomes/recovery-d3/",
    ],
    "default_recoveries": "recoveries/measurements-d2/",
    "default_outcomes": "outcomes/measurements-d2/",
    "step_recoveries": "recoveries/step-d2/",
    "step_outcomes": "outcomes/step-d2/",
}
# The tables that each table of estimates needs.
GROUPS = {
    "recovery": ["recovery_recoveries", "recovery_outcomes"],
    "compressive": ["transitions"],
    "inversion": ["inversion_recoveries", "inversion_outcomes"],
    "expansivity": ["inversion"],
    "measurements-against-k": ["measurements_against_k"],
    "expansivity-against-k": ["expansivity_against_k"],
    "success-against-k": ["success_against_k", "transition_against_k", "success_at_100"],
    "step": ["default_recoveries", "default_outcomes", "step_recoveries", "step_outcomes"],
    "measurements": ["measurements_recoveries", "measurements_outcomes"],
    "decided": [
        "measurements_recoveries",
        "measurements_outcomes",
        "inversion_recoveries",
        "inversion_outcomes",
    ],
    "certified": [
        "measurements_recoveries",
        "measurements_outcomes",
        "inversion_recoveries",
        "inversion_outcomes",
        "recovery_recoveries",
        "recovery_outcomes",
    ],
}
CLEARLY_EXPANSIVE = 5.0  # the largest expansivity of a grid that is at most this
# Cells are pooled at the ends of a grid, since one alone has too few trials to show that a
# probability lies below 0.05 or above 0.95.
NEVER, ALWAYS = 1.25, 4.0
NARROW = 3.0  # OWN-kinks is about networks of at most this expansivity
FEWER = 0.25  # HV-compressive: "far fewer" measurements are at most this share of the outputs
SMALL_K = 20  # HHHV-fig1: the left end of the figure, whose axis ends at k = 100
FAILURES = ("kink", "dead", "smooth", "zero")


def compressive(transitions: pd.DataFrame) -> Iterator[Estimate]:
    """HV v3, section 3: m50 as a share of the output dimension n_d, at a clear expansivity."""
    along_m = transitions[transitions["axis"] == "measurements"]
    usable = along_m[along_m["expansivity"] <= CLEARLY_EXPANSIVE].sort_values("expansivity")
    for depth, networks in usable.groupby("depth"):
        chosen = networks.iloc[-1]
        outputs = int(last_width(networks["shape"]).iloc[-1])
        ends = (float(chosen[name]) / outputs for name in ("location", "low", "high"))
        yield Estimate(*ends, int(chosen["trials"])).named(
            "HV-compressive", "m50 / n_d", depth=depth, expansivity=float(chosen["expansivity"])
        )


def last_width(shapes: pd.Series) -> pd.Series:
    """The output dimension n_d of each shape."""
    return shapes.str.rsplit("-", n=1).str[1].astype(int)


def exponents(
    scaling: pd.DataFrame, axis: str, fixed: str, claim: str, measure: str
) -> Iterator[Estimate]:
    """The exponents in k of the transitions along an axis; ``fixed`` is the grid's other axis."""
    for fit in scaling[scaling["axis"] == axis].to_dict("records"):
        found = Estimate(*(fit[name] for name in ("exponent", "low", "high", "trials")))
        yield found.named(claim, measure, depth=fit["depth"], **{fixed: fit[fixed]})


def pooled_ends(success: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV v3, Theorem 1: success at the narrow and at the expansive end of the grid."""
    for depth, grid in success.groupby("depth"):
        for cells, end in [
            (grid[grid["expansivity"] <= NEVER], f"expansivity <= {NEVER:g}"),
            (grid[grid["expansivity"] >= ALWAYS], f"expansivity >= {ALWAYS:g}"),
        ]:
            found = counted(cells, "successes", confidence)
            yield found.named("HV-expansivity", "success", depth=depth, cells=end)


def published_figure(
    success: pd.DataFrame, last: pd.DataFrame, confidence: float
) -> Iterator[Estimate]:
    """HHHV's Figure 1 by their own rule, the threshold: both ends, where it can be read.

    Args:
        success: one row a cell at their widths and m.
        last: the same at the k where their axis ends.
        confidence: of the interval.
    """
    first = success[success["latent_dimension"] <= SMALL_K]
    for end, cells in [("smallest k", first), ("largest k", last)]:
        yield counted(cells, "threshold_successes", confidence).named(
            "HHHV-fig1", "success by the threshold", cells=end
        )


def own_figure(success: pd.DataFrame, transitions: pd.DataFrame) -> Iterator[Estimate]:
    """Our curve at HHHV's setting: k50, and the success at each k."""
    along_k = transitions[transitions["axis"] == "latent_dimension"]
    for place in along_k.to_dict("records"):
        yield Estimate(*(place[name] for name in ("location", "low", "high", "trials"))).named(
            "OWN-fig1", "k50"
        )
    for cell in success.to_dict("records"):
        yield Estimate(*(cell[name] for name in ("proportion", "low", "high", "trials"))).named(
            "OWN-fig1", "success", latent_dimension=cell["latent_dimension"]
        )


def counted(cells: pd.DataFrame, successes: str, confidence: float) -> Estimate:
    """The share of successes over cells of independent trials; ``successes`` names their column."""
    hits, trials = int(cells[successes].sum()), int(cells["trials"].sum())
    return share(np.repeat([True, False], [hits, trials - hits]), confidence)


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


def recovery(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV v3, section 1: certified recoveries of a clearly expansive network with many rows of A.

    Section 3, far fewer measurements than outputs: the same at no more than a quarter of n_d.
    """
    few = trials[trials["measurements"] <= FEWER * last_width(trials["shape"])]
    for claim, grids in [("HV-recovery", trials), ("HV-compressive", few)]:
        for depth, grid in grids.groupby("depth"):
            cell = grid[grid["measurement_ratio"] == grid["measurement_ratio"].max()]
            where = cell[["expansivity", "measurement_ratio"]].iloc[0].to_dict()
            found = share_of(cell, cell["certified"], confidence)
            yield found.named(claim, "certified", depth=depth, **where)


def inversion(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV v3, Corollary 5: certified recoveries under A = I in expansive networks."""
    for depth, grid in trials[trials["expansivity"] >= ALWAYS].groupby("depth"):
        yield share_of(grid, grid["certified"], confidence).named(
            "HV-inversion", "certified", depth=depth, cells=f"expansivity >= {ALWAYS:g}"
        )


def too_few(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """The control: certified recoveries at m = k/2, where infinitely many codes explain y."""
    half = trials[(trials["expansivity"] >= ALWAYS) & (trials["measurement_ratio"] == 0.5)]
    for depth, grid in half.groupby("depth"):
        yield share_of(grid, grid["certified"], confidence).named(
            "CONTROL-half", "certified", depth=depth, measurement_ratio=0.5
        )


def kinks(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """Which class decided failures belong to: in narrow networks, and at each expansivity."""
    failures = trials[~trials["outcome"].isin(["recovery", "undecided"])]
    cells = [
        (failures[failures["expansivity"] <= NARROW], {"cells": f"expansivity <= {NARROW:g}"}),
        *((group, {"expansivity": e}) for e, group in failures.groupby("expansivity")),
    ]
    for some, where in cells:
        for kind in FAILURES:
            claim = "OWN-smooth" if kind == "smooth" else "OWN-kinks"
            yield share_of(some, some["outcome"] == kind, confidence).named(
                claim, "share of decided failures", outcome=kind, depth=2, **where
            )


def threshold(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """How often the threshold misjudges a decided trial, where recovery is neither sure nor out."""
    recovered = trials.groupby(["shape", "measurements"])["certified"].transform("mean")
    near = trials[(recovered > 0) & (recovered < 1) & (trials["outcome"] != "undecided")]
    for depth, grid in near.groupby("depth"):
        wrong = grid["below_threshold"] != grid["certified"]
        yield share_of(grid, wrong, confidence).named(
            "OWN-threshold", "disagreement near the transition", depth=depth
        )


def certified(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """How many recoveries are proved, and how far their limits are from those of anything else.

    Args:
        trials: those of every experiment, A = I and claims' own cells among them.
        confidence: of the intervals.
    """
    for depth, grid in trials.groupby("depth"):
        below = grid[grid["below_threshold"]]
        decided = grid["outcome"] != "undecided"
        isolated = grid[decided & (grid["nullity"] == 0) & grid["converges"]]
        recoveries, failures = (isolated[isolated["certified"] == hit] for hit in (True, False))
        for measure, found in [
            ("threshold recoveries certified", share_of(below, below["certified"], confidence)),
            ("largest limit error of a recovery", extreme(recoveries["point_error"], "max")),
            ("smallest limit error of a failure", extreme(failures["point_error"], "min")),
        ]:
            yield found.named("OWN-certified", measure, depth=depth)


def trials_decided(trials: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """How many trials of the diagrams end with a proof of what became of them."""
    for depth, grid in trials.groupby("depth"):
        yield share_of(grid, grid["outcome"] != "undecided", confidence).named(
            "OWN-decided", "trials decided", depth=depth
        )


def extreme(values: pd.Series, which: str) -> Estimate:
    """The largest or smallest of what was seen, which has no interval; NaN where nothing was."""
    return known(float(values.agg(which)) if len(values) else float("nan"), len(values))


def estimates(
    group: str, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> Iterator[Estimate]:
    """The estimates of one table.

    Args:
        group: one of ``GROUPS``.
        tables: those of its needs that there are, at least one; what else would be measured is
            left out.
        settings: the configuration's ``success`` and ``statistics``.
    """
    confidence = settings["statistics"]["confidence"]
    trials = {
        name: judged(
            tables[f"{name}_recoveries"], tables[f"{name}_outcomes"], **settings["success"]
        )
        for name in ("measurements", "inversion", "recovery", "default", "step")
        if f"{name}_recoveries" in tables
    }
    match group:
        case "recovery":
            yield from recovery(trials["recovery"], confidence)
        case "compressive":
            yield from compressive(tables["transitions"])
        case "inversion":
            yield from inversion(trials["inversion"], confidence)
        case "expansivity":
            yield from pooled_ends(tables["inversion"], confidence)
        case "measurements-against-k":
            scaling = tables["measurements_against_k"], "measurements", "expansivity"
            for claim in ("HV-measurements", "OWN-exponent"):
                yield from exponents(*scaling, claim, "exponent of m50 in k")
        case "expansivity-against-k":
            scaling = tables["expansivity_against_k"], "expansivity", "measurement_ratio"
            yield from exponents(*scaling, "DRZ-constant", "exponent of e50 in k")
        case "success-against-k" if "success_against_k" in tables:
            yield from own_figure(tables["success_against_k"], tables["transition_against_k"])
            if "success_at_100" in tables:
                yield from published_figure(
                    tables["success_against_k"], tables["success_at_100"], confidence
                )
        case "step" if trials.keys() == {"default", "step"}:
            shift = step_shift(trials["default"], trials["step"], confidence)
            yield shift.named("OWN-step", "shift of log e50", depth=2)
        case "measurements":
            yield from too_few(trials["measurements"], confidence)
            yield from kinks(trials["measurements"].query("depth == 2"), confidence)
            yield from threshold(trials["measurements"], confidence)
        case "decided":
            yield from trials_decided(pd.concat(trials.values()), confidence)
        case "certified":
            yield from certified(pd.concat(trials.values()), confidence)
