"""Cells and blocks: grids by hand, what names a block, chunks, twins."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from genprior.configuration.whole import checked
from genprior.experiments.blocks import block_from_params, block_instances
from genprior.experiments.forms import transition_axes
from genprior.experiments.grid import Cell, cells_of, expansive_shape, group_cells_by_shape
from genprior.experiments.jobs import block_params, blocks_of

ROOT = Path(__file__).parents[2]
CONFIGS = {
    size: checked(yaml.safe_load((ROOT / f"config/{size}.yaml").read_text()))
    for size in ("smoke", "standard", "paper")
}
EXPANSIVE = {
    "latent_dimension": [4],
    "depth": 2,
    "expansivity": [1.5, 2],
    "sensing": "gaussian",
    "measurement_ratio": [1, 2.5],
    "trials": 7,
}
PUBLISHED = {
    "latent_dimension": [10, 20],
    "widths": [250, 600],
    "sensing": "gaussian",
    "measurements": [150],
    "trials": 5,
}


def experiments_of(config):
    return config["experiments"] | {"convergence": config["convergence"]}


def test_shapes_by_hand():
    assert expansive_shape(20, 1.5, 3) == (20, 30, 45, 68)
    assert expansive_shape(5, 1, 2) == (5, 5, 5)


def test_cells_by_hand():
    assert cells_of(EXPANSIVE) == [
        Cell((4, 6, 9), "gaussian", 4, 1.5),
        Cell((4, 6, 9), "gaussian", 10, 1.5),
        Cell((4, 8, 16), "gaussian", 4, 2.0),
        Cell((4, 8, 16), "gaussian", 10, 2.0),
    ]
    assert cells_of(PUBLISHED) == [
        Cell((10, 250, 600), "gaussian", 150, None),
        Cell((20, 250, 600), "gaussian", 150, None),
    ]


def test_identity_measures_every_coordinate():
    inversion = {key: EXPANSIVE[key] for key in EXPANSIVE if key != "measurement_ratio"}
    cells = cells_of(inversion | {"sensing": "identity"})
    assert [(cell.shape, cell.measurements) for cell in cells] == [((4, 6, 9), 9), ((4, 8, 16), 16)]


@pytest.mark.parametrize(
    "change",
    [
        {"measurement_ratio": [1, 1.05]},
        {"expansivity": [2, 2.01]},
        {"latent_dimension": [4, 4]},
    ],
)
def test_twin_cells_are_refused(change):
    with pytest.raises(ValueError, match=r"the same cell \(shape, m\) \(\(4, .*closer than one"):
        cells_of(EXPANSIVE | change)


def test_block_names_say_network_or_latent_dimension_and_trials():
    assert list(blocks_of(EXPANSIVE, 5)) == [
        "4-6-9.t000-004",
        "4-6-9.t005-006",
        "4-8-16.t000-004",
        "4-8-16.t005-006",
    ]
    assert list(blocks_of(PUBLISHED, 25)) == ["k10.t000-004", "k20.t000-004"]


ALLOCATED = EXPANSIVE | {"allocation": {"rounds": 3, "first": 2, "most": 7}}


def test_blocks_of_rounds_span_every_trial_that_a_cell_could_get():
    assert list(blocks_of(ALLOCATED, 4, networks_per_job=2)) == [
        "4-6-9_4-8-16.r0.t000-001",
        "4-6-9_4-8-16.r1.t002-005",
        "4-6-9_4-8-16.r1.t006-006",
        "4-6-9_4-8-16.r2.t002-005",
        "4-6-9_4-8-16.r2.t006-006",
    ]


def test_a_block_has_the_allotted_trials_that_lie_in_its_range():
    block = blocks_of(ALLOCATED, 4)["4-6-9.r1.t002-005"]
    few, many = block.cells
    allotment = [
        {"shape": "4-6-9", "measurements": 4, "first_trial": 2, "next_trial": 3},
        {"shape": "4-6-9", "measurements": 10, "first_trial": 2, "next_trial": 7},
        {"shape": "4-8-16", "measurements": 10, "first_trial": 2, "next_trial": 5},
    ]
    params = json.loads(json.dumps(block_params(block)))
    found = block_from_params(params, allotment)
    assert [found.cells_at(trial) for trial in found.trials] == [(few, many), *[(many,)] * 3]
    drawn = [(cell, trial) for cell, trial, _ in block_instances(7, found)]
    assert drawn == [(few, 2), (many, 2), (many, 3), (many, 4), (many, 5)]
    with pytest.raises(KeyError):
        block_from_params(params, allotment[:1])


def test_several_networks_share_a_block_named_from_first_to_last():
    (name, block), *others = blocks_of(EXPANSIVE, 7, networks_per_job=2).items()
    assert (name, others) == ("4-6-9_4-8-16.t000-006", [])
    single = blocks_of(EXPANSIVE, 7).values()
    assert list(block.cells) == [cell for one in single for cell in one.cells]


@given(st.integers(1, 40), st.integers(1, 50))
def test_blocks_hold_every_trial_of_every_cell_once(trials, trials_per_job):
    experiment = EXPANSIVE | {"trials": trials}
    blocks = blocks_of(experiment, trials_per_job)
    seen = [(c, t) for block in blocks.values() for c in block.cells for t in block.trials]
    assert len(seen) == len(set(seen))
    assert set(seen) == {(cell, t) for cell in cells_of(experiment) for t in range(trials)}
    assert all(1 <= len(block.trials) <= trials_per_job for block in blocks.values())
    assert all(name == block.name for name, block in blocks.items())


def test_a_block_survives_json():
    for block in (blocks_of(ALLOCATED, 5) | blocks_of(PUBLISHED, 5)).values():
        assert block_from_params(json.loads(json.dumps(block_params(block)))) == block


def test_transition_axes():
    assert transition_axes(EXPANSIVE) == []
    ratios, expansivities = {"measurement_ratio": [1, 2, 3]}, {"expansivity": [2, 3, 4]}
    assert transition_axes(EXPANSIVE | ratios) == ["measurements"]
    assert transition_axes(EXPANSIVE | ratios | expansivities) == ["measurements", "expansivity"]
    dimensions = {"latent_dimension": [10, 20, 30]}
    assert transition_axes(PUBLISHED | dimensions) == ["latent_dimension"]
    assert transition_axes(EXPANSIVE | ratios | dimensions) == ["measurements"]


def test_cells_are_grouped_by_network():
    groups = group_cells_by_shape(cells_of(EXPANSIVE))
    assert {shape: [cell.measurements for cell in cells] for shape, cells in groups.items()} == {
        (4, 6, 9): [4, 10],
        (4, 8, 16): [4, 10],
    }


@pytest.mark.parametrize("size", CONFIGS)
def test_configured_blocks_differ_whatever_the_experiment(size):
    """Within an experiment no two blocks have the same parameters, hence the same cache entry."""
    for experiment in experiments_of(CONFIGS[size]).values():
        params = [json.dumps(block_params(b)) for b in blocks_of(experiment, 25).values()]
        assert len(set(params)) == len(params) > 0
