"""The landscape's numbers for the claims, each with its interval.

The reference of an estimate is what the theory puts beside it.  Verdicts are drawn elsewhere, by
rules written beforehand.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from genprior.model.theory import expected_curvatures, expected_risk, rho, saddle_coefficient
from genprior.statistics.estimates import (
    Estimate,
    exponent,
    geometric_mean,
    known,
    mean,
    paired_difference,
    share,
)
from genprior.studies.landscape.expected import expected_shortest
from genprior.studies.landscape.summary import DESCENDED, OBSERVED, placed, prepared

WIDE = 8  # WDC exponents from this n / k on: below it the constant cannot fall
LARGE = 10  # and drifts in k also from this k on: few dimensions leave a supremum less room
STEEPEST = -1 / (8 * np.pi)  # HV's bound of 2^d D_w f(0) / |x0|
NETWORK = ["shape", "trial"]


def _of(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    return rows[rows["measure"] == measure]


def _widest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["expansivity"] == rows["expansivity"].max()]


def _exponent(
    rows: pd.DataFrame, along: str, fixed: Sequence[str], confidence: float
) -> Iterator[Estimate]:
    """The exponent along an axis, where it takes two values."""
    if len(rows) and rows[along].nunique() > 1:
        yield exponent(rows, along, fixed, confidence)


def gram_estimates(rows: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV-wdc and HV-logfactor."""
    for form, measure in [("xx", "gram form xx"), ("xy", "gram form xy"), ("trace", "gram trace")]:
        chosen = _of(rows, measure)
        # Deviations have standard deviations of order 1 / sqrt(n).
        scaled = chosen["value"] * np.sqrt(chosen["output_dimension"])
        yield mean(scaled, confidence).named(
            "HV-wdc", "sqrt(n) x mean deviation of a Gram matrix", 0.0, form=form
        )
    wide = rows[rows["expansivity"] >= WIDE]
    for cells, part in [
        (f"n/k >= {WIDE}", wide),
        (f"n/k >= {WIDE}, k >= {LARGE}", wide[wide["latent_dimension"] >= LARGE]),
        ("all", rows),
    ]:
        for claim, along, fixed in [
            ("HV-wdc", "expansivity", "latent_dimension"),
            ("HV-logfactor", "latent_dimension", "expansivity"),
        ]:
            for found in ("searched", "drawn"):
                for one in _exponent(_of(part, f"gram, {found}"), along, [fixed], confidence):
                    yield one.named(
                        claim,
                        "exponent of the WDC constant",
                        found=found,
                        along=along,
                        cells=cells,
                    )


