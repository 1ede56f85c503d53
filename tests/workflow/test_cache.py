"""The cache between workflows: one entry a computation, and clones that copy it."""

from collections import defaultdict
from pathlib import PurePath

import pandas as pd
import pytest
import yaml
from clones import SMOKE, Clone, content, make_clone, same

from genprior.configuration.whole import checked
from genprior.experiments.blocks import block_from_params
from genprior.experiments.jobs import block_params, blocks_of
from genprior.tables import read_json


@pytest.fixture(scope="module")
def entries(smoke):
    """Cached output -> its file in the cache."""
    links = {path: (smoke.path / path).resolve() for path in smoke.summary() if link(smoke, path)}
    assert links
    return links


def blocks(config, name):
    """The blocks of one experiment, divided as the rules divide them."""
    experiment = config["convergence"] if name == "convergence" else config["experiments"][name]
    return blocks_of(experiment, config["trials_per_job"], config["networks_per_job"])


def link(clone, path):
    return (clone.path / path).is_symlink()


@pytest.fixture(scope="module")
def second(smoke, tmp_path_factory):
    """A second clone, run with the first one's cache."""
    clone = Clone(make_clone(tmp_path_factory.mktemp("second")), cache=smoke.cache)
    clone.before = {path.name: path.stat().st_mtime_ns for path in smoke.entries()}
    clone.run()
    return clone


def test_every_computation_is_cached(smoke, entries):
    """Figures and verdicts are cheap; everything that reads trials or makes them is kept."""
    left_out = {path for path in smoke.summary() if path not in entries}
    tables = {path for path in left_out if path.endswith(".parquet") or "/statistics/" in path}
    assert not tables


def test_two_computations_never_share_an_entry(smoke, entries):
    """One entry an output, but for instances that two experiments have in common.

    ``step-d2`` repeats ``measurements-d2`` at another step on purpose: the instances are the same
    cells and trials under the same seed, so the same computation.
    """
    sharing = defaultdict(list)
    for path, entry in entries.items():
        sharing[entry].append(path)
    config = checked(yaml.safe_load((smoke.path / SMOKE).read_text()), [])
    for paths in sharing.values():
        if len(paths) > 1:
            assert all(path.split("/")[2] == "instances" for path in paths), paths
            found = [blocks(config, path.parent.name)[path.stem] for path in map(PurePath, paths)]
            assert all(block == found[0] for block in found), paths
    assert {entry.parent for entry in sharing} == {smoke.cache / "genprior"}
    assert set(smoke.entries()) == set(sharing)


def test_every_block_holds_its_own_cells_and_trials(smoke):
    """What a shared entry would get wrong: the rows are those that the file's name promises."""
    config = checked(yaml.safe_load((smoke.path / SMOKE).read_text()), [])
    for name in [*config["experiments"], "convergence"]:
        for stage in ("instances", "convergence" if name == "convergence" else "recoveries"):
            for block in blocks(config, name).values():
                path = smoke.path / f"results/smoke/{stage}/{name}/{block.name}.parquet"
                rows = pd.read_parquet(path, columns=["shape", "measurements", "trial"])
                if block.round:
                    allocation = f"results/smoke/allocations/{name}/r{block.round}.json"
                    allotment = read_json(smoke.path / allocation)
                    block = block_from_params(block_params(block), allotment)
                expected = {
                    ("-".join(map(str, cell.shape)), cell.measurements, trial)
                    for trial in block.trials
                    for cell in block.cells_at(trial)
                }
                assert set(rows.itertuples(index=False, name=None)) == expected, path


def test_allocated_trials_are_numbered_without_a_gap_and_are_as_many_as_configured(smoke):
    experiment = checked(yaml.safe_load((smoke.path / SMOKE).read_text()), [])["experiments"]
    for name in [name for name in experiment if "allocation" in experiment[name]]:
        folder = smoke.path / f"results/smoke/recoveries/{name}"
        rows = pd.concat([pd.read_parquet(path) for path in folder.glob("*.parquet")])
        cells = rows.groupby(["shape", "measurements"])["trial"]
        assert all(sorted(trials) == list(range(len(trials))) for _, trials in cells)
        assert len(rows) == cells.ngroups * experiment[name]["trials"]
        assert cells.size().nunique() > 1


def test_steps_that_differ_make_recoveries_that_differ(smoke):
    """The one parameter that tells ``step-d2`` from ``measurements-d2`` reaches the engine."""
    for left, right in [("step-d1", "measurements-d1"), ("step-d2", "measurements-d2")]:
        folders = [smoke.path / f"results/smoke/recoveries/{name}" for name in (left, right)]
        steps = [
            {step for path in folder.iterdir() for step in pd.read_parquet(path)["step"]}
            for folder in folders
        ]
        assert len(steps[0]) == len(steps[1]) == 1 and steps[0] != steps[1]


def test_a_second_clone_links_every_entry_and_computes_none(smoke, second, entries):
    for path, entry in entries.items():
        assert link(second, path) and (second.path / path).resolve() == entry, path
    after = {path.name: path.stat().st_mtime_ns for path in smoke.entries()}
    assert after == second.before
    assert "to cache" not in second.said


def test_a_second_clone_has_the_same_files_to_the_last_byte(smoke, second):
    """Figures are drawn again there: the same bytes from the same tables, in other processes.

    Notebooks show seconds, so their pages differ.
    """
    differing = [
        path
        for path in smoke.summary()
        if "/notebooks/" not in path
        and not same(content(smoke.path / path), content(second.path / path))
    ]
    assert not differing
    pictures = [path for path in smoke.summary() if path.startswith("results/smoke/figures/")]
    assert pictures and not any(link(second, path) for path in pictures)
