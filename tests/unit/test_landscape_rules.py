"""Every rule on the landscape's numbers can win, lose and be left open, on tables made for it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from genprior.claims.rules import Verdict, judge
from genprior.configuration.whole import checked
from genprior.model import theory
from genprior.studies.landscape import measures, rays
from genprior.studies.landscape.plan import studies
from genprior.studies.landscape.summary import prepared, shares_table
from genprior.studies.landscape.vanishing import Fading

ROOT = Path(__file__).parents[2]
CLAIMS = {claim["id"]: claim for claim in yaml.safe_load((ROOT / "config/claims.yaml").read_text())}
YES, NO, OPEN = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.INCONCLUSIVE
CONFIDENCE = 0.95


def verdict(estimates, claim, measure, **where):
    """The verdict on the one estimate that fits, by the first rule in the ledger that fits too."""
    rule = next(
        part["rule"]
        for part in CLAIMS[claim]["measures"]
        if part["measure"] == measure
        and all(where.get(key, value) == value for key, value in part.get("where", {}).items())
    )
    (one,) = [
        one
        for one in estimates
        if (one.claim, one.measure) == (claim, measure) and where.items() <= one.where.items()
    ]
    return judge(rule, one)


FAR = {"kind": "smooth", "relative_error": 1.4, "along": -0.4, "off": 0.5}
AT_CODE = {"kind": "recovery", "relative_error": 0.0, "along": 1.0, "off": 0.0}
NOTHING = {"kind": "undecided", "relative_error": 1.0, "along": 0.0, "off": 1.0}


def cell(expansivity=8, depth=2, k=5):
    widths = [round(k * expansivity**i) for i in range(depth + 1)]
    return {
        "depth": depth,
        "latent_dimension": k,
        "shape": "-".join(map(str, widths)),
        "expansivity": float(expansivity),
        "sensing": "identity",
        "measurements": widths[-1],
        "measurement_ratio": np.nan,
        "output_dimension": widths[-1],
    }


def ends(hits, networks, hit: Mapping = FAR, miss: Mapping = AT_CODE, **where):
    """One end a network, the first ``hits`` of which are bad."""
    identity = cell(**where)
    mirror = theory.rho(identity["depth"])
    rows = [
        identity | {"trial": trial} | dict(hit if trial < hits else miss)
        for trial in range(networks)
    ]
    table = pd.DataFrame(rows)
    return table.assign(distance_to_mirror=np.hypot(table["along"] + mirror, table["off"]))


def of_widths(*counts, **where):
    """Ends at several widths: (expansivity, hits, networks) each."""
    return pd.concat([ends(hits, n, expansivity=e, **where) for e, hits, n in counts])


MINIMUM = "share of networks with a proved minimum outside the balls"


@pytest.mark.parametrize(
    ("hits", "networks", "wanted"), [(0, 120, YES), (40, 120, NO), (0, 20, OPEN), (3, 120, OPEN)]
)
def test_a_descent_direction_everywhere(hits, networks, wanted):
    table = of_widths((4, 9, 10), (8, hits, networks))
    found = list(measures.minima_estimates(table, 0.3, CONFIDENCE))
    assert verdict(found, "HV-descent", MINIMUM, depth=2, networks="widest") is wanted


@pytest.mark.parametrize("at", [(1.0, 0.2), (-theory.rho(2), 0.2), (0.0, 0.2)])
def test_minima_inside_the_balls_refute_nothing(at):
    along, off = at
    near = {
        "kind": "kink",
        "along": along,
        "off": off,
        "relative_error": float(np.hypot(along - 1, off)),
    }
    (share,) = shares_table(ends(30, 60, hit=near), 0.3, CONFIDENCE)["hits"]
    assert share == 0
    (share,) = shares_table(ends(30, 60, hit=near | {"off": 0.4}), 0.3, CONFIDENCE)["hits"]
    # 0.4 beside -rho_2 x0 or 0 is outside of all balls; beside x0 the error is given as it was.
    assert share == (0 if along == 1.0 else 30)


def test_a_network_of_which_nothing_is_proved_speaks_for_nothing():
    (row,) = shares_table(ends(5, 60, miss=NOTHING), 0.3, CONFIDENCE).to_dict("records")
    assert (row["networks"], row["share"]) == (5, 1.0)
    found = list(measures.census_estimates(ends(5, 60, miss=NOTHING), 0.3, CONFIDENCE))
    (untold,) = [
        one
        for one in found
        if one.measure == "networks of which nothing is proved" and one.where["networks"] == "all"
    ]
    assert (untold.value, untold.trials) == (55, 60)


@pytest.mark.parametrize(
    ("shares", "networks", "wanted"),
    [((0.9, 0.4, 0.05), 100, YES), ((0.1, 0.5, 0.8), 100, NO), ((0.6, 0.4, 0.4), 10, OPEN)],
)
def test_minima_outside_the_balls_vanish(shares, networks, wanted):
    counts = zip((4, 8, 16), shares, strict=True)
    table = of_widths(*((e, round(networks * share), networks) for e, share in counts))
    found = list(measures.minima_estimates(table, 0.3, CONFIDENCE))
    at = {"against": "sqrt(n1/k)", "depth": 2}
    assert verdict(found, "OWN-vanishing", "slope of the share's probit", **at) is wanted


def test_without_widths_between_none_and_all_nothing_is_fitted():
    found = list(measures.minima_estimates(of_widths((4, 9, 9), (8, 0, 9)), 0.3, CONFIDENCE))
    at = {"against": "sqrt(n1/k)", "depth": 2}
    assert verdict(found, "OWN-vanishing", "slope of the share's probit", **at) is OPEN


def test_where_a_share_falls_to_a_level_is_found_as_often_as_the_interval_says():
    rng, widths, networks = np.random.default_rng(1), np.array([4, 6, 8, 10]), np.full(4, 120)
    a, b = 2.5, -1.0
    truth = (stats.norm.ppf(0.05) - a) ** 2 / b**2
    chance = stats.norm.cdf(a + b * np.sqrt(widths))
    held = 0
    for _ in range(200):
        fit = Fading(widths, rng.binomial(networks, chance), networks, "sqrt(n1/k)")
        end = fit.falls_to(0.05, CONFIDENCE)
        held += end.low <= truth <= end.high
    assert 0.9 <= held / 200 <= 0.99
    flat = Fading(widths, np.array([6, 5, 6, 5]), np.full(4, 12), "sqrt(n1/k)")
    assert flat.falls_to(0.05, CONFIDENCE).high == np.inf


@pytest.mark.parametrize(
    ("rising", "networks", "wanted"), [(0, 120, YES), (18, 120, NO), (0, 20, OPEN)]
)
def test_zero_is_a_maximum(rising, networks, wanted):
    slopes = np.where(np.arange(networks) < rising, 0.01, -0.2)
    table = pd.DataFrame(
        [
            cell() | {"trial": t, "measure": "slope at 0, searched", "value": v}
            for t, v in enumerate(slopes)
        ]
    )
    found = list(measures.zero_estimates(table, CONFIDENCE))
    for claim, measure in (
        ("HV-zero", "share of networks without a rising direction at 0"),
        ("HV-zero-slope", "share of networks whose slopes at 0 stay below the bound"),
    ):
        assert verdict(found, claim, measure, networks="widest") is wanted


@pytest.mark.parametrize(
    ("hits", "networks", "wanted"), [(0, 120, YES), (10, 20, NO), (0, 20, OPEN)]
)
def test_end_points_lie_near_the_two_points(hits, networks, wanted):
    found = list(measures.census_estimates(ends(hits, networks), 0.3, CONFIDENCE))
    measure = "share of networks with a proved end point far from x0 and -rho_d x0"
    assert verdict(found, "HV-two-points", measure, networks="widest") is wanted


def test_one_proved_minimum_refutes_one_basin():
    measure = "networks with a proved minimum other than x0"
    for hits, wanted in [(0, YES), (1, NO)]:
        table = of_widths((4, hits, 80), (16, 0, 80), (64, 0, 80), depth=1)
        found = list(measures.census_estimates(table, 0.3, CONFIDENCE))
        assert verdict(found, "MI-onebasin", measure, networks="all") is wanted


@pytest.mark.parametrize(
    ("hits", "networks", "wanted"), [(0, 80, YES), (20, 80, NO), (0, 20, OPEN)]
)
def test_one_basin_from_some_width_on(hits, networks, wanted):
    table = of_widths((4, 9, 80), (16, hits, networks), (64, 0, networks), depth=1)
    found = list(measures.census_estimates(table, 0.3, CONFIDENCE))
    measure = "share of networks with a proved minimum other than x0, at least this wide"
    assert verdict(found, "OWN-onebasin", measure, expansivity=16.0) is wanted


def numbers(measure, law, networks, scatter, cells, seed=5):
    """Values of a law over cells with normal scatter; ``law`` and ``scatter`` see the cell."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        [
            one | {"trial": trial, "measure": measure, "value": law(one) + scatter(one) * noise}
            for one in cells
            for trial, noise in enumerate(rng.standard_normal(networks))
        ]
    )