def layer_estimates(rows: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV-products, HV-kinks and MI-disjoint."""
    for depth, group in rows.groupby("depth"):
        for deviation in ("image of a product", "square of a product", "angle", "direction"):
            for one in _exponent(
                _of(group, deviation), "expansivity", ["latent_dimension"], confidence
            ):
                yield one.named(
                    "HV-products",
                    "exponent of the largest deviation",
                    -0.5,
                    deviation=deviation,
                    along="expansivity",
                    depth=int(depth),
                )
    by_network = rows.pivot_table(index=NETWORK, columns="measure", values="value")
    for claim, points, measure in [
        ("HV-kinks", "kink", "direction at a kink"),
        ("HV-kinks", "vertex", "direction at a vertex"),
        ("HV-products", "tied rows", "direction, tied rows"),
        ("HV-products", "tied columns", "direction, tied columns"),
    ]:
        if measure in by_network:
            ratio = by_network[measure] / by_network["direction"]
            yield geometric_mean(ratio, confidence).named(
                claim,
                "largest deviation of the direction relative to smooth points",
                1.0,
                points=points,
            )
    overlap = _of(rows, "overlap of x and -x")["value"]
    yield share(overlap > 0, confidence).named(
        "MI-disjoint", "share of networks with any overlap", 0.0
    )


def isometry_estimates(rows: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV-rric: against m on one network shape, and against n_d at fixed m."""
    for found in ("searched", "drawn"):
        chosen = _of(rows, f"isometry, {found}")
        for along, same in [("measurements", "shape"), ("output_dimension", "measurements")]:
            fixed = ["latent_dimension", same]
            several = chosen.groupby(fixed)[along].transform("nunique") > 1
            for one in _exponent(chosen[several], along, fixed, confidence):
                yield one.named(
                    "HV-rric", "exponent of the RRIC constant", found=found, along=along
                )


def audit_estimates(rows: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """HV-descent and HV-zero."""
    doubled = rows.assign(doublings=np.log2(rows["expansivity"]))
    cells = ["depth", "latent_dimension", "measurement_ratio"]
    for (depth, k, ratio), group in doubled.groupby(cells, dropna=False):
        cell = {
            "depth": int(depth),
            "latent_dimension": int(k),
            "sensing": group["sensing"].iloc[0],
        } | ({} if pd.isna(ratio) else {"measurement_ratio": float(ratio)})
        widest, at = _widest(group), cell | {"networks": "widest"}
        expected = expected_shortest(int(depth), radius)
        for found in ("searched", "drawn"):
            shortest = _of(widest, f"shortest, {found}")["value"]
            yield mean(shortest, confidence).named(
                "HV-descent", "shortest direction", expected, found=found, **at
            )
        shortest = _of(widest, "shortest, searched")["value"]
        least = float(shortest.min())
        yield Estimate(least, least, least, len(shortest)).named(
            "HV-descent", "shortest direction over all networks", expected, **at
        )
        searched = _of(group, "shortest, searched")
        # The slope in doublings is an exponent of e^value in e^doublings.
        stretched = searched.assign(
            value=np.exp(searched["value"]), along=np.exp(searched["doublings"])
        )
        for one in _exponent(stretched, "along", [], confidence):
            yield one.named(
                "HV-descent", "rise of the shortest direction a doubling of n1/k", **cell
            )
        slope = _of(widest, "slope at 0, searched")["value"]
        yield share(slope < STEEPEST, confidence).named(
            "HV-zero", "share of networks whose slopes at 0 stay below the bound", **at
        )
        yield mean(slope, confidence).named("HV-zero", "largest 2^d D_w f(0)/|x0|", STEEPEST, **at)


def ray_estimates(
    rows: pd.DataFrame, angles: Sequence[float], confidence: float
) -> Iterator[Estimate]:
    """HV-rho along the ray, and MI-degenerate."""
    for depth, group in _of(rows, "ray minimiser").groupby("depth"):
        yield mean(_widest(group)["value"], confidence).named(
            "HV-rho", "ray minimiser", rho(int(depth)), depth=int(depth), networks="widest"
        )
    code = np.array([1.0, 0.0, 0.0])
    for depth in sorted(map(int, set(rows["depth"]) - {1})):
        saddle = -rho(depth) * code
        yield known(min(expected_curvatures(saddle, code, depth))).named(
            "MI-degenerate", "least curvature of 2^d f^E at -rho_d x0", 0.0, depth=depth
        )
        yield known(saddle_coefficient(depth)).named(
            "MI-degenerate", "cubic coefficient C_d", depth=depth
        )
        widest = _widest(rows[rows["depth"] == depth])
        for angle in angles:
            turned = -rho(depth) * np.array([np.cos(angle), np.sin(angle), 0.0])
            drop = expected_risk(turned, code, depth) - expected_risk(saddle, code, depth)
            change = _of(widest, f"saddle profile at {angle:g}")["value"]
            yield mean(change, confidence).named(
                "MI-degenerate",
                "mean change of 2^d f from -rho_d x0 on its circle",
                2**depth * drop,
                angle=angle,
                depth=depth,
                networks="widest",
            )


def census_estimates(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """MI-onebasin and HV-two-points; a network with all its end points is one observation."""
    ends = placed(ends, radius)
    ends = ends.assign(
        at_zero=ends["kind"] == "zero", wrong=ends["proved"] & (ends["kind"] != "recovery")
    )
    one_layer = ends[ends["depth"] == 1].groupby(NETWORK)
    if len(one_layer):
        yield share(~one_layer["wrong"].any(), confidence).named(
            "MI-onebasin", "share of networks where every proved end point is x0", 1.0, depth=1
        )
        yield share(one_layer["at_zero"].any(), confidence).named(
            "MI-onebasin", "share of networks where some run shrinks to 0", depth=1
        )
    for (depth, k), group in ends.groupby(["depth", "latent_dimension"]):
        for networks, chosen in [("all", group), ("widest", _widest(group))]:
            yield share(~chosen.groupby(NETWORK)["elsewhere"].any(), confidence).named(
                "HV-two-points",
                "share of networks where every proved end point lies near x0 or -rho_d x0",
                1.0,
                radius=radius,
                depth=int(depth),
                latent_dimension=int(k),
                networks=networks,
            )


def second_estimates(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """MI-pushed and HV-rho from the proved minima near -rho_d x0; a network is one observation."""
    for depth, group in placed(ends, radius).groupby("depth"):
        depth = int(depth)
        for networks, chosen in [("all", group), ("widest", _widest(group))]:
            yield share(chosen.groupby(NETWORK)["second"].any(), confidence).named(
                "MI-pushed",
                "share of networks with a proved minimum near -rho_d x0",
                depth=depth,
                networks=networks,
            )
        # Not only those within the radius, which would cut the spread of narrow networks short.
        found = group[group["proved"] & (group["kind"] != "recovery") & (group["along"] < 0)]
        if found.empty:
            continue
        by_network = (
            found.groupby(["shape", "expansivity", "trial"])
            .agg(along=("along", "mean"), value=("distance_to_mirror", "mean"))
            .reset_index()
        )
        if len(by_network) > 4:
            for one in _exponent(by_network, "expansivity", [], confidence):
                yield one.named(
                    "MI-pushed", "exponent of the distance to -rho_d x0 in the width", depth=depth
                )
        wide = _widest(by_network)
        if len(wide) > 1:
            yield mean(-wide["along"], confidence).named(
                "HV-rho",
                "centre of the second cluster",
                rho(depth),
                depth=depth,
                networks="widest",
            )


def negation_estimates(ends: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HHHV-negation: recovery with the check minus recovery without; a network is a cluster."""
    recovered = ends.assign(value=(ends["kind"] == "recovery").astype(float))
    for (k, start), group in recovered.groupby(["latent_dimension", "start"]):
        shares = group.pivot_table(
            index=NETWORK, columns="negation_check", values="value", aggfunc="mean"
        )
        at = {"start": start, "latent_dimension": int(k)}
        yield paired_difference(shares[True] - shares[False], confidence).named(
            "HHHV-negation", "gain in recovery by the check", **at
        )
        yield share(shares[True] == 1, confidence).named(
            "HHHV-negation", "share of networks with every run recovered with the check", 1.0, **at
        )


def estimates(rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> list[Estimate]:
    """Every number of the landscape, by claim, in the order of the studies."""
    confidence, landscape = settings["statistics"]["confidence"], settings["landscape"]
    of = {study: prepared(rows[study]) for study in (*OBSERVED, *DESCENDED)}
    found = [
        *gram_estimates(of["gram"], confidence),
        *layer_estimates(of["layers"], confidence),
        *isometry_estimates(of["isometry"], confidence),
        *audit_estimates(of["audit"], landscape["audit"]["radius"], confidence),
        *ray_estimates(of["rays"], landscape["rays"]["angles"], confidence),
        *census_estimates(of["census"], landscape["census"]["radius"], confidence),
        *second_estimates(of["second"], landscape["second"]["radius"], confidence),
        *negation_estimates(of["negation"], confidence),
    ]
    return sorted(found, key=lambda one: one.claim)
