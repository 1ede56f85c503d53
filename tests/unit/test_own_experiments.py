"""Configurations of a few lines: defaults, what they leave out, figures and messages of theirs."""

import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from genprior.claims.claim import read_claims
from genprior.claims.findings import CHECK, QUESTIONS, findings
from genprior.claims.ledger import why_untested
from genprior.claims.multiplicity import controls_stand
from genprior.configuration.absent import completed, notice, of_one_form, origin, tables_of_notebook
from genprior.configuration.pieces import PUBLISHED
from genprior.configuration.planning import announcement, demands, diagrams, planned
from genprior.configuration.whole import ConfigurationError, checked
from genprior.descent import step_size
from genprior.experiments.forms import caption_of, form_of
from genprior.experiments.summaries import scaling_table, success_table, transitions_table
from genprior.experiments.told import finding_of
from genprior.families import FAMILIES
from genprior.figures import default, style
from genprior.figures.declared import all_declared

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import found  # noqa: E402  (a script, not a package)
import publish  # noqa: E402

STANDARD = yaml.safe_load((ROOT / "config/standard.yaml").read_text())
SWEEP = {
    "latent_dimension": [5],
    "depth": 2,
    "expansivity": [2, 4],
    "sensing": "gaussian",
    "measurement_ratio": [1, 2, 4],
    "trials": 8,
}
FIVE_LINES = {"size": "mine", "seed": 1, "experiments": {"sweep": SWEEP}}


def refused(config):
    with pytest.raises(ConfigurationError) as error:
        checked(config)
    return str(error.value).splitlines()[1:]


def test_five_lines_are_a_configuration_with_the_standard_s_values():
    config = checked(FIVE_LINES)
    for key in ("descent", "success", "statistics"):
        assert config[key] == STANDARD[key]
    assert not set(FAMILIES) & config.keys() and "convergence" not in config
    blocks, studies = planned(config)
    assert list(blocks) == ["sweep"] and studies == {}
    assert list(diagrams(config)) == ["sweep"]
    assert "GB of memory" in announcement(config, 16e9, demands(config))


def test_a_part_of_a_section_keeps_the_rest_of_its_defaults():
    config = checked(FIVE_LINES | {"descent": {"max_iterations": 10}})
    assert config["descent"] == STANDARD["descent"] | {"max_iterations": 10}


def test_a_family_that_is_named_is_run():
    config = checked(FIVE_LINES | {"stochastic": STANDARD["stochastic"]})
    assert list(planned(config)[1]) == ["stochastic"]
    for nothing in ({}, None):
        assert checked(completed(FIVE_LINES | {"stochastic": nothing}, STANDARD)) == config
    smoke = yaml.safe_load((ROOT / "config/smoke.yaml").read_text())
    assert completed(smoke, STANDARD) == smoke


@pytest.mark.parametrize("size", ["Mine", "a b", "-a", "", "a/b", "..", "a" * 65, "a\n"])
def test_a_size_is_a_name_that_any_folder_can_have(size):
    (line,) = refused(FIVE_LINES | {"size": size})
    assert line.startswith("size: given ") and "lower-case letters, digits and hyphens" in line


@pytest.mark.parametrize("name", ["Sweep", "a" * 65, "report", "landscape", "convergence"])
def test_an_experiment_s_name_is_no_other_folder_s(name):
    (line,) = refused(FIVE_LINES | {"experiments": {name: SWEEP}})
    assert line.startswith("experiments")


def test_nothing_to_run_is_refused():
    (line,) = refused(FIVE_LINES | {"experiments": {}})
    assert line == "experiments: none, and no family of studies: there is nothing to run"
    assert checked(FIVE_LINES | {"experiments": {}, "stochastic": STANDARD["stochastic"]})


def test_a_published_experiment_is_one_of_any_size_and_no_other_grid():
    ours = checked(STANDARD)["experiments"]["measurements-d2"]
    smoke = yaml.safe_load((ROOT / "config/smoke.yaml").read_text())
    for name, one in checked(smoke)["experiments"].items():
        assert of_one_form(one, checked(STANDARD)["experiments"][name]), name
    assert of_one_form(ours | {"trials": 1, "descent": {"step": 0.1}}, ours)
    for change in (
        {"depth": 3},
        {"sensing": "rademacher"},
        {"expansivity": [3]},
        {"latent_dimension": [5, 10, 20]},
        {"method": "adam"},
    ):
        assert not of_one_form(ours | change, ours), change


