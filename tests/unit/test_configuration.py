"""Configurations: the three that are kept, and every kind of mistake in words."""

import copy
import json
from functools import reduce
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genprior.configuration import whole
from genprior.configuration.pieces import Section, number
from genprior.configuration.whole import ConfigurationError, checked, root
from genprior.experiments.grid import cells_of
from genprior.families import FAMILIES

ROOT = Path(__file__).parents[2]
SIZES = ("smoke", "standard", "paper")
FILES = {size: ROOT / f"config/{size}.yaml" for size in SIZES}
CONFIGS = {size: yaml.safe_load(FILES[size].read_text()) for size in SIZES}
# What may differ between the sizes: how many and how large, never what is done.
SIZE_KEYS = {
    "networks_per_job",
    "size",
    "latent_dimension",
    "expansivity",
    "measurement_ratio",
    "measurements",
    "trials",
    "first",
    "most",
    "max_iterations",
    "levels",
    # What is possible: its grids.
    "cells",
    "depth",
    "efforts",
    "errors",
    "iterations",
    # The landscape's grids and how hard its searches look.
    "networks",
    "pairs",
    "quadruples",
    "points",
    "starts",
    "random",
    "small",
    "near",
    "rounds",
    "steps",
    "widths",
    "resolution",
    # The other families.
    "long_cap",
    "exhaustive",
    "variables",
    "clause_ratio",
    "width",
    "max_passes",
}


class Nothing:
    """A key without a value, as in ``seed:``."""


def leaves(tree, path=()):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def changed(path, value):
    config = copy.deepcopy(CONFIGS["smoke"])
    *parents, last = path.split("/") if isinstance(path, str) else path
    place = config
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = None if value is Nothing else value
    return config


def faults(config):
    with pytest.raises(ConfigurationError) as error:
        checked(config)
    first, *rest = str(error.value).splitlines()
    assert first == "the configuration cannot be run:"
    return rest


@pytest.mark.parametrize("size", SIZES)
def test_the_kept_configurations_are_valid_and_named_by_their_file(size):
    config = checked(CONFIGS[size], [FILES[size]])
    assert config["size"] == size
    assert list(config)[: len(CONFIGS[size])] == list(CONFIGS[size])
    assert checked(config) == config


@pytest.mark.parametrize("size", ["smoke", "paper"])
def test_the_kept_configurations_differ_in_size_alone(size):
    ours, standard = dict(leaves(CONFIGS[size])), dict(leaves(CONFIGS["standard"]))
    assert list(ours) == list(standard)
    differing = {path for path in ours if ours[path] != standard[path]}
    assert {path[-1] for path in differing} <= SIZE_KEYS


def test_the_sizes_are_in_order():
    def work(size):
        experiments = checked(CONFIGS[size])["experiments"].values()
        return sum(len(cells_of(experiment)) * experiment["trials"] for experiment in experiments)

    assert work("smoke") < work("standard") < work("paper")


def test_every_key_is_described_and_every_mapping_closed():
    for schema in [root(), *root()["$defs"].values()]:
        assert schema["additionalProperties"] is False, schema["title"]
        for key, value in schema["properties"].items():
            assert whole.meaning(value), (schema["title"], key)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_smallest_section_of_a_family_is_valid(family):
    smallest = import_module(f"genprior.studies.{family}.configuration").SMALLEST
    assert checked(CONFIGS["smoke"] | {family: smallest})[family] == smallest


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_may_be_absent(family):
    config = {key: value for key, value in CONFIGS["smoke"].items() if key != family}
    assert family not in checked(config)


def test_a_family_that_needs_nothing_has_its_defaults(monkeypatch):
    class Modest(Section):
        """A family."""

        effort: number(gt=0) = 3
        """How much."""

    module = SimpleNamespace(Configuration=Modest)
    monkeypatch.setattr(whole, "import_module", lambda name: module)
    assert whole._family("modest") == (Modest, Modest())


def test_defaults_are_filled_in_and_absent_keys_left_out():
    config = changed("networks_per_job", None)
    assert "trials_per_job" not in config
    filled = checked(config)
    assert (filled["trials_per_job"], filled["networks_per_job"]) == (50, 1)
    assert "allocation" not in filled["experiments"]["measurements-d1"]


def test_numbers_stay_as_they_are_given():
    config = checked(changed("success/relative_error", 1))
    assert type(config["success"]["relative_error"]) is int
    assert type(config["experiments"]["measurements-d1"]["measurement_ratio"][0]) is float
    assert type(config["experiments"]["measurements-d1"]["measurement_ratio"][3]) is int
    assert json.loads(json.dumps(config)) == config


