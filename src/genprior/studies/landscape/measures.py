"""The landscape's numbers for the claims, each with its interval.

The reference of an estimate is what the theory puts beside it.  Verdicts are drawn elsewhere, by
rules written beforehand.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.api import WLS

from genprior.model.theory import expected_curvatures, expected_risk, rho, saddle_coefficient
from genprior.statistics.estimate import Estimate
from genprior.statistics.estimates import (
    exponent,
    geometric_mean,
    known,
    mean,
    paired_difference,
    share,
)
from genprior.studies.landscape.expected import STEEPEST, expected_shortest
from genprior.studies.landscape.summary import (
    NETWORK,
    networks_table,
    prepared,
    shares_table,
)
from genprior.studies.landscape.vanishing import ABSCISSAE, Fading

# The studies whose rows each table of estimates needs; read without running this file.
GROUPS = {
    "gram": ["gram"],
    "drift": ["drift", "effort"],
    "layers": ["layers"],
    "isometry": ["isometry"],
    "audit": ["audit"],
    "minima": ["minima"],
    "zero": ["zero"],
    "rays": ["rays"],
    "census": ["census"],
    "second": ["second"],
    "negation": ["negation"],
}
WIDE = 8  # WDC exponents from this n / k on: below it the constant cannot fall
RARE = 0.05  # a share of networks that counts as none with high probability
# Noise of order n^(-1/2) against a slope of order s^2 puts minima at s of order n^(-1/4).
PUSHED = -0.25


def _of(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    return rows[rows["measure"] == measure]


def _widest(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["expansivity"] == rows["expansivity"].max()]


def _exponent(
    rows: pd.DataFrame, along: str, fixed: Sequence[str], confidence: float
) -> Iterator[Estimate]:
    """The exponent along an axis, where it takes two values."""
    if len(rows) and rows[along].nunique() > 1:
        yield exponent(rows, along, fixed, confidence, NETWORK)


def gram_estimates(rows: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV-gram and HV-wdc."""
    for form, measure in [("xx", "gram form xx"), ("xy", "gram form xy"), ("trace", "gram trace")]:
        chosen = _of(rows, measure)
        # Deviations have standard deviations of order 1 / sqrt(n).
        scaled = chosen["value"] * np.sqrt(chosen["output_dimension"])
        yield mean(scaled, confidence).named(
            "HV-gram", "sqrt(n) x mean deviation of a Gram matrix", 0.0, form=form
        )
    for cells, part in [(f"n/k >= {WIDE}", rows[rows["expansivity"] >= WIDE]), ("all", rows)]:
        for found in ("searched", "drawn"):
            for one in _exponent(
                _of(part, f"gram, {found}"), "expansivity", ["latent_dimension"], confidence
            ):
                yield one.named(
                    "HV-wdc",
                    "exponent of the WDC constant in n/k",
                    -0.5,
                    found=found,
                    cells=cells,
                )


def drift_estimates(
    rows: pd.DataFrame, efforts: pd.DataFrame, confidence: float
) -> Iterator[Estimate]:
    """HV-logfactor: the drift in k, and how much of it more effort of the search would change.

    Args:
        rows: of the study ``drift``, one effort.
        efforts: of the study ``effort``, the same search at a lesser and a greater effort.
        confidence: of the intervals.
    """
    ends = rows["latent_dimension"].min(), rows["latent_dimension"].max()
    for one in _exponent(rows, "latent_dimension", ["expansivity"], confidence):
        yield one.named("HV-logfactor", "exponent of the WDC constant in k", log_exponent(*ends))
    less, *_, most = sorted(set(efforts["measure"]), key=lambda measure: int(measure.split()[-1]))
    keys = ["latent_dimension", "expansivity", *NETWORK]
    by_network = efforts.pivot_table(index=keys, columns="measure", values="value")
    gain = (by_network[most] / by_network[less]).rename("value").reset_index()
    for one in _exponent(gain, "latent_dimension", ["expansivity"], confidence):
        yield one.named("HV-logfactor", "exponent in k of what more effort adds", 0.0)
    yield geometric_mean(gain["value"], confidence).named(
        "HV-logfactor", "WDC constant relative to that at less effort", 1.0
    )


