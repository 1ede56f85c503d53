"""The smoke workflow, run once for all tests, and small workflows beside it."""

import shutil
import time
from pathlib import Path

import pytest
import yaml
from clones import CORES, SMOKE, Clone, generated, make_clone


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.workflow)


@pytest.fixture(scope="session")
def smoke(tmp_path_factory, request) -> Clone:
    """The smoke workflow from nothing to its last file, results going through a shared cache."""
    folder = tmp_path_factory.mktemp("smoke")
    (folder / "cache").mkdir()
    clone = Clone(make_clone(folder / "clone"), cache=folder / "cache")
    began = time.monotonic()
    clone.run()
    wall = time.monotonic() - began
    jobs = clone.job_seconds()
    overhead = CORES * wall - sum(jobs.values())
    print(
        f"\nsmoke: {len(jobs)} jobs in {wall:.0f} s on {CORES} cores; "
        f"core seconds: jobs {sum(jobs.values()):.0f}, the rest {overhead:.0f}"
    )
    return clone


TINY = {
    "measurements-d2": {"expansivity": [3], "measurement_ratio": [1.5, 4, 8]},
    "inversion-d1": {"expansivity": [1, 5]},
    "measurements-against-k": {
        "latent_dimension": [5, 8],
        "measurement_ratio": [1, 2, 5],
        "allocation": {"rounds": 3, "first": 1, "most": 5},
    },
    "expansivity-against-k": {"latent_dimension": [5, 8], "expansivity": [1.5, 3, 5]},
}


@pytest.fixture(scope="session")
def tiny(smoke, tmp_path_factory):
    """Makes fresh clones of a workflow of a few small jobs: four experiments' tables."""

    def make(name: str, **changes: object) -> Clone:
        path = tmp_path_factory.mktemp("tiny") / name
        # Times are kept, so that Numba finds the kernels that the smoke workflow compiled.
        shutil.copytree(smoke.path, path, ignore=generated(smoke.path))
        config = yaml.safe_load((path / SMOKE).read_text())
        for experiment, grid in TINY.items():
            config["experiments"][experiment] |= grid | {"trials": 3}
        (path / "config/tiny.yaml").write_text(
            yaml.safe_dump(config | {"networks_per_job": 1} | changes, sort_keys=False)
        )
        targets = [f"results/smoke/statistics/{experiment}/success.csv" for experiment in TINY]
        return Clone(path, "config/tiny.yaml", targets=targets)

    return make