def test_an_experiment_like_another_has_all_of_it_but_its_descent():
    config = checked(CONFIGS["smoke"])["experiments"]
    other = config["measurements-d1"]
    assert other["descent"] == {"step": "2^d/2"}
    assert config["step-d1"] == other | {"descent": {"step": "2^d/d^2"}}
    assert list(config) == list(CONFIGS["smoke"]["experiments"])


def test_an_experiment_has_a_free_name():
    mine = CONFIGS["smoke"]["experiments"]["inversion-d1"]
    assert checked(changed("experiments/mine-2", mine))["experiments"]["mine-2"] == mine


# path, value (None removes the key), what the message must say: key, given, allowed.
MISTAKES = {
    "unknown key": ("sucess", {"a": 1}, ["sucess: unknown key; allowed here: ", "success"]),
    "unknown nested key": (
        "experiments/measurements-d2/trails",
        3,
        ["experiments.measurements-d2.trails: unknown key; allowed here: ", "trials"],
    ),
    "a name in capitals": (
        "experiments/Mine",
        CONFIGS["smoke"]["experiments"]["inversion-d1"],
        ["experiments: name 'Mine'; allowed: lower-case letters, digits and hyphens"],
    ),
    "the name of a stage": (
        "experiments/outcomes",
        CONFIGS["smoke"]["experiments"]["inversion-d1"],
        ["experiments.outcomes: is the name of a stage", "choose another"],
    ),
    "like nothing": (
        "experiments/step-d1/like",
        "mesurements",
        ["experiments.step-d1.like: given 'mesurements'; allowed: one of measurements-d1, "],
    ),
    "like itself": (
        "experiments/step-d1/like",
        "step-d1",
        ["experiments.step-d1.like: given 'step-d1'; allowed: one of "],
    ),
    "like another that is like a third": (
        "experiments/step-d1/like",
        "step-d2",
        ["experiments.step-d1.like: given 'step-d2'; allowed: one of "],
    ),
    "like another, with a key of its own": (
        "experiments/step-d1/trials",
        3,
        ["experiments.step-d1.trials: unknown key; allowed here: descent, like, method"],
    ),
    "like another, with its descent": (
        "experiments/step-d1/descent",
        None,
        ["experiments.step-d1: give descent or method, in which it differs from the other"],
    ),
    "an unknown method": (
        "experiments/inversion-d2/method",
        "adamant",
        ["experiments.inversion-d2.method: given 'adamant'; allowed: one of descent, ", "adam"],
    ),
    "an unknown method in a mapping": (
        "experiments/inversion-d2/method",
        {"name": "adamant"},
        ["experiments.inversion-d2.method.name: given 'adamant'; allowed: one of descent, "],
    ),
    "a method without a name": (
        "experiments/inversion-d2/method",
        {"restarts": 3},
        ["experiments.inversion-d2.method.name: given None; allowed: one of descent, "],
    ),
    "a number for a method": (
        "experiments/inversion-d2/method",
        3,
        ["experiments.inversion-d2.method: given 3; allowed: a string or a mapping"],
    ),
    "nothing for a method": (
        "experiments/inversion-d2/method",
        Nothing,
        ["experiments.inversion-d2.method: given None; allowed: a string or a mapping"],
    ),
    "an unknown setting of a method": (
        "experiments/inversion-d2/method",
        {"name": "adam", "restart": 3},
        ["experiments.inversion-d2.method.restart: unknown key; allowed here: name, beta_1, "],
    ),
    "a setting of a method out of bounds": (
        "experiments/inversion-d2/method",
        {"name": "adam", "restarts": 0},
        ["experiments.inversion-d2.method.restarts: given 0; allowed: an integer >= 1 and <= "],
    ),
    "a step of a method": (
        "experiments/measurements-d2/method",
        {"name": "descent-by-rows", "step": "2^d"},
        [
            "experiments.measurements-d2.method.step: given '2^d'; "
            "allowed: one of 2^d/d^2, 2^d/2 or a number > 0"
        ],
    ),
    "a year for a setting": (
        "experiments/inversion-d2/method",
        {"name": "adam", 2024: 3},
        ["experiments.inversion-d2.method: ", "2024"],
    ),
    "settings of descent beside its name": (
        "experiments/inversion-d2/method",
        {"name": "descent-to-proof", "step": 0.5},
        ["experiments.inversion-d2.method.step: the settings of descent stand under the exp"],
    ),
    "descent for a method that is none": (
        "experiments/inversion-d1/method",
        "adam",
        ["experiments.inversion-d1.descent: the method is adam, which takes none of these"],
    ),
    "a method that is not for the sensing law": (
        "experiments/measurements-d2/method",
        "l_inf",
        [
            "experiments.measurements-d2.method: l_inf inverts the last layer's output, A = I; "
            "here A is a matrix"
        ],
    ),
    "a method that is not for the other's sensing law": (
        "experiments/step-d1",
        {"like": "measurements-d1", "method": "l_inf"},
        ["experiments.step-d1.method: l_inf inverts the last layer's output"],
    ),
    "a method for convergence": (
        "convergence/method",
        "adam",
        ["convergence.method: the curves are those of descent; remove it"],
    ),
    "experiments as a list": ("experiments", [], ["experiments: given []; allowed: a mapping"]),
    "a name as experiment": (
        "experiments/step-d1",
        "measurements-d1",
        ["experiments.step-d1: given 'measurements-d1'; allowed: a mapping"],
    ),
    "true for a key": ((True,), 1, ["True: unknown key, no text; allowed here: ", "seed"]),
    "a year for a key": (
        ("experiments", "inversion-d1", 2024),
        [],
        ["experiments.inversion-d1.2024: unknown key, no text; allowed here: ", "trials"],
    ),
    "a year for a name": (
        ("experiments", 2024),
        {"like": "measurements-d1", "descent": {}},
        ["experiments: name 2024; allowed: lower-case letters, digits and hyphens"],
    ),
    "a key of two lines": ("descent/a\nb", 1, ["descent.'a\\nb': unknown key; allowed here: "]),
    "unknown key of a study": (
        "noise/levels/snrr",
        1,
        ["noise.levels.snrr: unknown key; allowed here: latent_dimension, max_iterations, snr"],
    ),
    "negation check in a census's descent": (
        "landscape/census/descent/negation_check",
        True,
        ["landscape.census.descent.negation_check: unknown key; allowed here: "],
    ),
    "nothing for a number": ("seed", Nothing, ["seed: given None; allowed: an integer >= 0"]),
    "nothing for a key that may be absent": (
        "experiments/inversion-d1/widths",
        Nothing,
        ["experiments.inversion-d1.widths: given None; allowed: a list of at least 1 values"],
    ),
    "a depth beyond everything": (
        "experiments/inversion-d1/depth",
        10**12,
        ["experiments.inversion-d1.depth: given 1000000000000; allowed: an integer >= 1 and <= 50"],
    ),
    "an expansivity beyond everything": (
        "experiments/inversion-d2/expansivity",
        [1e300],
        ["experiments.inversion-d2: the grid has a layer of more than 1000000 neurons"],
    ),
    "an integer beyond floating point": (
        "descent/step",
        10**400,
        ["descent.step: given 1000", "allowed: one of 2^d/d^2, 2^d/2 or a number > 0"],
    ),
    "an integer beyond text": ("success/relative_error", 10**5000, ["; allowed: a number > 0"]),
    "a number of trials beyond everything": (
        "landscape/rays/trials",
        10**15,
        ["landscape.rays.trials: given 1", "allowed: an integer >= 2 and <= 1000000"],
    ),
    "as many rounds": (
        "experiments/measurements-against-k/allocation/rounds",
        10**12,
        ["allocation.rounds: given 1000000000000; allowed: an integer >= 2 and <= 100"],
    ),
    "a network beyond every machine": (
        "experiments/success-against-k/widths",
        [1_000_000, 999_999],
        [
            "experiments.success-against-k: the network 80-1000000-999999 with 150 measurements "
            "takes about 32,000 GB of memory; allowed: at most 1,000 GB"
        ],
    ),
    "measurements beyond every machine": (
        "noise",
        CONFIGS["smoke"]["noise"] | {"widths": [1_000_000], "measurements": 1_000_000},
        ["noise: the network 30-1000000 with 1000000 measurements takes about 32,000 GB"],
    ),
    "search points beyond every machine": (
        "landscape/audit/search/points",
        10**9,
        ["landscape.audit: the network 5-80-1280 with 200 measurements takes about 44,000 GB"],
    ),
    "a width beyond every machine": (
        "transposes/plugin/width",
        [10**9],
        ["transposes.plugin.width.0: given 1000000000; allowed: an integer >= 1 and <= 1000000"],
    ),
    "clauses beyond every machine": (
        "layerwise/hardness/clause_ratio",
        [1e300],
        ["layerwise.hardness: the grid has a layer of more than 1000000 neurons"],
    ),
    "formulas without end": (
        ("layerwise", "hardness", "exhaustive", 0),
        {"variables": 3, "lengths": [1, 2, 3], "most_clauses": 20},
        [
            "layerwise.hardness.exhaustive.0.most_clauses: given 20, more than 1000000 formulas",
        ],
    ),
    "iterations without end": (
        "descent/max_iterations",
        10**30,
        ["descent.max_iterations: given 1000", "; allowed: an integer >= 1 and <= 1000000000"],
    ),
    "a grid without end": (
        "experiments/inversion-d1",
        CONFIGS["smoke"]["experiments"]["measurements-d1"]
        | {"latent_dimension": list(range(1, 2001)), "measurement_ratio": list(range(1, 2001))},
        ["experiments.inversion-d1: the grid has more than 100000 cells"],
    ),
    "a layer beyond everything": (
        "layerwise/layer/ratio",
        [1e308],
        ["layerwise.layer: the grid has a layer of more than 1000000 neurons"],
    ),
    "two descriptions of a study's networks": (
        ("landscape", "rays", "networks", 1, "depth"),
        2,
        ["landscape.rays.networks.1: give either widths, or both depth and expansivity"],
    ),
    "two descriptions of a study's measurements": (
        ("landscape", "negation", "networks", 0, "measurement_ratio"),
        [2],
        ["landscape.negation.networks.0: give measurement_ratio (m/k) or measurements (m), not"],
    ),
    "isometry of the identity": (
        ("landscape", "isometry", "networks", 0, "measurement_ratio"),
        None,
        ["landscape.isometry.networks.0: A = I is an isometry; give measurement_ratio or"],
    ),
    "descent in a study without": (
        ("landscape", "gram", "networks", 0, "descent"),
        {"step": 1},
        ["landscape.gram.networks.0.descent: this study runs no descent; remove it"],
    ),
    "twin cells of a study": (
        ("landscape", "gram", "networks", 0, "expansivity"),
        [4, 4.01],
        ["landscape.gram: two points of the grid are the same cell (shape, m)"],
    ),
    "a study's layer without neurons": (
        ("landscape", "gram", "networks", 0, "expansivity"),
        [0.01],
        ["landscape.gram: the grid rounds to a layer without neurons or to no measurement at all"],
    ),
    "a latent dimension without angles": (
        ("landscape", "gram", "networks", 0, "latent_dimension"),
        [1],
        ["landscape.gram.networks.0.latent_dimension.0: given 1; allowed: an integer >= 2"],
    ),
    "a depth without step": (
        "transposes/reversal/step",
        ["2^d/2"],
        ["transposes.reversal.step: 1 given for 2 depths; give one step a depth"],
    ),
    "a slope of the identity": (
        ("layerwise", "noise", "networks", 1, "slope"),
        1,
        ["layerwise.noise.networks.1.slope: given 1; allowed: a number >= 0 and < 1"],
    ),
    "missing key": ("seed", None, ["missing key seed (Entropy of every random stream.)"]),
    "missing nested key": (
        "experiments/measurements-d2/trials",
        None,
        ["experiments.measurements-d2: missing key trials (Trials a cell"],
    ),
    "wrong choice": (
        "success/judged_by",
        "eye",
        ["success.judged_by: given 'eye'; allowed: one of certificate, threshold"],
    ),
    "wrong type": (
        "descent/max_iterations",
        "many",
        ["descent.max_iterations: given 'many'; allowed: an integer >= 1"],
    ),
    "fraction for integer": ("seed", 1.5, ["seed: given 1.5; allowed: an integer >= 0"]),
    "whole fraction for integer": (
        "experiments/measurements-d2/trials",
        8.0,
        ["experiments.measurements-d2.trials: given 8.0; allowed: an integer >= 1"],
    ),
    "boolean for number": (
        "descent/gradient_tolerance",
        True,
        ["descent.gradient_tolerance: given True; allowed: a number >= 0"],
    ),
    "not a number": (
        "success/relative_error",
        float("nan"),
        ["success.relative_error: given nan; allowed: a number > 0"],
    ),
    "infinite": (
        "descent/step",
        float("inf"),
        ["descent.step: given inf; allowed: one of 2^d/d^2, 2^d/2 or a number > 0"],
    ),
    "text for boolean": (
        "descent/negation_check",
        "sometimes",
        ["descent.negation_check: given 'sometimes'; allowed: a boolean"],
    ),
    "allocation of more than a cell may get": (
        "experiments/measurements-against-k/trials",
        900,
        ["experiments.measurements-against-k.allocation: first 4, trials 900, most", "between"],
    ),
    "allocation without a curve": (
        "experiments/measurements-against-k/measurement_ratio",
        [2, 3],
        ["measurements-against-k.allocation: success is no curve here; give three values"],
    ),
    "allocation in a single round": (
        "experiments/measurements-against-k/allocation/rounds",
        1,
        ["allocation.rounds: given 1; allowed: an integer >= 2"],
    ),
    "allocation where no success is counted": (
        "convergence/allocation",
        {"rounds": 2, "first": 1, "most": 60},
        ["convergence.allocation: no success is counted here; remove it"],
    ),
    "too small": ("trials_per_job", 0, ["trials_per_job: given 0; allowed: an integer >= 1"]),
    "not above the bound": (
        "success/relative_error",
        0,
        ["success.relative_error: given 0; allowed: a number > 0"],
    ),
    "outside both bounds": (
        "statistics/confidence",
        95,
        ["statistics.confidence: given 95; allowed: a number > 0.5 and < 1"],
    ),
    "none of the alternatives": (
        "descent/step",
        "big",
        ["descent.step: given 'big'; allowed: one of 2^d/d^2, 2^d/2 or a number > 0"],
    ),
    "number for list": (
        "experiments/measurements-d2/expansivity",
        3,
        ["experiments.measurements-d2.expansivity: given 3; allowed: a list", "each a number > 0"],
    ),
    "empty list": (
        "experiments/measurements-d2/latent_dimension",
        [],
        ["experiments.measurements-d2.latent_dimension: given []; allowed: a list of at least 1"],
    ),
    "bad list item": (
        "experiments/measurements-d2/latent_dimension",
        [10, -1],
        ["experiments.measurements-d2.latent_dimension.1: given -1; allowed: an integer >= 1"],
    ),
    "repeated list item": (
        "experiments/measurements-d2/latent_dimension",
        [10, 10],
        ["experiments.measurements-d2.latent_dimension: given [10, 10]", "distinct"],
    ),
    "list for mapping": ("descent", [], ["descent: given []; allowed: a mapping"]),
    "two descriptions of the network": (
        "experiments/measurements-d2/widths",
        [20, 40],
        ["experiments.measurements-d2: give either widths, or both depth and expansivity"],
    ),
    "half a description of the network": (
        "experiments/measurements-d2/depth",
        None,
        ["experiments.measurements-d2: give either widths, or both depth and expansivity"],
    ),
    "measurements under A = I": (
        "experiments/inversion-d1/measurement_ratio",
        [1, 2],
        ["experiments.inversion-d1.sensing: A = I", "remove measurement_ratio"],
    ),
    "no measurements": (
        "experiments/measurements-d2/measurement_ratio",
        None,
        ["experiments.measurements-d2: give either measurement_ratio (m/k) or measurements (m)"],
    ),
    "measurements twice": (
        "convergence/measurement_ratio",
        [1],
        ["convergence: give either measurement_ratio (m/k) or measurements (m)"],
    ),
    "twin cells": (
        "experiments/measurements-d2/measurement_ratio",
        [1, 1.01],
        ["experiments.measurements-d2: two points of the grid are the same cell (shape, m)", "10)"],
    ),
    "a font that does not come along": (
        "style",
        {"font": "Arial"},
        ["style.font: given 'Arial'; allowed: one of DejaVu Sans, DejaVu Serif, STIXGeneral"],
    ),
    "a column without a width": (
        "style",
        {"width": 0},
        ["style.width: given 0; allowed: a number >= 2 and <= 8"],
    ),
    "a palette of another program": (
        "style",
        {"palette": "viridis!"},
        ["style.palette: given 'viridis!'; allowed: one of colorblind, ", "such as #0173b2"],
    ),
    "a palette that is used up": (
        "style",
        {"palette": ["#0173b2", "#de8f05"]},
        ["style.palette: given ['#0173b2', '#de8f05']; allowed: ", "at least 8 distinct"],
    ),
    "no measurement at all": (
        "experiments/measurements-d2/measurement_ratio",
        [0.01, 1],
        ["experiments.measurements-d2: the grid rounds to a layer without neurons or to no"],
    ),
}


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_what_was_given_and_what_is_allowed(path, value, words):
    (message,) = faults(changed(path, value))
    for word in words:
        assert word in message


