"""Configurations: the three that are kept, and every kind of mistake in words."""

import copy
from pathlib import Path

import pytest
import yaml

from genprior.configuration import ConfigurationError, check
from genprior.experiments.grid import cells_of

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
SIZES = ("smoke", "standard", "paper")
CONFIGS = {size: yaml.safe_load((ROOT / f"config/{size}.yaml").read_text()) for size in SIZES}
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
    # Layer-wise inversion and its neighbours.
    "long_cap",
    "exhaustive",
    "variables",
    "clause_ratio",
    "width",
    "max_passes",
}


def leaves(tree, path=()):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def every_object(schema, path=()):
    """(path, schema) of every mapping that the schema describes."""
    if schema.get("type") == "object":
        yield path, schema
        for key, value in schema["properties"].items():
            yield from every_object(value, (*path, key))


def changed(path, value):
    config = copy.deepcopy(CONFIGS["smoke"])
    *parents, last = path.split("/")
    place = config
    for key in parents:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return config


def faults(config):
    with pytest.raises(ConfigurationError) as error:
        check(config, SCHEMA)
    first, *rest = str(error.value).splitlines()
    assert first == "the configuration cannot be run:"
    return rest


@pytest.mark.parametrize("size", SIZES)
def test_the_kept_configurations_are_valid_and_named_by_their_file(size):
    check(CONFIGS[size], SCHEMA)
    assert CONFIGS[size]["size"] == size


@pytest.mark.parametrize("size", ["smoke", "paper"])
def test_the_kept_configurations_differ_in_size_alone(size):
    ours, standard = dict(leaves(CONFIGS[size])), dict(leaves(CONFIGS["standard"]))
    assert list(ours) == list(standard)
    differing = {path for path in ours if ours[path] != standard[path]}
    assert {path[-1] for path in differing} <= SIZE_KEYS


def test_the_sizes_are_in_order():
    def work(config):
        return sum(len(cells_of(e)) * e["trials"] for e in config["experiments"].values())

    assert work(CONFIGS["smoke"]) < work(CONFIGS["standard"]) < work(CONFIGS["paper"])


def test_every_key_of_the_schema_is_described_and_closed():
    for path, schema in every_object(SCHEMA):
        assert schema["additionalProperties"] is False, path
        for key, value in schema["properties"].items():
            assert value["description"].strip(), (*path, key)


# path, value (None removes the key), what the message must say: key, given, allowed.
MISTAKES = {
    "unknown key": ("sucess", {"a": 1}, ["sucess: unknown key; allowed here: ", "success"]),
    "unknown nested key": (
        "experiments/step-d2/trails",
        3,
        ["experiments.step-d2.trails: unknown key; allowed here: ", "trials"],
    ),
    "unknown experiment": ("experiments/mine", {}, ["experiments.mine: unknown key", "step-d1"]),
    "missing key": ("seed", None, ["missing key seed (Entropy of every random stream.)"]),
    "missing nested key": (
        "experiments/step-d2/trials",
        None,
        ["experiments.step-d2: missing key trials (Trials a cell"],
    ),
    "wrong choice": (
        "size",
        "tiny",
        ["size: given 'tiny'; allowed: one of smoke, standard, paper"],
    ),
    "wrong type": (
        "descent/max_iterations",
        "many",
        ["descent.max_iterations: given 'many'; allowed: an integer >= 1"],
    ),
    "fraction for integer": ("seed", 1.5, ["seed: given 1.5; allowed: an integer >= 0"]),
    "whole fraction for integer": (
        "experiments/step-d2/trials",
        8.0,
        ["experiments.step-d2.trials: given 8.0; allowed: an integer >= 1"],
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
        "experiments/step-d2/expansivity",
        3,
        ["experiments.step-d2.expansivity: given 3; allowed: a list", "each a number > 0"],
    ),
    "empty list": (
        "experiments/step-d2/latent_dimension",
        [],
        ["experiments.step-d2.latent_dimension: given []; allowed: a list of at least 1"],
    ),
    "bad list item": (
        "experiments/step-d2/latent_dimension",
        [10, -1],
        ["experiments.step-d2.latent_dimension.1: given -1; allowed: an integer >= 1"],
    ),
    "repeated list item": (
        "experiments/step-d2/latent_dimension",
        [10, 10],
        ["experiments.step-d2.latent_dimension: given [10, 10]", "distinct"],
    ),
    "list for mapping": ("descent", [], ["descent: given []; allowed: a mapping"]),
    "two descriptions of the network": (
        "experiments/step-d2/widths",
        [20, 40],
        ["experiments.step-d2: give either widths, or both depth and expansivity"],
    ),
    "half a description of the network": (
        "experiments/step-d2/depth",
        None,
        ["experiments.step-d2: give either widths, or both depth and expansivity"],
    ),
    "measurements under A = I": (
        "experiments/inversion-d1/measurement_ratio",
        [1, 2],
        ["experiments.inversion-d1.sensing: A = I", "remove measurement_ratio"],
    ),
    "no measurements": (
        "experiments/step-d2/measurement_ratio",
        None,
        ["experiments.step-d2: give either measurement_ratio (m/k) or measurements (m)"],
    ),
    "measurements twice": (
        "convergence/measurement_ratio",
        [1],
        ["convergence: give either measurement_ratio (m/k) or measurements (m)"],
    ),
    "twin cells": (
        "experiments/step-d2/measurement_ratio",
        [1, 1.01],
        ["experiments.step-d2: two points of the grid are the same cell (shape, m)", "10)"],
    ),
    "no measurement at all": (
        "experiments/step-d2/measurement_ratio",
        [0.01, 1],
        ["experiments.step-d2: the grid rounds to a layer without neurons or to no measurement"],
    ),
}


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_what_was_given_and_what_is_allowed(path, value, words):
    (message,) = faults(changed(path, value))
    for word in words:
        assert word in message


def test_every_mistake_is_listed_at_once():
    config = changed("seed", -1) | {"size": "tiny"}
    config["experiments"]["step-d1"]["trials"] = 0
    assert [fault.split(":")[0] for fault in faults(config)] == [
        "experiments.step-d1.trials",
        "seed",
        "size",
    ]


def test_a_reversal_needs_one_step_a_depth():
    config = copy.deepcopy(CONFIGS["smoke"])
    config["neighbours"]["reversal"]["step"] = ["2^d/2"]
    with pytest.raises(ConfigurationError, match=r"neighbours\.reversal\.step: 1 given for 2 dep"):
        check(config, SCHEMA)
