"""The keys ``network`` and ``sensing``: laws and files of one's own, from key to instance."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from genprior.configuration.planning import planned
from genprior.configuration.whole import ConfigurationError, checked
from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params, block_instances, instance_rows
from genprior.experiments.grid import cells_of
from genprior.experiments.jobs import block_params, blocks_of
from genprior.experiments.recovery import recovery_rows
from genprior.experiments.schemas import INSTANCES
from genprior.export import main as export
from genprior.model.instances import digest
from genprior.model.stored import StoredError, digest_of
from genprior.tables import write_rows

SMOKE = yaml.safe_load((Path(__file__).parents[2] / "config/smoke.yaml").read_text())
GRID = {
    "latent_dimension": [4],
    "depth": 2,
    "expansivity": [3],
    "sensing": "gaussian",
    "measurement_ratio": [2, 4, 6],
    "trials": 2,
}
SMALL = {
    "size": "smoke",
    "seed": 7,
    **{key: SMOKE[key] for key in ("descent", "success", "statistics", "convergence")},
}
RNG = np.random.default_rng(3)
WEIGHTS = {"W1": RNG.standard_normal((8, 3)), "W2": RNG.standard_normal((12, 8))}
BIASES = {"b1": RNG.standard_normal(8)}
MATRIX = RNG.standard_normal((9, 12))
OWN = {"network": {"weights": "my.npz"}, "sensing": "gaussian", "trials": 2}


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """A working directory with a network, one with biases, and a matrix."""
    monkeypatch.chdir(tmp_path)
    np.savez("my.npz", **WEIGHTS)
    np.savez("affine.npz", **WEIGHTS, **BIASES)
    np.savez("A.npz", A=MATRIX)


def configured(**experiments):
    """The checked configuration of these experiments alone."""
    return checked(SMALL | {"experiments": experiments})


def refused(**experiments):
    """The lines that refuse these experiments."""
    with pytest.raises(ConfigurationError) as error:
        configured(**experiments)
    _, *lines = str(error.value).splitlines()
    return lines


def without(*keys):
    return {key: value for key, value in GRID.items() if key not in keys}


@pytest.mark.parametrize(
    ("keys", "label"),
    [
        ({}, "gaussian"),
        ({"sensing": "dct"}, "dct"),
        ({"sensing": {"law": "dct"}}, "dct"),
        ({"sensing": "sparse"}, "sparse(0.1)"),
        ({"sensing": {"law": "sparse", "density": 0.25}}, "sparse(0.25)"),
        ({"sensing": {"law": "sparse", "density": 1}}, "sparse(1.0)"),
        ({"network": "gaussian"}, "gaussian"),
        ({"network": "tied"}, "gaussian+tied"),
        ({"network": {"law": "row-normalised"}, "sensing": "mask"}, "mask+row-normalised"),
        ({"network": {"law": "sparse", "density": 0.5}}, "gaussian+sparse(0.5)"),
    ],
)
def test_laws_become_the_label_of_every_cell(keys, label):
    config = configured(mine=GRID | keys)
    assert {cell.law for cell in cells_of(config["experiments"]["mine"])} == {label}
    assert checked(config) == config
    blocks = planned(config)[0]["mine"]
    rows = [row for block in blocks.values() for row in instance_rows(7, block)]
    assert {row["sensing"] for row in rows} == {label} and len(rows) == 6


def test_inversion_under_another_law_of_the_weights():
    config = configured(mine=without("measurement_ratio") | {"sensing": "identity"})
    other = without("measurement_ratio") | {"sensing": {"law": "identity"}, "network": "orthogonal"}
    (cell,) = cells_of(configured(mine=other)["experiments"]["mine"])
    assert (cell.law, cell.measurements) == ("identity+orthogonal", 36)
    assert cells_of(config["experiments"]["mine"])[0].law == "identity"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (
            {"sensing": "fourier"},
            "experiments.mine.sensing: given 'fourier'; allowed: one of gaussian, rademacher, "
            "identity, dct, mask, average, sparse",
        ),
        (
            {"sensing": {"law": "fourier"}},
            "experiments.mine.sensing.law: given 'fourier'; allowed: one of gaussian, rademacher, "
            "identity, dct, mask, average, sparse",
        ),
        (
            {"network": "uniform"},
            "experiments.mine.network: given 'uniform'; allowed: one of gaussian, row-normalised, "
            "orthogonal, sparse, tied",
        ),
        (
            {"sensing": {"density": 0.5}},
            "experiments.mine.sensing: missing key law (The law, as where it stands alone.)",
        ),
        (
            {"sensing": {"law": "dct", "density": 0.5}},
            "experiments.mine.sensing.density: dct takes none; allowed with sparse",
        ),
        (
            {"sensing": {"law": "sparse", "density": 0}},
            "experiments.mine.sensing.density: given 0; allowed: a number > 0 and <= 1",
        ),
        (
            {"network": {"law": "tied", "file": "my.npz"}},
            "experiments.mine.network.file: unknown key; allowed here: density, law",
        ),
        (
            {"sensing": {"matrix": 3}},
            "experiments.mine.sensing.matrix: given 3; allowed: a string",
        ),
        (
            {"sensing": "dct", "measurement_ratio": [2, 10]},
            "experiments.mine.sensing: dct has at most n_d = 36 measurements, given 40; take fewer "
            "measurements",
        ),
        (
            {"sensing": "mask", "measurement_ratio": [10]},
            "experiments.mine.sensing: mask has at most n_d = 36 measurements, given 40; take "
            "fewer measurements",
        ),
        (
            {"sensing": "average", "measurement_ratio": [10]},
            "experiments.mine.sensing: average has at most n_d = 36 measurements, given 40; take "
            "fewer measurements",
        ),
        (
            {"network": "orthogonal", "expansivity": [0.5]},
            "experiments.mine.network: orthogonal columns need n_i >= n_(i-1); n_1 = 2 and n_0 = 4",
        ),
        (
            {"sensing": {"matrix": "none.npz"}},
            "experiments.mine.sensing.matrix: none.npz: there is no such file",
        ),
        (
            {"sensing": {"matrix": "my.npz"}},
            "experiments.mine.sensing.matrix: my.npz: has no entry A; there is W1, W2; allowed: A, "
            "or what scipy.sparse.save_npz writes",
        ),
        (
            {"sensing": {"matrix": "A.npz"}},
            "experiments.mine.sensing.matrix: A.npz has 12 columns; needed: n_d = 36",
        ),
    ],
)
def test_faults_of_laws_and_matrices_by_key(keys, line):
    assert refused(mine=GRID | keys) == [line]


def test_the_same_faults_in_convergence():
    given = copy.deepcopy(SMALL["convergence"]) | {"network": "orthogonal", "widths": [50, 20]}
    with pytest.raises(ConfigurationError) as error:
        checked(SMALL | {"experiments": {}, "convergence": given})
    assert "convergence.network: orthogonal columns need" in str(error.value)
    given |= {"network": {"weights": "none.npz"}}
    with pytest.raises(ConfigurationError) as error:
        checked(SMALL | {"experiments": {}, "convergence": given})
    assert "convergence.network.weights: none.npz: there is no such file" in str(error.value)


# Files -------------------------------------------------------------------------------------------


def test_a_network_of_one_s_own_gives_the_grid():
    config = configured(mine=OWN | {"measurements": [4, 8, 12]})
    found = config["experiments"]["mine"]
    assert (found["latent_dimension"], found["widths"]) == ([3], [8, 12])
    assert found["network"] == {"weights": "my.npz", "digest": digest_of("my.npz")}
    assert {cell.law for cell in cells_of(found)} == {f"gaussian+own({digest_of('my.npz')})"}
    assert checked(config) == config  # what was filled in agrees with the file
    ratios = configured(mine=OWN | {"measurement_ratio": [2, 4]})["experiments"]["mine"]
    assert [cell.measurements for cell in cells_of(ratios)] == [6, 12]


def test_a_grid_that_agrees_with_the_network_may_be_given():
    agreed = {"latent_dimension": [3], "widths": [8, 12], "measurements": [4]}
    assert configured(mine=OWN | agreed) == configured(mine=OWN | {"measurements": [4]})
    np.savez("even.npz", W1=RNG.standard_normal((6, 3)), W2=RNG.standard_normal((12, 6)))
    even = OWN | {"network": {"weights": "even.npz"}, "measurements": [4]}
    assert configured(mine=even | {"depth": 2, "expansivity": [2]}) == configured(mine=even)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (
            {"latent_dimension": [3, 4]},
            "experiments.mine.latent_dimension: given [3, 4]; the network of my.npz has [3]",
        ),
        ({"widths": [8]}, "experiments.mine.widths: given [8]; the network of my.npz has [8, 12]"),
        ({"depth": 3}, "experiments.mine.depth: given 3; the network of my.npz has 2 layers"),
        (
            {"expansivity": [2, 3]},
            "experiments.mine.expansivity: given [2, 3]; the network of my.npz has widths [8, 12]; "
            "remove the key",
        ),
        (
            {"network": {"weights": "my.npz", "digest": "0"}},
            "experiments.mine.network.digest: given '0'; the content of my.npz has DIGEST",
        ),
        (
            {"network": {"weights": "moved.npz"}, "latent_dimension": [3], "widths": [8, 12]},
            "experiments.mine.network.weights: moved.npz: there is no such file",
        ),
        (
            {"network": {"weights": "."}, "latent_dimension": [3], "widths": [8, 12]},
            "experiments.mine.network.weights: .: is a directory; needed is an .npz file",
        ),
        (
            {"network": {"weights": "my.npz", "law": "tied"}},
            "experiments.mine.network.law: unknown key; allowed here: digest, weights",
        ),
        (
            {"sensing": "dct", "measurements": [13]},
            "experiments.mine.sensing: dct has at most n_d = 12 measurements, given 13; take fewer "
            "measurements",
        ),
        (
            {"sensing": {"matrix": "A.npz"}, "measurements": [4, 10]},
            "experiments.mine.sensing: A.npz has 9 rows, given 10; take fewer measurements",
        ),
    ],
)
def test_faults_of_files_by_key(keys, line):
    (found,) = refused(mine=OWN | {"measurements": [4]} | keys)
    assert found == line.replace("DIGEST", digest_of("my.npz"))


def test_a_missing_grid_is_still_said():
    assert refused(mine={"sensing": "dct", "trials": 2, "measurements": [3]}) == [
        "experiments.mine: missing key latent_dimension (The latent dimensions k.)"
    ]


def blocks(config, name="mine"):
    """The blocks of an experiment as their jobs see them, after a way through JSON."""
    plans = {key: block_params(one) for key, one in planned(config)[0][name].items()}
    return json.loads(json.dumps(plans))


def test_instances_of_one_s_own_network_and_matrix():
    """Fixed W and the first m rows of A, unscaled; code and start vary, as for random networks."""
    config = configured(mine=OWN | {"sensing": {"matrix": "A.npz"}, "measurements": [4, 9]})
    (params,) = blocks(config).values()
    assert (params["weights"], params["matrix"]) == ("my.npz", "A.npz")
    made = [one for _, _, one in block_instances(7, block_from_params(params))]
    assert [one.measurement_count for one in made] == [4, 9, 4, 9]
    for one in made:
        np.testing.assert_array_equal(one.sensing, MATRIX[: one.measurement_count])
        for layer, given in zip(one.weights, WEIGHTS.values(), strict=True):
            np.testing.assert_array_equal(layer, given)
    np.testing.assert_array_equal(made[0].code, made[1].code)
    assert not np.array_equal(made[0].code, made[2].code)
    assert not np.array_equal(made[0].start, made[0].code)
    assert len({digest(one) for one in made}) == 4
    expected = np.random.SeedSequence(7, spawn_key=(2, 0, 3, 8, 12))
    code = np.random.Generator(np.random.PCG64(expected)).standard_normal(3)
    np.testing.assert_array_equal(made[0].code, code)


def test_all_rows_are_taken_where_no_number_is_given():
    config = configured(mine=OWN | {"sensing": {"matrix": "A.npz"}})
    assert [cell.measurements for cell in cells_of(config["experiments"]["mine"])] == [9]
    random = without("depth", "expansivity", "measurement_ratio")
    random |= {"widths": [6, 12], "sensing": {"matrix": "A.npz"}}
    (cell,) = cells_of(configured(mine=random)["experiments"]["mine"])
    assert cell.law == f"own({digest_of('A.npz')})" and cell.measurements == 9


def test_an_edited_file_changes_what_depends_on_it_and_nothing_else():
    both = {
        "mine": OWN | {"measurements": [4]},
        "other": OWN
        | {"network": {"weights": "affine.npz"}, "measurements": [4]}
        | {"descent": {"negation_check": False}},
        "random": GRID,
    }
    before = configured(**both)
    np.savez("my.npz", **WEIGHTS | {"W2": WEIGHTS["W2"] * 2})
    after = configured(**both)
    assert blocks(before) != blocks(after)
    assert blocks(before, "other") == blocks(after, "other")
    assert blocks(before, "random") == blocks(after, "random")
    np.savez_compressed("my.npz", **{name: np.asfortranarray(W) for name, W in WEIGHTS.items()})
    assert configured(**both) == before  # another file of the same content


def test_a_file_edited_or_moved_after_planning_stops_its_jobs():
    config = configured(mine=OWN | {"sensing": {"matrix": "A.npz"}, "measurements": [4]})
    (params,) = blocks(config).values()
    block = block_from_params(params)
    descent = Settings(step=1.0, negation_check=False, max_iterations=3, gradient_tolerance=0.0)
    expected = instance_rows(7, block)
    assert expected and list(recovery_rows(7, block, descent, expected))
    np.savez("A.npz", A=MATRIX + 1)
    for run in (
        lambda: instance_rows(7, block),
        lambda: list(recovery_rows(7, block, descent, expected)),
    ):
        with pytest.raises(
            StoredError, match=r"A\.npz: its content has digest .* was edited since"
        ):
            run()
    np.savez("A.npz", A=MATRIX)
    Path("my.npz").rename("moved.npz")
    with pytest.raises(StoredError, match=r"my\.npz: there is no such file"):
        instance_rows(7, block)


@pytest.mark.parametrize(
    ("error", "ours"), [("StoredError('my.npz: is text')", False), ("ValueError('so')", True)]
)
def test_a_job_tells_of_a_user_s_file_in_a_line_and_of_a_fault_of_ours_in_full(error, ours):
    program = (
        "from genprior.job import log_to; from genprior.model.stored import StoredError\n"
        f"log_to('log')\nraise {error}\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    log = Path("log").read_text()
    assert ("Traceback" in log) == ours and (log == "my.npz: is text\n") == (not ours)


def test_the_negation_check_is_refused_where_there_are_biases():
    affine = OWN | {"network": {"weights": "affine.npz"}, "measurements": [4]}
    off = {"descent": {"negation_check": False}}
    words = (
        "given true; the network of affine.npz has biases, for which f(-x) says nothing about "
        "f(x); allowed: false"
    )
    assert refused(mine=affine) == [f"experiments.mine.descent.negation_check: {words}"]
    again = {"like": "mine", "descent": {"negation_check": True}}
    assert refused(mine=affine | off, again=again) == [
        f"experiments.again.descent.negation_check: {words}"
    ]
    found = configured(mine=affine | off, other=OWN | {"measurements": [4]})["experiments"]
    assert found["mine"]["descent"] == {"negation_check": False}
    with pytest.raises(ConfigurationError) as error:
        given = OWN | {"network": {"weights": "affine.npz"}, "measurements": [4]}
        checked(SMALL | {"experiments": {}, "convergence": given})
    assert f"convergence.descent.negation_check: {words}" in str(error.value)


def test_like_takes_the_network_too():
    again = {"like": "mine", "descent": {"step": 0.5}}
    config = configured(mine=OWN | {"measurements": [4]}, again=again)
    assert config["experiments"]["again"]["network"] == config["experiments"]["mine"]["network"]
    assert blocks(config, "again") == blocks(config)


@pytest.mark.parametrize("file", ["my.npz", "affine.npz"])
def test_descents_of_one_s_own_network(file):
    """A network, also one with biases, goes all the way through the recoveries."""
    given = OWN | {"network": {"weights": file}, "measurements": [9]}
    given |= {"descent": {"negation_check": False}}
    experiment = configured(mine=given)["experiments"]["mine"]
    descent = Settings(step=0.01, negation_check=False, max_iterations=50, gradient_tolerance=0.0)
    (block,) = blocks_of(experiment, 50).values()
    rows = list(recovery_rows(7, block, descent, instance_rows(7, block)))
    assert {row["trial"] for row in rows} == {0, 1}
    assert all(row["curve"][-1] == row["relative_error"] < 2 * row["curve"][0] for row in rows)


def test_a_row_of_one_s_own_is_exported_with_its_files(capsys):
    experiment = configured(
        mine=OWN
        | {"network": {"weights": "affine.npz"}, "sensing": {"matrix": "A.npz"}}
        | {"descent": {"negation_check": False}, "measurements": [4]}
    )["experiments"]["mine"]
    (block,) = blocks_of(experiment, 50).values()
    write_rows(instance_rows(7, block), INSTANCES, "rows.parquet")
    assert export(["rows.parquet", "--trial", "1"]) == 1
    assert "is a file of your own; give it as --matrix FILE" in capsys.readouterr().err
    mine = ["--matrix", "A.npz", "--weights", "affine.npz"]
    assert export(["rows.parquet", "--trial", "1", *mine]) == 0
    (path,) = Path().glob("3-8-12.own-*.npz")
    with np.load(path) as stored:
        np.testing.assert_array_equal(stored["b1"], BIASES["b1"])
        np.testing.assert_array_equal(stored["A"], MATRIX[:4])
    assert digest_of(path) == digest_of("affine.npz")
    assert export(["rows.parquet", "--trial", "1", *mine[:3], "my.npz"]) == 1
    assert "was edited since" in capsys.readouterr().err
    assert export(["rows.parquet", "--trial", "1", "--matrix", "A.npz"]) == 1
    assert "--weights FILE" in capsys.readouterr().err
    random = GRID | {"trials": 1, "measurement_ratio": [2]}
    (block,) = blocks_of(random, 50).values()
    write_rows(instance_rows(7, block), INSTANCES, "random.parquet")
    assert export(["random.parquet", *mine[:2]]) == 1
    assert "--matrix: given A.npz, but the row has the law gaussian" in capsys.readouterr().err