def test_every_mistake_is_listed_at_once():
    config = changed("seed", -1) | {"size": "Tiny size"}
    config["experiments"]["inversion-d1"]["trials"] = 0
    assert [fault.split(":")[0] for fault in faults(config)] == [
        "experiments.inversion-d1.trials",
        "seed",
        "size",
    ]


def test_a_seed_has_up_to_128_bits():
    assert checked(changed("seed", 2**128 - 1))["seed"] == 2**128 - 1
    (message,) = faults(changed("seed", 2**128))
    assert message.startswith(f"seed: given {2**128}; allowed: an integer >= 0 and <= ")


def test_a_key_given_twice_is_named_with_file_and_line(tmp_path):
    file = tmp_path / "mine.yaml"
    text = FILES["smoke"].read_text()
    text = text.replace("  gram:\n", "  gram:\n    trials: 2\n").replace(
        "mirror: 1}", "mirror: 1, near: 1}", 1
    )
    file.write_text(text + "seed: 3\n")
    lines = file.read_text().splitlines()
    trials = lines.index("  gram:") + 2
    again = trials + lines[trials:].index("    trials: 3") + 1
    (near,) = (number for number, line in enumerate(lines, start=1) if ", near: 1}" in line)
    with pytest.raises(ConfigurationError) as error:
        checked(yaml.safe_load(file.read_text()), [FILES["smoke"], file])
    assert str(error.value).splitlines()[1:] == [
        f"{file}, line {again}: landscape.gram.trials is given twice, first in line {trials}",
        f"{file}, line {near}: landscape.census.starts.near is given twice, first in line {near}",
        f"{file}, line {len(lines)}: seed is given twice, first in line 3",
    ]


