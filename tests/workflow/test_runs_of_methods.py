"""An experiment with a method of one's own, from its file to the pairs beside descent."""

import pandas as pd
import pytest
import yaml
from clones import SMOKE, Clone, make_clone

GRID = {
    "latent_dimension": [3],
    "depth": 1,
    "expansivity": [8],
    "sensing": "gaussian",
    "measurement_ratio": [2, 6, 9],
    "trials": 3,
    "descent": {"step": "2^d/2"},
}
OWN = """
def recover(problem, start, tie_direction, settings, stream):
    return settings["scale"] * start
"""
STATISTICS = "results/smoke/statistics"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with four experiments on one grid, their pairs computed."""
    path = make_clone(tmp_path_factory.mktemp("methods") / "clone")
    config = yaml.safe_load((path / SMOKE).read_text())
    config["experiments"] = {
        "plain": GRID,
        "adam": {"like": "plain", "method": {"name": "adam", "restarts": 2}},
        "mine": {"like": "plain", "method": {"name": "my_method:recover", "scale": 2.0}},
    }
    (path / "config/methods.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    (path / "my_method.py").write_text(OWN)
    targets = [f"{STATISTICS}/{name}/paired.csv" for name in ("adam", "mine")]
    made = Clone(path, "config/methods.yaml", targets=targets)
    made.run()
    return made


def pending(clone, stage):
    """The experiments that would be computed anew at a stage."""
    folder = f"results/smoke/{stage}/"
    paths = [path.removeprefix(folder) for path in clone.pending() if path.startswith(folder)]
    return {path.split("/")[0] for path in paths}


def test_pairs_beside_descent_and_each_other(clone):
    adam, mine = (pd.read_csv(clone.path / target) for target in clone.targets)
    assert list(adam["other"]) == ["plain"] * 3
    assert list(mine["other"]) == ["plain"] * 3 + ["adam"] * 3
    assert (mine["successes"] == 0).all() and adam["successes"].sum() > 0
    assert clone.pending() == set()


@pytest.mark.parametrize(
    ("experiment", "edit"),
    [
        ("mine", ("my_method.py", "return settings", "return -settings")),
        ("adam", ("src/genprior/methods/adam.py",)),
    ],
)
def test_an_edited_method_computes_its_experiment_alone(clone, experiment, edit):
    with clone.edit(*edit):
        assert pending(clone, "recoveries") == {experiment}
        assert pending(clone, "instances") == set()
    assert pending(clone, "recoveries") == set()


def test_what_a_method_of_one_s_own_did_wrong_is_one_line(clone):
    with clone.edit("my_method.py", 'settings["scale"] * start', "start[:-1]"):
        assert clone.start().wait() != 0
    assert (
        "experiments.mine.method: method my_method:recover returned x of shape (2,); "
        "it should be (3,) (shape 3-24, m = 6, trial 0)" in clone.said
    )
    assert "Traceback" not in clone.said
