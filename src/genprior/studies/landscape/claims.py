"""The landscape's rows of the claims ledger: each claim's numbers, with intervals.

A row has ``claim``, ``measure``, ``value``, ``low``, ``high``, ``trials`` and ``reference``: what
the theory puts beside the number, missing where it names none.  Verdicts are drawn elsewhere, by
rules written beforehand.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from genprior.model.theory import expected_curvatures, expected_risk, rho, saddle_coefficient
from genprior.studies.landscape.audit import expected_shortest
from genprior.studies.landscape.summary import (
    difference_interval,
    exponent,
    mean_interval,
    places,
    share,
)

WIDE = 8  # WDC exponents from this n / k on: below it the constant cannot fall
LARGE = 10  # and drifts in k also from this k on: few dimensions leave a supremum less room
FIXED = ["depth", "latent_dimension", "measurement_ratio"]
Row = dict[str, Any]


def _row(claim: str, measure: str, numbers, reference: float = np.nan) -> Row:
    value, low, high, trials = numbers
    return {
        "claim": claim,
        "measure": measure,
        "value": float(value),
        "low": float(low),
        "high": float(high),
        "trials": int(trials),
        "reference": float(reference),
    }


def _exact(value: float) -> tuple[float, float, float, int]:
    """A computed number: an interval of no width, no trials."""
    return value, value, value, 0


def _where(cell: Mapping[str, Any]) -> str:
    """The conditions of a cell in words."""
    ratio = cell["measurement_ratio"]
    sensing = "A=I" if pd.isna(ratio) else f"m/k={ratio:g}"
    return f"d={cell['depth']}, k={cell['latent_dimension']}, {sensing}"


def _of(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    return rows[rows["measure"] == measure]


def _trends(
    rows: pd.DataFrame, claim: str, measures: list[str], along: str, fixed: list[str], conf: float
) -> Iterator[Row]:
    """The exponent of each measure along an axis, wherever it takes two values."""
    for measure in measures:
        chosen = _of(rows, measure)
        if len(chosen) and chosen[along].nunique() > 1:
            yield _row(
                claim, f"{measure}: exponent in {along}", exponent(chosen, along, fixed, conf)
            )


def gram_claims(rows: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """HV-wdc and HV-logfactor."""
    for form in ("gram form xx", "gram form xy", "gram trace"):
        chosen = _of(rows, form)
        # Deviations have standard deviations of order 1 / sqrt(n).
        scaled = chosen["value"] * np.sqrt(chosen["output_dimension"])
        yield _row("HV-wdc", f"sqrt(n) x mean of {form}", mean_interval(scaled, confidence), 0.0)
    wide = rows[rows["expansivity"] >= WIDE]
    large = wide[wide["latent_dimension"] >= LARGE]
    for name, chosen in [
        (f"n/k >= {WIDE}", wide),
        (f"n/k >= {WIDE}, k >= {LARGE}", large),
        ("all n/k", rows),
    ]:
        for along, fixed, claim in [
            ("expansivity", "latent_dimension", "HV-wdc"),
            ("latent_dimension", "expansivity", "HV-logfactor"),
        ]:
            for row in _trends(
                chosen, claim, ["gram, searched", "gram, drawn"], along, [fixed], confidence
            ):
                yield row | {"measure": f"{row['measure']}, {name}"}


def layer_claims(rows: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """HV-products, HV-kinks and MI-disjoint."""
    measures = ["image of a product", "square of a product", "angle", "direction"]
    for depth, chosen in rows.groupby("depth"):
        for row in _trends(
            chosen, "HV-products", measures, "expansivity", ["latent_dimension"], confidence
        ):
            yield row | {"measure": f"{row['measure']}, d={depth}", "reference": -0.5}
    identity = ["shape", "trial"]
    wide = rows.pivot_table(index=identity, columns="measure", values="value")
    for claim, measure in [
        ("HV-kinks", "direction at a kink"),
        ("HV-kinks", "direction at a vertex"),
        ("HV-products", "direction, tied rows"),
        ("HV-products", "direction, tied columns"),
    ]:
        if measure in wide:
            ratio = np.log(wide[measure] / wide["direction"]).dropna()
            value, low, high, trials = mean_interval(ratio, confidence)
            numbers = np.exp(value), np.exp(low), np.exp(high), trials
            yield _row(claim, f"{measure}, relative to smooth points", numbers, 1.0)
    overlap = _of(rows, "overlap of x and -x")["value"]
    hits = share(overlap > 0, confidence)
    yield _row("MI-disjoint", "share of networks with any overlap", hits, 0.0)


def isometry_claims(rows: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """HV-rric: against m on one network shape, and against n_d at fixed m."""
    for measure in ("isometry, searched", "isometry, drawn"):
        chosen = _of(rows, measure)
        for along, fixed in [("measurements", "shape"), ("output_dimension", "measurements")]:
            several = chosen.groupby(["latent_dimension", fixed])[along].transform("nunique") > 1
            part = chosen[several]
            if len(part):
                numbers = exponent(part, along, ["latent_dimension", fixed], confidence)
                yield _row("HV-rric", f"{measure}: exponent in {along}", numbers)


def audit_claims(rows: pd.DataFrame, radius: float, confidence: float) -> Iterator[Row]:
    """HV-descent and HV-zero."""
    doubled = rows.assign(doublings=np.log2(rows["expansivity"]))
    for _, group in doubled.groupby(FIXED, dropna=False):
        where, depth = _where(group.iloc[0]), int(group["depth"].iloc[0])
        expected = expected_shortest(depth, radius)
        widest = group[group["expansivity"] == group["expansivity"].max()]
        at = f"{where}, widest"
        for kind in ("searched", "drawn"):
            found = _of(widest, f"shortest, {kind}")["value"]
            numbers = mean_interval(found, confidence)
            yield _row("HV-descent", f"shortest direction, {kind}, {at}", numbers, expected)
        found = _of(widest, "shortest, searched")["value"]
        least = float(found.min())
        yield _row(
            "HV-descent",
            f"shortest over all networks, {at}",
            (least, least, least, len(found)),
            expected,
        )
        searched = _of(group, "shortest, searched")
        if searched["doublings"].nunique() > 1:
            yield _row(
                "HV-descent", f"rise a doubling of n1/k, {where}", _slope(searched, confidence)
            )
        slope = _of(widest, "slope at 0, searched")["value"]
        yield _row(
            "HV-zero",
            f"share of networks below the bound, {at}",
            share(slope < -1 / (8 * np.pi), confidence),
        )
        yield _row(
            "HV-zero",
            f"largest 2^d D_w f(0)/|x0|, {at}",
            mean_interval(slope, confidence),
            -1 / (8 * np.pi),
        )


def _slope(rows: pd.DataFrame, confidence: float) -> tuple[float, float, float, int]:
    """The slope of the value in ``doublings``: an exponent of e^value in e^doublings."""
    stretched = rows.assign(value=np.exp(rows["value"]), along=np.exp(rows["doublings"]))
    return exponent(stretched, "along", [], confidence)


def ray_claims(rows: pd.DataFrame, angles: list[float], confidence: float) -> Iterator[Row]:
    """HV-rho along the ray, and MI-degenerate."""
    for depth, group in _of(rows, "ray minimiser").groupby("depth"):
        widest = group[group["expansivity"] == group["expansivity"].max()]["value"]
        where = f"d={depth}"
        yield _row(
            "HV-rho",
            f"ray minimiser, widest networks, {where}",
            mean_interval(widest, confidence),
            rho(depth),
        )
    code = np.array([1.0, 0.0, 0.0])
    for depth in sorted(set(rows["depth"]) - {1}):
        saddle = -rho(depth) * code
        curvatures = expected_curvatures(saddle, code, depth)
        least = _exact(min(curvatures))
        yield _row("MI-degenerate", f"least curvature of 2^d f^E at -rho_d x0, d={depth}", least, 0)
        cubic = _exact(saddle_coefficient(depth))
        yield _row("MI-degenerate", f"cubic coefficient C_d, d={depth}", cubic)
        profile = rows[(rows["depth"] == depth)]
        widest = profile[profile["expansivity"] == profile["expansivity"].max()]
        for angle in angles:
            turned = -rho(depth) * np.array([np.cos(angle), np.sin(angle), 0.0])
            drop = expected_risk(turned, code, depth) - expected_risk(saddle, code, depth)
            yield _row(
                "MI-degenerate",
                f"mean change of 2^d f at angle {angle:g} to -x0, widest networks, d={depth}",
                mean_interval(_of(widest, f"saddle profile at {angle:g}")["value"], confidence),
                2**depth * drop,
            )


def census_claims(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Row]:
    """MI-onebasin and HV-two-points; a network with all its end points is one observation."""
    ends = ends.assign(**places(ends, radius), at_zero=ends["kind"] == "zero")
    wrong = ends["proved"] & (ends["kind"] != "recovery")
    one_layer = ends.assign(wrong=wrong)[ends["depth"] == 1].groupby(["shape", "trial"])
    if len(one_layer):
        yield _row(
            "MI-onebasin",
            "share of networks where every proved end point is x0, d=1",
            share(~one_layer["wrong"].any(), confidence),
            1.0,
        )
        yield _row(
            "MI-onebasin",
            "share of networks where some run shrinks to 0, d=1",
            share(one_layer["at_zero"].any(), confidence),
        )
    for (depth, k), group in ends.groupby(["depth", "latent_dimension"]):
        widest = group[group["expansivity"] == group["expansivity"].max()]
        for name, chosen in [("all widths", group), ("widest", widest)]:
            yield _row(
                "HV-two-points",
                f"share of networks where every proved end point lies within {radius:g}|x0| of x0 "
                f"or -rho_d x0, d={depth}, k={k}, {name}",
                share(~chosen.groupby(["shape", "trial"])["elsewhere"].any(), confidence),
                1.0,
            )


def second_claims(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Row]:
    """MI-pushed and HV-rho from the proved minima near -rho_d x0; a network is one observation."""
    ends = ends.assign(**places(ends, radius))
    for depth, group in ends.groupby("depth"):
        held = group.groupby(["shape", "trial"])["second"].any()
        yield _row(
            "MI-pushed",
            f"share of networks with a proved minimum near -rho_d x0, d={depth}",
            share(held, confidence),
        )
        widest = group[group["expansivity"] == group["expansivity"].max()]
        held = widest.groupby("trial")["second"].any()
        yield _row(
            "MI-pushed",
            f"the same in the widest networks, d={depth}",
            share(held, confidence),
        )
        # Not only those within the radius, which would cut the spread of narrow networks short.
        found = group[group["proved"] & (group["kind"] != "recovery") & (group["along"] < 0)]
        if found.empty:
            continue
        keys = ["shape", "expansivity", "trial"]
        networks = found.groupby(keys).agg(
            along=("along", "mean"), value=("distance_to_mirror", "mean")
        )
        networks = networks.reset_index()
        if networks["expansivity"].nunique() > 1 and len(networks) > 4:
            yield _row(
                "MI-pushed",
                f"exponent of the distance to -rho_d x0 in the width, d={depth}",
                exponent(networks, "expansivity", [], confidence),
            )
        wide = networks[networks["expansivity"] == networks["expansivity"].max()]
        if len(wide) > 1:
            yield _row(
                "HV-rho",
                f"centre of the second cluster, widest networks, d={depth}",
                mean_interval(-wide["along"], confidence),
                rho(depth),
            )


def negation_claims(ends: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """HHHV-negation: recovery with the check minus recovery without; a network is a cluster."""
    recovered = ends.assign(value=(ends["kind"] == "recovery").astype(float))
    for (k, start), group in recovered.groupby(["latent_dimension", "start"]):
        shares = group.pivot_table(
            index=["shape", "trial"], columns="negation_check", values="value", aggfunc="mean"
        )
        gain = difference_interval(shares[True] - shares[False], confidence)
        yield _row("HHHV-negation", f"gain in recovery, {start} starts, k={k}", gain)
        yield _row(
            "HHHV-negation",
            f"share of networks with every run recovered with the check, {start} starts, k={k}",
            share(shares[True] == 1, confidence),
            1.0,
        )


def claims_table(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any], confidence: float
) -> pd.DataFrame:
    """Every landscape claim, in the order of the studies.

    Args:
        rows: the studies' rows by name, as ``summary.read_rows`` gives them.
        settings: the configuration's key ``landscape``.
        confidence: level of every interval.
    """
    table = [
        *gram_claims(rows["gram"], confidence),
        *layer_claims(rows["layers"], confidence),
        *isometry_claims(rows["isometry"], confidence),
        *audit_claims(rows["audit"], settings["audit"]["radius"], confidence),
        *ray_claims(rows["rays"], settings["rays"]["angles"], confidence),
        *census_claims(rows["census"], settings["census"]["radius"], confidence),
        *second_claims(rows["second"], settings["second"]["radius"], confidence),
        *negation_claims(rows["negation"], confidence),
    ]
    return pd.DataFrame(table).sort_values("claim", kind="stable", ignore_index=True)