def test_every_need_of_a_figure_is_of_an_experiment_or_a_family():
    known = {*STANDARD["experiments"], *FAMILIES, "convergence"}
    figures = all_declared() if Path.cwd() == ROOT else {}
    assert {
        origin(need) for one in figures.values() for needs in one.needs.values() for need in needs
    } <= known


def test_a_notebook_s_tables_are_read_from_its_code():
    found = {p.stem: tables_of_notebook(p) for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert found["1_landscape"] == found["4_ledger"] == []
    assert found["3_one_layer_at_a_time"] == ["statistics/layerwise/comparison.csv"]
    assert "statistics/measurements-d2/transitions.csv" in found["2_transition"]


def test_what_is_left_out_is_one_line_and_nothing_is_none():
    assert notice("standard", [], [], [], []) is None
    line = notice("standard", ["layerwise"] * 2, ["inversion"], ["3_one"], ["LJDD-layer"])
    assert line.startswith("standard: left out") and line.count("layerwise") == 1
    for words in ("1 figure (inversion)", "1 notebook (3_one)", "1 claim (LJDD-layer), not tested"):
        assert words in line
    own = notice("mine", ["a", "b"], [f"f{n}" for n in range(20)], [], [])
    assert "no claim is judged, for mine is no published size" in own and "20 figures (f0," in own
    assert "\n" not in line + own and "f19" not in own


def test_a_claim_that_is_not_there_says_why():
    claims = read_claims(ROOT / "config/claims.yaml")
    every = {table for claim in claims for table in claim.tables}
    assert why_untested(claims, every, "standard", PUBLISHED) == {}
    some = why_untested(claims, every - {"layerwise/layer"}, "standard", PUBLISHED)
    assert "LJDD-layer" in some and set(some.values()) == {"not in this configuration"}
    own = why_untested(claims, [], "mine", PUBLISHED)
    assert len(own) > 50
    assert set(own.values()) == {"not judged: mine is no published size (smoke, standard, paper)"}


def entry(name, verdict, kind="measurement", why=None):
    return {"id": name, "verdict": verdict, "kind": kind, "parts": [], "why": why}


def test_a_control_that_was_not_run_voids_nothing_and_one_that_fails_does():
    absent = entry("CONTROL-a", "not tested", "control", "not in this configuration")
    refuted = entry("CONTROL-b", "not supported", "control")
    assert controls_stand([absent, refuted])
    assert not controls_stand([absent, entry("CONTROL-b", "supported", "control")])
    assert not controls_stand([entry("CONTROL-b", "not tested", "control")])


def test_findings_of_which_nothing_was_tested_are_left_out():
    names = {one.first.claim for one in QUESTIONS} | {"HV-recovery"}
    own = [entry(name, "not tested", why="not judged") for name in names]
    assert findings(own) == [CHECK]
    one_tested = [entry(own[0]["id"], "supported"), *own[1:]]
    assert 2 <= len(findings(one_tested)) < len(QUESTIONS)
    assert len(findings([entry(name, "not tested") for name in names])) == len(QUESTIONS) + 1


def trials(experiment, chance):
    """Trials of a grid with a chance of success by k, expansivity and m/k."""
    stream, rows = np.random.default_rng(3), []
    depth, widths = experiment.get("depth", 2), experiment.get("widths")
    identity = experiment["sensing"] == "identity"
    for k in experiment["latent_dimension"]:
        for e in experiment.get("expansivity", [np.nan]):
            shape = [k, *(widths or [round(k * e**i) for i in range(1, depth + 1)])]
            ratios = experiment.get("measurement_ratio", [])
            counts = [round(k * r) for r in ratios] or experiment.get("measurements", shape[-1:])
            rows += [
                {
                    "shape": "-".join(map(str, shape)),
                    "widths": "-".join(map(str, shape[1:])),
                    "depth": depth,
                    "latent_dimension": k,
                    "expansivity": e,
                    "sensing": experiment["sensing"],
                    "measurements": m,
                    "measurement_ratio": np.nan if identity else m / k,
                    "trial": trial,
                    "step": step_size("2^d/d^2", depth),
                    "step_rule": "2^d/d^2",
                    "relative_error": 0.1,
                    "stop": "cap" if trial == 0 else "gradient",
                    "iterations": 100,
                    "success": stream.random() < chance(k, e, m / k),
                }
                for m in counts
                for trial in range(experiment["trials"])
            ]
    return pd.DataFrame(rows)


def tables(experiment, chance, axes):
    """The tables of statistics, as a figure reads them."""
    rows = trials(experiment, chance)
    found = transitions_table(rows, axes, 0.95)
    made = {
        "success": success_table(rows, 0.95),
        "transitions": found.table,
        "scaling": scaling_table(found, 0.95),
    }
    return {
        name: pd.read_csv(io.StringIO(table.to_csv(index=False))) for name, table in made.items()
    }


RATIOS = [0.5, 1, 2, 3.3, 5, 8]
GRIDS = {
    "cells": (SWEEP | {"expansivity": [4], "measurement_ratio": [4]}, []),
    "curve": (SWEEP | {"expansivity": [4], "measurement_ratio": RATIOS}, ["measurements"]),
    "curves": (SWEEP | {"measurement_ratio": RATIOS}, ["measurements"]),
    "map": (
        SWEEP | {"expansivity": [2, 3, 6], "measurement_ratio": RATIOS},
        ["measurements", "expansivity"],
    ),
    "maps": (
        SWEEP | {"latent_dimension": [5, 9], "expansivity": [2, 3, 6], "measurement_ratio": RATIOS},
        ["measurements", "expansivity"],
    ),
    "scaling": (
        SWEEP | {"latent_dimension": [5, 7, 20], "expansivity": [4], "measurement_ratio": RATIOS},
        ["measurements"],
    ),
}
OTHERS = {
    "along k": (
        {
            "latent_dimension": [10, 20, 40, 60],
            "widths": [250, 600],
            "sensing": "gaussian",
            "measurements": [150],
            "trials": 8,
        },
        ["latent_dimension"],
        "curve",
    ),
    "inversion": (
        {
            "latent_dimension": [5],
            "depth": 1,
            "expansivity": [1, 2, 3, 5],
            "sensing": "identity",
            "trials": 8,
        },
        ["expansivity"],
        "curve",
    ),
    "two values": (SWEEP | {"expansivity": [4], "measurement_ratio": [1, 4]}, [], "curve"),
    "two of m": (
        SWEEP | {"expansivity": [1, 2, 3, 5], "measurement_ratio": [2, 4]},
        ["expansivity"],
        "curves",
    ),
    "counts": (
        {key: one for key, one in SWEEP.items() if key != "measurement_ratio"}
        | {"expansivity": [1, 2, 3, 5], "measurements": [10, 20]},
        ["expansivity"],
        "curves",
    ),
    "k and expansivity": (
        {
            "latent_dimension": [5, 10, 20],
            "depth": 1,
            "expansivity": [1, 2, 3, 5],
            "sensing": "identity",
            "trials": 8,
        },
        ["expansivity"],
        "scaling",
    ),
    "other network": (
        {
            "latent_dimension": [5],
            "network": {"weights": "my$file;_1.npz"},
            "widths": [20, 40],
            "sensing": {"matrix": "A.npz"},
            "method": {"name": "adam", "restarts": 3},
            "measurements": [5, 10, 20],
            "trials": 8,
        },
        ["measurements"],
        "curve",
    ),
}


def rising(k, e, ratio):
    """Success rises with the expansivity and m/k."""
    return min(1, (1 if np.isnan(e) else e) / 3) * min(1, ratio / 3 if ratio < 100 else 1)


def never(k, e, ratio):
    return 0


def drawn(experiment, chance=rising, axes=(), name="my-sweep"):
    made = experiment | {"sensing": str(experiment["sensing"])}  # as the tables have it
    found = tables(made, chance, list(axes))
    settings = {key: STANDARD[key] for key in ("descent", "success", "statistics")}
    return default.draw(found, settings | {"name": name, "experiment": experiment}), found


EVERY = {**{kind: (*grid, kind) for kind, grid in GRIDS.items()}, **OTHERS}


@pytest.mark.parametrize("chance", [rising, never])
@pytest.mark.parametrize("grid", EVERY)
def test_every_grid_has_a_figure_with_a_message_and_small_print(grid, chance, tmp_path):
    experiment, axes, kind = EVERY[grid]
    assert form_of(experiment).kind == kind
    figure, found = drawn(experiment, chance, axes)
    title = " ".join(figure.get_suptitle().split())
    assert title == finding_of(experiment, *found.values()) and "nan" not in title
    if chance is never:
        assert ("0 of" in title or "Fewer than half" in title) and "power" not in title
    note = " ".join(figure.get_supxlabel().split())
    assert "experiment my-sweep" in note and "95% intervals" in note
    assert ("runs ended at" in note) != ("method: adam; restarts 3" in note)
    style.save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    again, _ = drawn(experiment, chance, axes)
    style.save(again, tmp_path / "b.pdf", tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert "Experiment my-sweep: " in caption_of("my-sweep", experiment)


def step_at(place):
    return lambda k, e, ratio: float(ratio > place)


def test_the_message_is_where_half_of_the_trials_succeed():
    experiment, axes = GRIDS["curve"]
    figure, found = drawn(experiment, step_at(2.5), axes)
    where = found["transitions"].iloc[0]
    said = f"m/k = {where['location'] / 5:.2f} [{where['low'] / 5:.2f}, {where['high'] / 5:.2f}]"
    assert figure.get_suptitle() == f"Half of the trials succeed at {said}"
    assert 2 < where["location"] / 5 < 3.4
    (panel,) = figure.axes
    (mark,) = (one for one in panel.lines if len(one.get_xdata()) == 1 and one.get_zorder() == 4)
    assert mark.get_xdata()[0] == pytest.approx(where["location"] / 5)


def test_a_place_of_which_nothing_is_known_is_no_finding():
    """An interval that is open on both sides."""
    experiment, axes = GRIDS["curve"]
    found = tables(experiment, step_at(2.5), axes)
    found["transitions"][["low", "high"]] = [0.0, np.inf]
    said = finding_of(experiment, *found.values())
    assert said == "0 of 8 trials succeed at m/k = 0.4, 8 of 8 at m/k = 8"


def test_a_scaling_says_the_power_and_draws_m50_against_k():
    experiment, axes = GRIDS["scaling"]
    figure, found = drawn(experiment, step_at(2.5), axes)
    (law,) = found["scaling"].to_dict("records")
    assert f"m50 goes like k to the power {law['exponent']:.2f} [" in figure.get_suptitle()
    (panel,) = figure.axes
    points = [line.get_xydata() for line in panel.lines if len(line.get_xydata()) == 3]
    expected = found["transitions"].sort_values("latent_dimension")["location"]
    assert any(np.allclose(one[:, 1], expected) for one in points if one.shape == (3, 2))


@pytest.mark.parametrize("grid", ["map", "scaling"])
def test_a_map_has_a_cell_for_each_pair_of_values(grid):
    """3.3 times 5 measurements are 16, and times 7 are 23: m/k differs from k to k. A scaling in
    which nothing is located is a map over k."""
    experiment, axes = GRIDS[grid]
    figure, _ = drawn(experiment, step_at(2.5) if grid == "map" else never, axes)
    mesh = figure.axes[0].collections[0].get_array()
    assert mesh.shape == (len(RATIOS), 3) and not np.isnan(mesh.filled(np.nan)).any()
    assert (mesh[:3] == 0).all() and (mesh[3:] == (grid == "map")).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no such file"),
        ("", "no keys; a configuration has size, seed and experiments"),
        ("- 1", "no keys; a configuration has size, seed and experiments"),
        ("size: [", "cannot be read as YAML"),
        (b"size: m\xf6in", "cannot be read as YAML"),
        ("size: standard\nseed: 1", "size: standard; allowed: a name that is none of smoke,"),
        ("seed: 1", "size: none; allowed: a name that is none of smoke, standard, paper"),
        ("size: mine\nseed: -1", "seed: given -1; allowed: an integer >= 0"),
        ("size: mine\nexperiment: {}", "experiment: unknown key; allowed here: "),
        ("size: mine\nsize: yours", "line 2: size is given twice, first in line 1"),
    ],
)
def test_what_cannot_be_run_is_told_before_anything_is(text, words, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    file = tmp_path / "mine.yaml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = found.refusal(str(file))
    assert words in said and str(file) in said


def test_what_can_be_run_is_not_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(FIVE_LINES))
    assert found.refusal(str(file)) is None
    file.write_text("size: again\nseed: 5\ndescent: {max_iterations: 100}\nstochastic: {}\n")
    assert found.refusal(str(file)) is None
    assert "which configuration?" in found.refusal("")


def test_nothing_is_published_and_no_claim_judged_at_a_size_of_one_s_own(capsys, monkeypatch):
    assert publish.main("mine") == 2
    assert capsys.readouterr().err == (
        "mine is no published size; there are smoke, standard, paper\n"
    )
