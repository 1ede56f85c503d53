"""The landscape's figures draw the same bytes from the same tables, and draw what they say."""

import hashlib
from functools import cache

import numpy as np
import pandas as pd
import pytest

from genprior.descent import Settings
from genprior.experiments.blocks import Block
from genprior.experiments.grid import Cell, expansive_shape
from genprior.figures import angle_map, audit, census, concentration, landscape_plane, saddle, style
from genprior.model.instances import instance
from genprior.studies.landscape import plane
from genprior.studies.landscape.studies import study_rows
from genprior.studies.landscape.summary import cells_table, ends_table, read_rows

SEED = 4242
IDENTITY = {
    "gram": [(4, e, 1, None) for e in (2, 4)] + [(6, e, 1, None) for e in (2, 4)],
    "layers": [(4, e, d, None) for d in (1, 2) for e in (2, 4)],
    "isometry": [(4, 3, 2, m) for m in (20, 40)],
    "audit": [(4, e, 2, m) for m in (None, 40) for e in (2, 4)],
    "rays": [(4, e, d, None) for d in (2, 3) for e in (2, 4)],
}
SETTINGS = {
    "gram": {"search": {"pairs": 4, "starts": 2, "rounds": 1}},
    "layers": {"points": 3},
    "isometry": {"search": {"quadruples": 4, "steps": 2}},
    "audit": {"radius": 0.3, "search": {"points": 10, "starts": 2, "steps": 2}},
    "rays": {"angles": [0.2, 0.5, 0.8]},
}


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    folder, tables = tmp_path_factory.mktemp("rows"), []
    for study, identities in IDENTITY.items():
        rows = []
        for sensed in (False, True):
            cells = tuple(
                Cell(shape, "gaussian" if sensed else "identity", m or shape[-1], float(e))
                for k, e, d, m in identities
                for shape in [expansive_shape(k, e, d)]
                if (m is not None) == sensed
            )
            rows += study_rows(study, SEED, Block("a", cells, 0, 2), SETTINGS[study])
        pd.DataFrame(rows).to_parquet(folder / f"{study}.parquet")
        tables.append(cells_table(read_rows([folder / f"{study}.parquet"]), study, 0.95))
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
def landscape():
    one = instance(SEED, "identity", (2, 10, 20), 0, 20)
    settings = Settings(0.5, False, 20, 1e-6)
    return (
        pd.DataFrame(plane.risk_rows(one, 1.4, 9)),
        pd.DataFrame(plane.path_rows(one, settings, 3, 1.4)),
    )


def digest(figure, folder):
    style.save(figure, folder / "a.pdf", folder / "a.png")
    return [hashlib.sha256((folder / name).read_bytes()).digest() for name in ("a.pdf", "a.png")]


def draw(name, cells):
    if name == "angle_map":
        return angle_map.draw("note")
    if name == "saddle":
        return saddle.draw(cells, saddle.conditions(3, 0.95))
    if name == "concentration":
        trials = {"gram": 3, "layers": 3, "isometry": 3}
        return concentration.draw(cells, concentration.conditions(trials, 0.95))
    if name == "audit":
        return audit.draw(cells, 0.3, audit.conditions(0.3, 3, 0.95))
    if name == "contours":
        return landscape_plane.draw_contours(*landscape(), "note")
    if name == "surfaces":
        return landscape_plane.draw_surfaces(landscape()[0], "note")
    ends = [ends_table(end_points(), 0.3, 0.95).assign(study=s) for s in ("census", "negation")]
    return census.draw(end_points(), pd.concat(ends), 0.3, "note")


@pytest.mark.parametrize("name", ["concentration", "contours", "census"])
def test_a_figure_is_the_same_bytes_from_the_same_tables(name, cells, tmp_path):
    assert digest(draw(name, cells), tmp_path) == digest(draw(name, cells), tmp_path)


def test_the_saddle_and_the_audit_draw_a_point_a_cell(cells):
    saddles = draw("saddle", cells).axes[0]
    assert len(saddles.containers) == cells[cells["study"] == "rays"]["expansivity"].nunique()
    audits = draw("audit", cells).axes[0]
    drawn = sum(len(container.lines[0].get_xdata()) for container in audits.containers)
    assert drawn == (cells["measure"].str.startswith("shortest")).sum()


def test_the_surfaces_are_the_expected_and_the_empirical_risk(cells):
    titles = [axes.get_title() for axes in draw("surfaces", cells).axes]
    assert titles == ["expected", "widths 10, 20"]


def test_the_angle_map_figure_draws_the_angle_map(cells):
    curve = draw("angle_map", cells).axes[0].get_lines()[1]
    assert curve.get_ydata()[-1] == pytest.approx(np.pi / 2)


def test_the_contours_mark_the_three_critical_points(cells):
    axes = draw("contours", cells).axes[0]
    marked = {
        tuple(np.round(np.ravel(line.get_xydata()), 6))
        for line in axes.get_lines()
        if len(line.get_xydata()) == 1
    }
    assert {(1.0, 0.0), (0.0, 0.0), (round(-1 / np.pi, 6), 0.0)} <= marked


def test_the_outcome_bars_of_the_census_add_up_to_all_runs(cells):
    axes = draw("census", cells).axes[3]
    tops = [bar.get_y() + bar.get_height() for bar in axes.patches]
    assert max(tops) == pytest.approx(1.0)
    assert axes.patches[0].get_height() == pytest.approx(0.75)  # 6 of 8 runs recover