def log_exponent(least: float, most: float) -> float:
    """The exponent in k between two k of sqrt(log k), which the WDC constant would follow at fixed
    n/k if n had to grow as k log k (HV v3, Lemma 11)."""
    return float(np.log(np.log(most) / np.log(least)) / (2 * np.log(most / least)))


def layer_estimates(rows: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV-products, HV-tied, HV-kinks and MI-disjoint.

    Exponents are those in a factor by which the widths of all layers grow together.
    """
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
        ("HV-tied", "tied rows", "direction, tied rows"),
        ("HV-tied", "tied columns", "direction, tied columns"),
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


def _cells(rows: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Depth, k, sensing law and, where A is none, m/k of the rows that share them."""
    for (depth, k, ratio), group in rows.groupby(
        ["depth", "latent_dimension", "measurement_ratio"], dropna=False
    ):
        cell = {"depth": int(depth), "latent_dimension": int(k)}
        if pd.isna(ratio):
            yield cell | {"sensing": "identity"}, group
        else:
            yield cell | {"sensing": "gaussian", "measurement_ratio": float(ratio)}, group


def audit_estimates(rows: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """The shortest direction beside the expected field's; it decides on no claim."""
    for cell, group in _cells(rows):
        expected = expected_shortest(cell["depth"], radius)
        for found in ("searched", "drawn"):
            shortest = _of(_widest(group), f"shortest, {found}")["value"]
            yield mean(shortest, confidence).named(
                "", "shortest direction", expected, found=found, networks="widest", **cell
            )


def minima_estimates(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """HV-descent and OWN-vanishing; a network is one observation.

    A proved minimum outside the balls refutes a descent direction everywhere for its network.
    """
    what = "share of networks with a proved minimum outside the balls"
    networks = networks_table(ends, radius)
    for cell, group in _cells(networks):
        yield share(_widest(group)["outside"], confidence).named(
            "HV-descent", what, 0.0, networks="widest", **cell
        )
        yield share(group["outside"], confidence).named(
            "HV-descent", what, 0.0, networks="all", **cell
        )
        for ratio, width in group.groupby("expansivity"):
            yield share(width["outside"], confidence).named(
                "HV-descent", what, 0.0, expansivity=float(ratio), **cell
            )
    for cell, group in _cells(shares_table(ends, radius, confidence)):
        widths = [group[name].to_numpy() for name in ("expansivity", "hits", "networks")]
        level = f"n1/k at which the share falls to {RARE:g}, fitted"
        for against in ABSCISSAE:
            slope = end = Estimate(np.nan, -np.inf, np.inf, int(widths[2].sum()))
            if Fading.possible(*widths[1:]):
                fit = Fading(*widths, against)
                slope, end = fit.slope(confidence), fit.falls_to(RARE, confidence)
            at = cell | {"against": against}
            yield slope.named("OWN-vanishing", "slope of the share's probit", 0.0, **at)
            yield end.named("OWN-vanishing", level, **at)


def zero_estimates(rows: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HV-zero and HV-zero-slope: what a search for rising directions at 0 finds, by m/k."""
    for cell, group in _cells(_of(rows, "slope at 0, searched")):
        for ratio, width in group.groupby("expansivity"):
            at, slope = cell | {"expansivity": float(ratio)}, width["value"]
            if ratio == group["expansivity"].max():
                at |= {"networks": "widest"}
            yield share(slope < 0, confidence).named(
                "HV-zero", "share of networks without a rising direction at 0", 1.0, **at
            )
            yield share(slope < STEEPEST, confidence).named(
                "HV-zero-slope",
                "share of networks whose slopes at 0 stay below the bound",
                1.0,
                **at,
            )
            yield mean(slope, confidence).named("", "largest 2^d D_w f(0)/|x0|", STEEPEST, **at)


def extrapolated(rows: pd.DataFrame, confidence: float) -> Estimate:
    """The limit a of value ~ a + b / n_1, by least squares weighted by each width's own scatter."""
    scatter = rows.groupby("expansivity")["value"].transform("var")
    design = np.column_stack([np.ones(len(rows)), 1 / rows["expansivity"]])
    fit = WLS(rows["value"].to_numpy(), design, weights=1 / scatter.to_numpy()).fit()
    low, high = fit.conf_int(1 - confidence)[0]
    return Estimate(float(fit.params[0]), float(low), float(high), len(rows))


def ray_estimates(
    rows: pd.DataFrame, angles: Sequence[float], confidence: float
) -> Iterator[Estimate]:
    """HV-rho along the ray and its control, MI-degenerate and MI-saddle."""
    for depth, group in _of(rows, "ray minimiser").dropna(subset="value").groupby("depth"):
        at = {"depth": int(depth)}
        widest = mean(_widest(group)["value"], confidence)
        yield widest.named("HV-rho", "ray minimiser", rho(int(depth)), networks="widest", **at)
        # The same number held against a place that is known to be wrong.
        yield widest.named("CONTROL-mirror", "ray minimiser", 1.0, networks="widest", **at)
        if group["expansivity"].nunique() > 1:
            yield extrapolated(group, confidence).named(
                "HV-rho", "ray minimiser, extrapolated in 1/n", rho(int(depth)), **at
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
            # By its closed form, so that 1 is agreement and 0 no fall.
            yield mean(change / (2**depth * drop), confidence).named(
                "MI-saddle",
                "fall of 2^d f from -rho_d x0 along its circle, by the closed form",
                1.0,
                angle=angle,
                depth=depth,
                networks="widest",
            )


def census_estimates(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """MI-onebasin, OWN-onebasin and HV-two-points; a network with all its ends is one observation.

    Only networks of which something was proved count; how many others there are is told.
    """
    networks = networks_table(ends, radius)
    one_layer = networks[networks["depth"] == 1]
    counterexamples = "networks with a proved minimum other than x0"
    if len(one_layer):
        yield _count(one_layer["wrong"]).named("MI-onebasin", counterexamples, 0.0, networks="all")
        yield share(one_layer["wrong"], confidence).named(
            "MI-onebasin", f"share of {counterexamples}", 0.0, networks="all"
        )
        for ratio, width in one_layer.groupby("expansivity"):
            at = {"expansivity": float(ratio)}
            yield _count(width["wrong"]).named("MI-onebasin", counterexamples, 0.0, **at)
            # All networks at least as wide as this.
            wider = one_layer[one_layer["expansivity"] >= ratio]["wrong"]
            yield share(wider, confidence).named(
                "OWN-onebasin", f"share of {counterexamples}, at least this wide", 0.0, **at
            )
    for (depth, k), group in ends.groupby(["depth", "latent_dimension"]):
        cell = {"radius": radius, "depth": int(depth), "latent_dimension": int(k)}
        proved = networks[(networks["depth"] == depth) & (networks["latent_dimension"] == k)]
        for which, runs, chosen in [
            ("all", group, proved),
            ("widest", _widest(group), proved[proved["expansivity"] == group["expansivity"].max()]),
        ]:
            yield share(chosen["elsewhere"], confidence).named(
                "HV-two-points",
                "share of networks with a proved end point far from x0 and -rho_d x0",
                0.0,
                networks=which,
                **cell,
            )
            tried = runs.groupby(NETWORK).ngroups
            yield known(float(tried - len(chosen)), tried).named(
                "", "networks of which nothing is proved", networks=which, **cell
            )


def _count(hits: pd.Series) -> Estimate:
    """How many networks have a property: an exact count, no estimate of a share."""
    return known(float(hits.sum()), len(hits))


def second_estimates(ends: pd.DataFrame, radius: float, confidence: float) -> Iterator[Estimate]:
    """MI-pushed and HV-rho-cluster from the proved minima beside -rho_d x0, by network.

    A network's distance is that of its farthest proved minimum other than x0, whatever the radius.
    One without any has none that is far: it counts with distance 0, or is left out where the
    exponent asks for logarithms.  Both are told, for neither is right alone.
    """
    wrong = networks_table(ends, radius)[[*NETWORK, "wrong"]]
    for depth, group in ends.merge(wrong, on=NETWORK).groupby("depth"):
        depth = int(depth)
        minima = group["kind"].isin(["smooth", "kink", "dead"])
        networks = (
            group.assign(
                distance=group["distance_to_mirror"].where(minima, 0.0),
                along=group["along"].where(minima & (group["along"] < 0)),
            )
            .groupby([*NETWORK, "expansivity"])
            .agg(value=("distance", "max"), along=("along", "mean"), wrong=("wrong", "any"))
            .reset_index()
        )
        for which, chosen in [("all", networks), ("widest", _widest(networks))]:
            yield share(chosen["wrong"], confidence).named(
                "MI-pushed",
                "share of networks with a proved minimum other than x0",
                depth=depth,
                networks=which,
            )
        # The slope in doublings is an exponent of e^value in e^doublings.
        doubled = networks.assign(
            value=np.exp(networks["value"]), along=networks["expansivity"] ** (1 / np.log(2))
        )
        for one in _exponent(doubled, "along", [], confidence):
            yield one.named(
                "MI-pushed", "change of the distance a doubling, 0 without a minimum", depth=depth
            )
        found = networks[networks["wrong"]]
        if len(found) > 4:
            for one in _exponent(found, "expansivity", [], confidence):
                yield one.named(
                    "MI-pushed", "exponent of the distance in the width", PUSHED, depth=depth
                )
        centre = mean(-_widest(networks)["along"], confidence)
        if centre.trials > 1:
            yield centre.named(
                "HV-rho-cluster",
                "centre of the second cluster",
                rho(depth),
                depth=depth,
                networks="widest",
            )


def negation_estimates(ends: pd.DataFrame, confidence: float) -> Iterator[Estimate]:
    """HHHV-negation and OWN-trapped: recovery with the check, and what it gains; a network is a
    cluster."""
    recovered = ends.assign(value=(ends["kind"] == "recovery").astype(float))
    for (k, start), group in recovered.groupby(["latent_dimension", "start"]):
        shares = group.pivot_table(
            index=NETWORK, columns="negation_check", values="value", aggfunc="mean"
        )
        at = {"start": start, "latent_dimension": int(k)}
        yield paired_difference(shares[True] - shares[False], confidence).named(
            "OWN-trapped", "gain in recovery by the check", **at
        )
        yield share(shares[True] == 1, confidence).named(
            "HHHV-negation", "share of networks with every run recovered with the check", 1.0, **at
        )


def estimates(
    group: str, rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> Iterator[Estimate]:
    """The estimates of one table.

    Args:
        group: one of ``GROUPS``.
        rows: of each of its studies.
        settings: ``statistics`` of the configuration, and under ``landscape`` the settings of the
            group's studies.
    """
    confidence, configured = settings["statistics"]["confidence"], settings["landscape"]
    of = {study: prepared(table) for study, table in rows.items()}
    match group:
        case "gram":
            return gram_estimates(of["gram"], confidence)
        case "drift":
            return drift_estimates(of["drift"], of["effort"], confidence)
        case "layers":
            return layer_estimates(of["layers"], confidence)
        case "isometry":
            return isometry_estimates(of["isometry"], confidence)
        case "audit":
            return audit_estimates(of["audit"], configured["audit"]["radius"], confidence)
        case "minima":
            return minima_estimates(of["minima"], configured["minima"]["radius"], confidence)
        case "zero":
            return zero_estimates(of["zero"], confidence)
        case "rays":
            return ray_estimates(of["rays"], configured["rays"]["angles"], confidence)
        case "census":
            return census_estimates(of["census"], configured["census"]["radius"], confidence)
        case "second":
            return second_estimates(of["second"], configured["second"]["radius"], confidence)
        case "negation":
            return negation_estimates(of["negation"], confidence)
    raise KeyError(group)
