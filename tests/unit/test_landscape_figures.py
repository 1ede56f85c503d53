"""The landscape's figures draw what they say."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from genprior.claims.claim import read_claims, read_papers
from genprior.claims.ledger import entries_of
from genprior.descent import Settings
from genprior.descent.compiled import Engine
from genprior.experiments.blocks import Block
from genprior.experiments.grid import Cell, expansive_shape
from genprior.experiments.jobs import block_params
from genprior.figures import style
from genprior.statistics.estimate import Estimate
from genprior.statistics.intervals import wilson_interval
from genprior.studies.landscape import (
    audit,
    figure_audit,
    figure_census,
    figure_concentration,
    figure_landscape_contours,
    figure_saddle,
    gram,
    isometry,
    layers,
    paths,
    rays,
    risks,
    zero,
)
from genprior.studies.landscape.plane import CODE, network, turned
from genprior.studies.landscape.summary import cells_table, ends_table, prepared

ROOT = Path(__file__).resolve().parents[2]
SEED = 4242
IDENTITY = {
    "gram": [(4, e, 1, None) for e in (2, 4)] + [(6, e, 1, None) for e in (2, 4)],
    "layers": [(4, e, d, None) for d in (1, 2) for e in (2, 4)],
    "isometry": [(4, 3, 2, m) for m in (20, 40)],
    "audit": [(4, e, 2, m) for m in (None, 40) for e in (2, 4)],
    "zero": [(4, e, 2, m) for m in (None, 40) for e in (2, 4)],
    "rays": [(4, e, d, None) for d in (2, 3) for e in (2, 4)],
}
SETTINGS = {
    "gram": {"search": {"pairs": 4, "starts": 2, "rounds": 1}},
    "layers": {"points": 3},
    "isometry": {"search": {"quadruples": 4, "steps": 2}},
    "audit": {"radius": 0.3, "search": {"points": 10, "starts": 2, "steps": 2}},
    "zero": {"search": {"starts": 4, "steps": 2}},
    "rays": {"angles": [0.2, 0.5, 0.8]},
}


MODULES = {
    "gram": gram,
    "layers": layers,
    "isometry": isometry,
    "audit": audit,
    "zero": zero,
    "rays": rays,
}
FIGURES = {
    "audit": figure_audit,
    "census": figure_census,
    "concentration": figure_concentration,
    "contours": figure_landscape_contours,
    "saddle": figure_saddle,
}
PLANE = {
    "widths": [[10, 20]],
    "extent": 1.4,
    "resolution": 9,
    "starts": 3,
    "descent": {
        "step": 0.5,
        "negation_check": False,
        "max_iterations": 20,
        "gradient_tolerance": 1e-6,
    },
}
CONFIGURED = {
    "statistics": {"confidence": 0.95},
    "landscape.plane": PLANE,
    **{f"landscape.{study}": {"trials": 3} for study in ("gram", "layers", "isometry", "rays")},
    "landscape.audit": {"trials": 3, "radius": 0.3},
    "landscape.minima": {"radius": 0.3},
    **{
        f"landscape.{study}": {
            "networks": [],
            "trials": 4,
            "radius": 0.3,
            "starts": {"near": 3},
            "descent": {"step": "2^d/d^2", "max_iterations": 1000},
        }
        for study in ("census", "second", "negation")
    },
}


def cells_of(study, sensed):
    return [
        Cell(shape, "gaussian" if sensed else "identity", m or shape[-1], float(e))
        for k, e, d, m in IDENTITY[study]
        for shape in [expansive_shape(k, e, d)]
        if (m is not None) == sensed
    ]


@pytest.fixture(scope="module")
def cells():
    tables = []
    for study in IDENTITY:
        rows = []
        for sensed in (False, True):
            cells = tuple(cells_of(study, sensed))
            part = {"block": block_params(Block("a", cells, 0, 2)), "settings": SETTINGS[study]}
            rows += MODULES[study].rows(SEED, part)
        tables.append(cells_table(prepared(pd.DataFrame(rows)), study, 0.95))
    return pd.concat(tables)


@cache
def end_points():
    rng = np.random.default_rng(5)
    rows = [
        {
            "shape": f"{k}-{n}-{2 * n}",
            "depth": 2,
            "latent_dimension": k,
            "expansivity": n / k,
            "output_dimension": 2 * n,
            "sensing": "identity",
            "measurements": 2 * n,
            "measurement_ratio": np.nan,
            "trial": trial,
            "start": start,
            "number": 0,
            "negation_check": check,
            "kind": "recovery" if check or trial % 2 else "smooth",
            "codimension": 0,
            "relative_error": 1.3,
            "along": -0.3 + 0.05 * rng.standard_normal(),
            "off": 0.1 * rng.random(),
            "distance_to_mirror": 0.05 + 0.1 * rng.random(),
        }
        for k in (2, 4)
        for n in (20, 40, 80)
        for trial in range(4)
        for start in ("random", "mirror")
        for check in (False, True)
    ]
    return pd.DataFrame(rows)


@cache
def plane():
    part = PLANE | {"widths": PLANE["widths"][0]}
    return {
        "risks": pd.DataFrame(risks.rows(SEED, part)),
        "paths": pd.DataFrame(paths.rows(SEED, part)),
    }


def shares():
    """Shares that fall with the width at d = 2, and one width alone at d = 3."""
    counts = [(2, 4, 36), (2, 8, 20), (2, 16, 2), (3, 4, 40)]
    return pd.DataFrame(
        {
            "depth": depth,
            "latent_dimension": 5,
            "expansivity": float(expansivity),
            "measurement_ratio": np.nan,
            "networks": 40,
            "hits": hits,
            "share": hits / 40,
            "low": wilson_interval(hits, 40, 0.95)[0],
            "high": wilson_interval(hits, 40, 0.95)[1],
        }
        for depth, expansivity, hits in counts
    )


@cache
def zero_rows():
    part = {
        "block": block_params(Block("a", tuple(cells_of("zero", True)), 0, 3)),
        "settings": SETTINGS["zero"],
    }
    return pd.DataFrame(zero.rows(SEED, part))


@cache
def ledger():
    return read_claims(ROOT / "config/claims.yaml"), read_papers(ROOT / "config/papers.yaml")


def entries(claims, measured=()):
    """The entries of some claims; without estimates none of them is measured."""
    return entries_of(claims, *ledger(), measured, 0.95)


def draw(name, cells, measured=(), **changed):
    ends = [ends_table(end_points(), 0.3, 0.95).assign(study=s) for s in ("census", "negation")]
    tables = {"cells": cells, "second": end_points(), "ends": pd.concat(ends), **plane()}
    tables |= {"shares": shares(), "zero": zero_rows(), "census": end_points()}
    figure, settings = FIGURES[name], CONFIGURED | changed
    tables["claims"] = entries(figure.CLAIMS, measured)
    return figure.draw(
        {need: tables[need] for need in [*figure.NEEDS, "claims"]},
        {key: settings[key] for key in figure.SETTINGS},
    )


def finding(figure):
    """The message, without its breaks of lines."""
    return figure.get_suptitle().replace("\n", " ")


def small_print(figure):
    return figure.get_supxlabel().replace(";\n", "; ")


def test_the_saddle_draws_deviations_from_theory_and_the_claims_limits(cells):
    limit = Estimate(0.31, 0.30, 0.33, 9).named(
        "HV-rho", "ray minimiser, extrapolated in 1/n", depth=2
    )
    figure = draw("saddle", cells, [limit])
    rays = cells[(cells["measure"] == "ray minimiser") & (cells["depth"] == 2)]
    drawn = {len(one.lines[0].get_xdata()): one.lines[0] for one in figure.axes[0].containers[:2]}
    assert drawn[len(rays)].get_ydata() == pytest.approx(rays["mean"] - 1 / np.pi)
    assert drawn[1].get_ydata() == pytest.approx(0.31 - 1 / np.pi)
    assert "0.310 [0.300, 0.330]" in finding(figure) and "not measured" in finding(figure)


def test_a_message_follows_the_measured_numbers(cells):
    """And the corner the verdicts."""
    what = "share of networks with a proved minimum outside the balls"
    at = {"depth": 2, "latent_dimension": 5, "networks": "widest"}
    measured = [
        Estimate(value, value - 0.02, value + 0.02, 60).named("HV-descent", what, **at, **cell)
        for value, cell in (
            (0.02, {"sensing": "identity"}),
            (0.44, {"sensing": "gaussian", "measurement_ratio": 10}),
        )
    ]
    sensed = shares().assign(
        measurement_ratio=lambda table: np.where(table["depth"] == 3, 10.0, np.nan)
    )
    tables = {"shares": sensed, "zero": zero_rows()}
    tables["claims"] = entries(figure_audit.CLAIMS, measured)
    figure = figure_audit.draw(tables, {key: CONFIGURED[key] for key in figure_audit.SETTINGS})
    assert "in 2 of 40 networks" in finding(figure)
    assert "with m/k = 10 in 0.44 [0.42, 0.46]" in finding(figure)
    corner = {text.get_text() for text in figure.texts}
    assert "HV-descent: not supported" in corner and "HV-zero: not tested" in corner


def test_slopes_above_the_bound_are_counted_by_network():
    rows = zero_rows()
    found = figure_audit.above_the_bound(rows, 0.95)
    searched = rows[rows["measure"] == "slope at 0, searched"]
    assert found["networks"].sum() == len(searched) == 8
    above = (searched["value"] >= -1 / (8 * np.pi)).sum()
    assert (found["share"] * found["networks"]).sum() == pytest.approx(above)


def test_the_census_counts_networks_with_a_minimum_that_theory_does_not_have():
    found = figure_census.others(end_points().assign(depth=1), 0.3, 0.95)
    # Every second network has a proved minimum, all within the radius of -rho_d x0.
    assert found["share"].tolist() == [0.5] * 6
    far = figure_census.others(end_points().assign(distance_to_mirror=0.4), 0.3, 0.95)
    assert far["share"].tolist() == [0.5] * 6
    near = figure_census.others(end_points(), 0.3, 0.95)
    assert near["share"].tolist() == [0.0] * 6


def test_concentration_draws_intervals_where_they_were_measured(cells):
    exponent = Estimate(-0.52, -0.55, -0.49, 9).named(
        "HV-wdc", "exponent of the WDC constant in n/k", -0.5, found="searched", cells="n/k >= 8"
    )
    figure = draw("concentration", cells, [exponent])
    (measured,) = figure.axes[1].containers
    assert measured.lines[0].get_xdata().tolist() == [-0.52]
    assert "−0.52 [−0.55, −0.49] of layers in n/k, not measured of A in m" in finding(figure)


def test_shares_are_drawn_with_a_curve_where_one_can_be_fitted(cells):
    axes = draw("audit", cells).axes[0]
    two, three = axes.containers
    assert two.lines[0].get_ydata().tolist() == [0.9, 0.5, 0.05]
    assert three.lines[0].get_ydata().tolist() == [1.0]
    curve, beyond = [line for line in axes.get_lines() if len(line.get_xdata()) == 100]
    assert curve.get_color() == beyond.get_color() == two.lines[0].get_color()
    assert curve.get_xdata()[-1] == beyond.get_xdata()[0] == pytest.approx(16)
    fitted = np.interp([4, 8, 16], curve.get_xdata(), curve.get_ydata())
    assert fitted == pytest.approx([0.9, 0.5, 0.05], abs=0.05)


def test_the_contours_mark_the_three_critical_points(cells):
    axes = draw("contours", cells).axes[0]
    marked = {
        tuple(np.round(np.ravel(line.get_xydata()), 6))
        for line in axes.get_lines()
        if len(line.get_xydata()) == 1
    }
    assert {(1.0, 0.0), (0.0, 0.0), (round(-1 / np.pi, 6), 0.0)} <= marked


def painted(figure):
    """Panels of networks in order, each with its paths: colour and iterates as drawn."""
    return [
        [
            (line.get_color(), line.get_xydata())
            for line in axes.get_lines()
            if len(line.get_xydata()) > 1
        ]
        for axes in figure.axes[1:]
        if axes.get_title("left")
    ]


def test_a_path_that_is_not_painted_as_recovering_does_not_recover(cells):
    """Every such path of the standard figure, continued 20-fold; and the others do recover.

    The cap cuts a path of the narrowest network off at a distance of 0.6 from x0, to which it goes.
    The widest network takes minutes here; none of its paths fails.
    """
    standard = yaml.safe_load((ROOT / "config/standard.yaml").read_text())
    chosen = standard["landscape"]["plane"] | {"resolution": 5}
    chosen["widths"] = [widths for widths in chosen["widths"] if max(widths) < 1000]
    parts = [chosen | {"widths": widths} for widths in chosen["widths"]]
    made = {
        "risks": pd.DataFrame(row for part in parts for row in risks.rows(SEED, part)),
        "paths": pd.DataFrame(row for part in parts for row in paths.rows(standard["seed"], part)),
    }
    panels = painted(figure_landscape_contours.draw(made, {"landscape.plane": chosen}))
    assert [len(drawn) for drawn in panels] == [chosen["starts"]] * len(parts)
    failing = 0
    for part, drawn in zip(parts, panels, strict=True):
        one = network(standard["seed"], part["widths"])
        engine = Engine.of_code(turned(one), None, CODE)
        cap = 20 * part["descent"]["max_iterations"]
        settings = Settings.from_config(
            part["descent"] | {"max_iterations": cap, "gradient_tolerance": 0.0}, depth=2
        )
        for colour, path in drawn:
            end = engine.descend(path[0], one.tie_direction, settings)
            recovers = np.linalg.norm(end.x - CODE) < 1e-6
            assert recovers == (colour == style.METHOD["descent"]), path[-1]
            failing += not recovers
    assert failing >= 3


def test_contours_have_a_colour_for_each_thing_that_can_be_proved(cells):
    colours = set()
    for outcome, name in [
        ("recovery", "to $x_0$, proved"),
        *((kind, "elsewhere, proved") for kind in ("smooth", "kink", "dead")),
        *((kind, "undecided") for kind in ("zero", "undecided")),
    ]:
        tables = plane() | {"paths": plane()["paths"].assign(outcome=outcome)}
        drawn = figure_landscape_contours.draw(tables, {"landscape.plane": PLANE})
        legend = drawn.axes[0].get_legend()
        keys = dict(zip((t.get_text() for t in legend.texts), legend.legend_handles, strict=True))
        ((colour, _), *_) = painted(drawn)[0]
        assert colour == keys[name].get_color()
        colours.add(colour)
    assert len(colours) == 3


def test_the_small_print_of_the_census_follows_every_step(cells):
    plain = small_print(draw("census", cells))
    assert r"step $\nu=2^d/d^2$, at most 1,000 steps" in plain
    census = CONFIGURED["landscape.census"]
    own = {"latent_dimension": [2], "depth": 1, "expansivity": [4], "descent": {"step": "2^d/2"}}
    other = small_print(draw("census", cells, **{"landscape.census": census | {"networks": [own]}}))
    assert r"step $\nu=2^d/d^2$ ($2^d/2$ at $d=1$)" in other
    number = census | {"descent": census["descent"] | {"step": 0.5}}
    mixed = small_print(draw("census", cells, **{"landscape.census": number}))
    assert r"$\nu=0.5$ (a-d), $\nu=2^d/d^2$ (e), $\nu=2^d/d^2$ (f)" in mixed


def test_the_small_print_of_the_contours_follows_the_step(cells):
    assert r"descent: step $\nu=0.5$, at most 20 steps" in small_print(draw("contours", cells))