@pytest.mark.parametrize(
    ("limit", "networks", "wanted"),
    [(theory.rho(2), 200, YES), (theory.rho(2) + 0.06, 200, NO), (theory.rho(2), 5, OPEN)],
)
def test_the_ray_minimiser_tends_to_rho(limit, networks, wanted):
    """With a bias of order 1/n that leaves every single width beside the limit."""
    table = numbers(
        "ray minimiser",
        lambda at: limit + 0.5 / at["expansivity"],
        networks,
        lambda at: 0.25 / np.sqrt(at["expansivity"]),
        [cell(e, k=2) for e in (5, 10, 20, 40)],
    )
    found = list(measures.ray_estimates(table, [], CONFIDENCE))
    measure = "ray minimiser, extrapolated in 1/n"
    assert verdict(found, "HV-rho", measure, depth=2) is wanted
    assert verdict(found, "CONTROL-mirror", "ray minimiser", depth=2) is NO


def test_the_control_on_the_second_point_loses_at_the_smallest_size_that_is_run():
    smoke = checked(yaml.safe_load((ROOT / "config/smoke.yaml").read_text()), [])
    jobs = studies(smoke)["rays"].jobs.values()
    rows = [row for parts in jobs for part in parts for row in rays.rows(smoke["seed"], part)]
    angles = smoke["landscape"]["rays"]["angles"]
    found = list(measures.ray_estimates(prepared(pd.DataFrame(rows)), angles, CONFIDENCE))
    assert verdict(found, "CONTROL-mirror", "ray minimiser", depth=2) is NO