def test_a_key_given_twice_in_a_circle_is_found(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("a: &a\n  b: *a\n  c: 1\n  'c': 2\n")
    assert whole.repetitions(file) == [f"{file}, line 4: a.c is given twice, first in line 3"]


def test_a_file_that_is_no_yaml_is_one_line(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("a: [1\nb: 2")
    (fault,) = whole.repetitions(file)
    assert fault.startswith(f"{file}: cannot be read as YAML") and "\n" not in fault


@pytest.mark.parametrize("text", [b"size: sm\xf6ke", b"size: smoke\n\tseed: 1", b"a: \0"])
def test_a_file_that_is_no_text_is_one_line(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_bytes(text)
    (fault,) = whole.repetitions(file)
    assert fault.startswith(f"{file}: cannot be read as YAML") and "\n" not in fault


def test_a_few_lines_that_stand_for_very_much_are_told_in_few():
    """Ten levels of aliases are 10^10 values; so is what a message would write out."""
    much = [0] * 10
    for _ in range(10):
        much = [much] * 10
    for path in ("landscape/plane/widths", "experiments/measurements-d1/trials", "seed"):
        assert all(len(fault) < 500 for fault in faults(changed(path, much)))


def test_a_long_list_that_is_no_number_is_told_in_few():
    (message,) = faults(changed("seed", list(range(10**5))))
    assert message.startswith("seed: given [0, 1, 2,") and len(message) < 200


def places(tree, path=()):
    """Every place of a tree, the root too."""
    yield path
    children = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else []
    )
    for key, value in children:
        yield from places(value, (*path, key))


PLACES = list(places(CONFIGS["smoke"]))
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.dates(),
    st.sampled_from([10**12, -(10**400), 1e300, 1e-300, "2^d/2", "measurements-d1", "like"]),
)
VALUES = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=4,
)
KEYS = st.text(max_size=4) | st.sampled_from([True, None, 2024, 0.5, "like", "descent", "widths"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), VALUES, KEYS, st.booleans()), min_size=1, max_size=3
    )
)
def test_whatever_is_changed_is_accepted_or_refused_in_words(changes):
    config = copy.deepcopy(CONFIGS["smoke"])
    for path, value, key, added in changes:
        try:
            here = reduce(lambda tree, part: tree[part], path if added else path[:-1], config)
            if added:
                here[key] = value
            elif path:
                here[path[-1]] = value
        except (TypeError, LookupError):
            pass  # an earlier change has removed the place
    try:
        assert checked(checked(config)) == checked(config)
    except ConfigurationError as error:
        first, *rest = str(error).splitlines()
        assert first == "the configuration cannot be run:"
        assert rest and all(": " in fault for fault in rest)