@pytest.mark.parametrize(
    ("fall", "networks", "wanted"), [(1.0, 200, YES), (0.0, 200, NO), (1.0, 5, OPEN)]
)
def test_the_risk_falls_beside_the_second_point(fall, networks, wanted):
    saddle, code = np.array([-theory.rho(2), 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    turned = theory.rho(2) * np.array([-np.cos(0.8), np.sin(0.8), 0.0])
    drop = 4 * (theory.expected_risk(turned, code, 2) - theory.expected_risk(saddle, code, 2))
    table = numbers(
        "saddle profile at 0.8",
        lambda at: fall * drop,
        networks,
        lambda at: abs(drop) / 2,
        [cell(e, k=2) for e in (5, 10)],
    )
    found = list(measures.ray_estimates(table, [0.8], CONFIDENCE))
    measure = "fall of 2^d f from -rho_d x0 along its circle, by the closed form"
    assert verdict(found, "MI-saddle", measure, angle=0.8, depth=2) is wanted
    for identity in ("least curvature of 2^d f^E at -rho_d x0", "cubic coefficient C_d"):
        assert verdict(found, "MI-degenerate", identity, depth=2) is YES


POWERS = [(-0.5, 40, YES), (-0.1, 40, NO), (-0.5, 2, OPEN)]


def power(measure, exponent, networks, along, cells, scatter=0.3):
    """A power law with a scatter of the logarithm."""
    rng = np.random.default_rng(6)
    return pd.DataFrame(
        [
            one | {"trial": trial, "measure": measure, "value": one[along] ** exponent * factor}
            for one in cells
            for trial, factor in enumerate(np.exp(scatter * rng.standard_normal(networks)))
        ]
    )


@pytest.mark.parametrize(("exponent", "networks", "wanted"), POWERS)
def test_the_wdc_constant_falls(exponent, networks, wanted):
    cells = [cell(e, depth=1) for e in (8, 16, 32, 64)]
    table = power("gram, searched", exponent, networks, "expansivity", cells)
    found = list(measures.gram_estimates(table, CONFIDENCE))
    at = {"found": "searched", "cells": "n/k >= 8"}
    assert verdict(found, "HV-wdc", "exponent of the WDC constant in n/k", **at) is wanted


@pytest.mark.parametrize(
    ("bias", "layers", "wanted"), [(0, 200, YES), (0.5, 200, NO), (0, 9, OPEN)]
)
def test_a_gram_matrix_has_its_mean(bias, layers, wanted):
    cells = [cell(e, depth=1) for e in (8, 16)]
    parts = [
        numbers(
            measure,
            lambda at: bias / np.sqrt(at["output_dimension"]),
            layers,
            lambda at: 0.5 / np.sqrt(at["output_dimension"]),
            cells,
        )
        for measure in ("gram form xx", "gram form xy", "gram trace")
    ]
    found = list(measures.gram_estimates(pd.concat(parts), CONFIDENCE))
    measure = "sqrt(n) x mean deviation of a Gram matrix"
    for form in ("xx", "xy", "trace"):
        assert verdict(found, "HV-gram", measure, form=form) is wanted


@pytest.mark.parametrize(
    ("exponent", "networks", "wanted"), [(0.02, 60, YES), (0.155, 60, NO), (0.05, 2, OPEN)]
)
def test_the_wdc_constant_hardly_drifts(exponent, networks, wanted):
    cells = [cell(8, depth=1, k=k) for k in (10, 20, 40, 80)]
    table = power("gram, effort 1", exponent, networks, "latent_dimension", cells, 0.1)
    harder = table.assign(measure="gram, effort 2", value=1.01 * table["value"])
    found = list(measures.drift_estimates(table, pd.concat([table, harder]), CONFIDENCE))
    assert verdict(found, "HV-logfactor", "exponent of the WDC constant in k") is wanted


@pytest.mark.parametrize(("gain", "wanted"), [(0.0, YES), (0.1, NO)])
def test_more_effort_of_the_search_adds_no_drift(gain, wanted):
    cells = [cell(8, depth=1, k=k) for k in (10, 20, 40, 80)]
    table = power("gram, effort 1", 0.05, 8, "latent_dimension", cells)
    noise = np.exp(0.005 * np.random.default_rng(7).standard_normal(len(table)))
    more = table["value"] * table["latent_dimension"] ** gain * noise
    both = pd.concat([table, table.assign(measure="gram, effort 2", value=more)])
    found = list(measures.drift_estimates(table, both, CONFIDENCE))
    assert verdict(found, "HV-logfactor", "exponent in k of what more effort adds") is wanted


def test_the_reference_of_the_drift_is_that_of_log_k():
    log = np.log(np.array([10.0, 80.0]))
    assert measures.log_exponent(10, 80) == pytest.approx(
        np.diff(np.log(np.sqrt(log)))[0] / np.log(8)
    )


def layers(exponent, networks, ratio=1.0):
    cells = [cell(e, depth=d) for d in (1, 2, 3) for e in (8, 16, 32, 64)]
    names = ("image of a product", "square of a product", "direction")
    smooth = [power(name, exponent, networks, "expansivity", cells) for name in names]
    noise = 0.1 * np.random.default_rng(8).standard_normal(len(smooth[-1]))
    others = [
        smooth[-1].assign(measure=name, value=smooth[-1]["value"] * ratio * np.exp(noise))
        for name in ("direction at a kink", "direction at a vertex", "direction, tied rows")
    ]
    overlap = smooth[-1].assign(measure="overlap of x and -x", value=0.0)
    return pd.concat([*smooth, *others, overlap], ignore_index=True)


@pytest.mark.parametrize(("exponent", "networks", "wanted"), POWERS)
def test_products_of_layers_concentrate(exponent, networks, wanted):
    found = list(measures.layer_estimates(layers(exponent, networks), CONFIDENCE))
    for deviation in ("image of a product", "square of a product"):
        for depth in (1, 2, 3):
            at = {"deviation": deviation, "depth": depth}
            measure = "exponent of the largest deviation"
            assert verdict(found, "HV-products", measure, **at) is wanted


@pytest.mark.parametrize(("ratio", "wanted"), [(1.0, YES), (1.5, NO)])
def test_kinks_and_tied_rows_are_like_smooth_points(ratio, wanted):
    found = list(measures.layer_estimates(layers(-0.5, 20, ratio), CONFIDENCE))
    measure = "largest deviation of the direction relative to smooth points"
    for claim, points in [
        ("HV-kinks", "kink"),
        ("HV-kinks", "vertex"),
        ("HV-tied", "tied rows"),
    ]:
        assert verdict(found, claim, measure, points=points) is wanted


def test_any_overlap_of_supports_breaks_the_identity():
    table = layers(-0.5, 4)
    measure = "share of networks with any overlap"
    found = list(measures.layer_estimates(table, CONFIDENCE))
    assert verdict(found, "MI-disjoint", measure) is YES
    table.loc[table.index[-1], "value"] = 1.0
    found = list(measures.layer_estimates(table, CONFIDENCE))
    assert verdict(found, "MI-disjoint", measure) is NO


@pytest.mark.parametrize(
    ("along_m", "along_n", "networks", "wanted"),
    [(-0.5, 0.0, 30, YES), (0.2, 0.3, 30, NO), (-0.02, 0.08, 2, OPEN)],
)
def test_the_rric_constant_follows_m_and_not_the_output(along_m, along_n, networks, wanted):
    one = cell(6)
    cells = [one | {"measurements": m} for m in (50, 100, 200)]
    table = power("isometry, searched", along_m, networks, "measurements", cells, 0.1)
    wide = [one | {"shape": f"5-30-{n}", "output_dimension": n} for n in (120, 480, 960)]
    other = power("isometry, searched", along_n, networks, "output_dimension", wide, 0.1)
    found = list(measures.isometry_estimates(pd.concat([table, other]), CONFIDENCE))
    for along in ("measurements", "output_dimension"):
        at = {"found": "searched", "along": along}
        assert verdict(found, "HV-rric", "exponent of the RRIC constant", **at) is wanted


def pushed(exponent, networks, share=lambda e: 0.5):
    """Networks whose minimum lies at a distance that follows a power of the width, if there is one.

    Args:
        exponent: of the distance in the width.
        networks: by width.
        share: how many of them have a minimum, by expansivity.
    """
    rng = np.random.default_rng(9)
    rows = []
    for e in (25, 50, 100, 200):
        for trial in range(networks):
            far = 0.2 * (e / 25) ** exponent * np.exp(0.3 * rng.standard_normal())
            beside = {
                "kind": "kink",
                "along": -theory.rho(2),
                "off": far,
                "relative_error": 1.3,
                "distance_to_mirror": far,
            }
            there = trial < share(e) * networks
            rows.append(
                cell(e, k=2)
                | {"trial": trial}
                | (beside if there else AT_CODE | {"distance_to_mirror": 1.3})
            )
    return pd.DataFrame(rows)


DISTANCE = "exponent of the distance in the width"
CHANGE = "change of the distance a doubling, 0 without a minimum"


@pytest.mark.parametrize(
    ("exponent", "networks", "wanted"), [(-0.25, 60, YES), (0.3, 60, NO), (-0.05, 10, OPEN)]
)
def test_minima_are_pushed_to_the_second_point(exponent, networks, wanted):
    found = list(measures.second_estimates(pushed(exponent, networks), 0.3, CONFIDENCE))
    for measure in (DISTANCE, CHANGE):
        assert verdict(found, "MI-pushed", measure, depth=2) is wanted


def test_networks_without_a_minimum_count_with_those_that_have_one():
    """Closer minima, but in ever more networks: left out, these would be pushed away unseen."""
    table = pushed(-0.25, 80, share=lambda e: min(1.0, (e / 200) ** 1.2))
    found = list(measures.second_estimates(table, 0.3, CONFIDENCE))
    assert verdict(found, "MI-pushed", DISTANCE, depth=2) is YES
    assert verdict(found, "MI-pushed", CHANGE, depth=2) is NO


def test_the_centre_of_the_second_cluster():
    for shift, networks, wanted in [(0.0, 60, YES), (-0.4, 60, NO), (0.0, 5, OPEN)]:
        table = pushed(-0.25, networks)
        scatter = 0.1 * np.random.default_rng(10).standard_normal(len(table))
        table["along"] = (table["along"] + shift + scatter).where(table["kind"] == "kink", 1.0)
        found = list(measures.second_estimates(table, 0.3, CONFIDENCE))
        assert verdict(found, "HV-rho-cluster", "centre of the second cluster", depth=2) is wanted


@pytest.mark.parametrize(
    ("trapped", "networks", "wanted"), [(0.4, 200, YES), (0.0, 200, NO), (0.1, 20, OPEN)]
)
def test_the_negation_check_gains_where_the_second_basin_traps(trapped, networks, wanted):
    table = checked_runs(trapped, 0, networks)
    found = list(measures.negation_estimates(table, CONFIDENCE))
    at = {"start": "mirror", "latent_dimension": 5}
    assert verdict(found, "OWN-trapped", "gain in recovery by the check", **at) is wanted


@pytest.mark.parametrize(
    ("failing", "networks", "wanted"), [(0, 200, YES), (40, 200, NO), (0, 20, OPEN)]
)
def test_with_the_check_nothing_traps(failing, networks, wanted):
    found = list(measures.negation_estimates(checked_runs(0.2, failing, networks), CONFIDENCE))
    measure = "share of networks with every run recovered with the check"
    at = {"start": "mirror", "latent_dimension": 5}
    assert verdict(found, "HHHV-negation", measure, **at) is wanted


def checked_runs(trapped, failing, networks):
    """Runs with the check and without: a share trapped without it, a number failing with it."""
    return pd.DataFrame(
        [
            cell()
            | {"trial": trial, "start": "mirror", "negation_check": check}
            | {"kind": "kink" if bad else "recovery"}
            for trial in range(networks)
            for check, bad in [(False, trial < trapped * networks), (True, trial < failing)]
        ]
    )
