"""Phase diagrams of a method of one's own: the same whatever the cores, and nothing is lost."""

import os
import signal
import subprocess
import sys
import time

import matplotlib
import numpy as np
import pandas as pd
import pytest

from genprior import phase_diagram
from genprior.api.pool import DESCRIPTION
from genprior.descent import Settings
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import cells_of
from genprior.experiments.recovery import recovery_rows
from genprior.experiments.summaries import success_table
from genprior.methods.contract import MethodError
from genprior.model.networks import Network
from genprior.model.stored import write_network

GRID = {"depth": 1, "expansivity": [2, 6], "measurement_ratio": [1, 2, 6], "latent_dimension": 2}
QUIET = {"progress": False, "seed": 4}
TIMED = ["seconds", "seconds_to_decide"]


def untimed(diagram):
    return diagram.trials.drop(columns=TIMED, errors="ignore")


def halfway(problem, start):
    """A method that finds what it is given at half of the starts."""
    return np.linalg.lstsq(problem.weights[0], np.abs(start).sum() * np.ones(12))[0]


def cheating(problem, start):
    """A method that succeeds where there are six measurements, by the project's own engine."""
    from genprior.descent.incremental import descend

    settings = Settings(0.5, True, 3000 if len(problem.measurements) > 4 else 1, 1e-12)
    return descend(problem, start, np.ones(2), settings).x


@pytest.fixture(scope="module")
def descended():
    return phase_diagram(trials=3, cores=2, **GRID, **QUIET)


def test_the_result_does_not_depend_on_the_number_of_cores(descended):
    alone = phase_diagram(trials=3, cores=1, **GRID, **QUIET)
    pd.testing.assert_frame_equal(untimed(alone), untimed(descended), check_exact=True)
    pd.testing.assert_frame_equal(alone.transitions, descended.transitions, check_exact=True)


def test_trials_are_those_of_the_workflow_with_proofs(descended):
    experiment = {**GRID, "latent_dimension": [2], "sensing": "gaussian"}
    block = Block("b", tuple(cells_of(experiment)), 0, 2)
    settings = Settings.from_config(
        {"step": "2^d/d^2", "negation_check": True}
        | {"max_iterations": 5000, "gradient_tolerance": 1e-9},
        1,
    )
    expected = pd.DataFrame(recovery_rows(4, block, settings, instance_rows(4, block)))
    both = descended.trials.merge(
        expected, on=["shape", "measurements", "trial"], suffixes=("", "_expected")
    )
    assert len(both) == len(expected) == len(descended.trials) == 18
    for name in ("relative_error", "loss", "iterations", "stop"):
        assert (both[name] == both[f"{name}_expected"]).all(), name
    assert (descended.trials["success"] == (descended.trials["outcome"] == "recovery")).all()
    assert descended.trials["success"].any() and not descended.trials["success"].all()
    assert descended.judged_by == "certificate"
    assert descended.outcomes["trials"].sum() == 18


def test_tables_are_those_of_the_project_s_statistics(descended):
    table = success_table(descended.trials.assign(step_rule="2^d/d^2"), 0.95)
    assert descended.table["low"].tolist() == table["low"].tolist()
    assert set(descended.transitions["axis"]) == {"measurements"}
    assert len(descended.transitions) == 2


def test_a_method_of_one_s_own_is_judged_by_the_threshold():
    share = []

    def method(problem, start):  # a closure, which no other process could import
        share.append(1)
        return cheating(problem, start)

    diagram = phase_diagram(method, trials=4, cores=2, **GRID, **QUIET)
    assert diagram.judged_by == "threshold" and share == [] and diagram.outcomes.empty
    assert (diagram.trials["success"] == (diagram.trials["relative_error"] <= 1e-3)).all()
    rate = diagram.table.set_index(["expansivity", "measurements"])["proportion"]
    assert rate[6.0, 12] > rate[6.0, 2] == 0
    assert "step" not in diagram.table and "iterations" not in diagram.table


def test_a_method_that_draws_from_the_global_generator_does_so_alike():
    def method(problem, start):
        return np.random.standard_normal(2)  # noqa: NPY002

    one, two = (phase_diagram(method, trials=2, cores=n, **GRID, **QUIET) for n in (1, 2))
    pd.testing.assert_frame_equal(untimed(one), untimed(two), check_exact=True)


def test_what_is_not_finite_is_a_failure():
    diagram = phase_diagram(lambda problem, start: start * np.inf, trials=1, **GRID, **QUIET)
    assert diagram.table["diverged"].sum() == len(diagram.trials) == 6
    assert not diagram.trials["success"].any()


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (lambda problem, start: 1 / 0, "failed at shape 2-4, m = 2, trial 0: ZeroDivisionError: "),
        (lambda problem, start: start[:1], r"gave an array of shape \(1,\) at shape 2-4, m = 2"),
        (lambda problem, start: "x", "failed at shape 2-4, m = 2, trial 0: ValueError"),
    ],
)
def test_a_method_that_fails_is_told_with_its_trial(method, words):
    with pytest.raises(MethodError, match=words):
        phase_diagram(method, trials=1, cores=1, **GRID, **QUIET)


def test_a_method_of_the_registry_runs_under_its_settings():
    asked = {"latent_dimension": 2, "depth": 1, "expansivity": 6, "sensing": "identity"}
    diagram = phase_diagram("least-squares", trials=3, **asked, **QUIET)
    assert diagram.table["proportion"].tolist() == [1.0] and diagram.judged_by == "threshold"
    few = {"restarts": 1, "steps": 2}
    adam = phase_diagram("adam", settings=few, trials=2, cores=2, **asked, **QUIET)
    assert adam.trials["iterations"].tolist() == [2, 2]
    with pytest.raises(MethodError, match="least-squares failed at shape 2-4, m = 2, trial 0: Not"):
        phase_diagram("least-squares", trials=1, cores=1, **GRID, **QUIET)


def test_a_function_may_take_all_that_methods_are_handed():
    def method(problem, start, tie_direction, settings, stream):
        assert settings == {} and tie_direction.shape == start.shape
        return stream.standard_normal(2)

    one, two = (phase_diagram(method, trials=2, cores=n, **GRID, **QUIET) for n in (1, 2))
    pd.testing.assert_frame_equal(untimed(one), untimed(two), check_exact=True)


@pytest.fixture(scope="module")
def own():
    """A network that was not drawn by any law here."""
    draw = np.random.default_rng(8)
    return Network((draw.uniform(-1, 1.2, (12, 2)), draw.uniform(-1, 1.2, (30, 12))))


def test_a_network_of_one_s_own_by_a_law_that_practice_uses(own, tmp_path):
    asked = {"sensing": "dct", "measurements": [2, 6, 12], "trials": 4, **QUIET}
    diagram = phase_diagram(network=own, **asked)
    assert set(diagram.trials["shape"]) == {"2-12-30"} and diagram.judged_by == "certificate"
    (label,) = set(diagram.trials["sensing"])
    assert label.startswith("dct+own(")
    assert diagram.table.set_index("measurements")["proportion"][12] == 1
    assert diagram.trials["step_rule"].unique() == ["curvature"]
    write_network(own, tmp_path / "own.npz")
    again = phase_diagram(network=tmp_path / "own.npz", **asked)
    pd.testing.assert_frame_equal(untimed(again), untimed(diagram), check_exact=True)
    other = Network((own.weights[0], own.weights[1][::-1]))
    phase_diagram(network=own, store=tmp_path / "s", **(asked | {"trials": 1}))
    with pytest.raises(ValueError, match="another grid"):
        phase_diagram(network=other, store=tmp_path / "s", **asked)


def test_a_matrix_of_one_s_own_is_taken_by_rows(own, tmp_path):
    matrix = np.random.default_rng(9).standard_normal((12, 30)) / 4
    np.save(tmp_path / "A.npy", matrix)
    asked = {"network": own, "trials": 3, **QUIET}
    whole = phase_diagram(sensing=matrix, **asked)
    assert whole.trials["measurements"].tolist() == [12] * 3
    some = phase_diagram(sensing=str(tmp_path / "A.npy"), measurements=[1, 12], **asked)
    same = some.trials.query("measurements == 12")["relative_error"]
    assert same.tolist() == whole.trials["relative_error"].tolist()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"method": "mystery"}, "given 'mystery'; allowed: one of descent, "),
        ({"method": 3}, "method is 3; it should be"),
        ({"method": "adam", "settings": {"stps": 3}}, "settings of adam: .*stps"),
        ({"settings": {"steps": 3}}, "settings are for a method by its name"),
        ({"sensing": "wavelet"}, "unknown sensing law 'wavelet'; allowed: gaussian"),
        ({"sensing": "dct", "measurement_ratio": 7}, "dct has at most n_d = 4 measurements"),
        ({"sensing": "nowhere.npz"}, "nowhere.npz: "),
        ({"sensing": [[1.0]]}, "sensing should be the name of a law, a file or a matrix"),
        ({"sensing": np.ones((2, 5)), "measurement_ratio": None}, r"shape \(2, 5\); needed are"),
        ({"network": "wavelet"}, "unknown network law 'wavelet'; allowed: gaussian"),
        ({"network": "orthogonal", "expansivity": 0.5}, "orthogonal columns need"),
        ({"network": "nowhere.npz"}, "nowhere.npz: "),
        ({"network": [np.ones((4, 2))]}, "latent_dimension is told by the network"),
        ({"latent_dimension": None}, "give latent_dimension, k, or a network of your own"),
        ({"sensing": "identity"}, "measures all n_d coordinates"),
        ({"trials": 0}, "trials is 0; it should be a positive integer"),
        ({"trials": 2.0}, "trials is 2.0; it should be a positive integer"),
        ({"seed": -1}, "seed is -1"),
        ({"latent_dimension": 2.5}, "latent_dimension is 2.5; it should be a positive integer"),
        ({"latent_dimension": []}, "one value or several distinct ones"),
        ({"latent_dimension": [2, 2]}, "one value or several distinct ones"),
        ({"expansivity": -1}, "expansivity is -1; it should be a positive number"),
        ({"expansivity": 0.1}, "without neurons"),
        ({"expansivity": [2, 2.01]}, "two points of the grid are the same cell"),
        ({"widths": [4]}, "either widths, or both depth and expansivity"),
        ({"depth": None}, "either widths, or both depth and expansivity"),
        ({"measurements": 3}, "either measurement_ratio"),
        ({"measurement_ratio": None}, "either measurement_ratio"),
        ({"measurement_ratio": [float("nan")]}, "measurement_ratio is nan"),
        ({"confidence": 95}, "confidence is 95; it should be a number between 0 and 1"),
        ({"threshold": 0.0}, "threshold is 0.0"),
        ({"cores": 0}, "cores is 0; it should be a positive integer"),
        ({"step": "long"}, "step 'long'; allowed"),
        ({"max_iterations": -1}, "max_iterations is -1"),
    ],
)
def test_what_is_no_diagram_is_refused_by_name(given, words):
    with pytest.raises(ValueError, match=words) as error:
        phase_diagram(**{**GRID, **QUIET, "trials": 1, **given})
    assert "\n" not in str(error.value)


def test_a_store_is_gone_on_with_and_takes_more_trials(tmp_path, descended):
    store = tmp_path / "new" / "store"
    first = phase_diagram(trials=2, store=store, **GRID, **QUIET)
    assert first.table["trials"].tolist() == [2] * 6
    written = {path.name: path.stat().st_mtime_ns for path in store.glob("*.parquet")}
    assert len(written) == 4
    os.remove(store / "2-4.t001.parquet")
    (store / ".2-4.t001.parquet.0.partial").write_text("half")
    second = phase_diagram(trials=3, store=store, **GRID, **QUIET)
    pd.testing.assert_frame_equal(untimed(second), untimed(descended), check_exact=True)
    for path in store.glob("*.parquet"):
        kept = written.get(path.name) == path.stat().st_mtime_ns
        assert kept == (path.name in {"2-4.t000.parquet", "2-12.t000.parquet", "2-12.t001.parquet"})
    assert not list(store.glob(".*"))


def test_a_store_of_other_trials_is_refused(tmp_path):
    phase_diagram(halfway, trials=1, store=tmp_path / "s", **(GRID | {"expansivity": 6}), **QUIET)
    for given, words in [
        ({"seed": 5}, "another seed: 4, and now it is 5"),
        ({"method": cheating}, "another method: halfway"),
        ({"measurement_ratio": 2}, "another grid"),
    ]:
        asked = {**GRID, "expansivity": 6, **QUIET, "method": halfway, **given}
        with pytest.raises(ValueError, match=words):
            phase_diagram(trials=1, store=tmp_path / "s", **asked)
    (tmp_path / "s" / DESCRIPTION).write_text("{")
    with pytest.raises(ValueError, match="cannot be read"):
        phase_diagram(halfway, trials=1, store=tmp_path / "s", **GRID, **QUIET)
    with pytest.raises(ValueError, match=f"holds other files and no {DESCRIPTION}"):
        phase_diagram(halfway, trials=1, store=tmp_path, **GRID, **QUIET)


SLOW = """
import sys, time
import numpy as np
from genprior import phase_diagram

def method(problem, start):
    time.sleep(float(sys.argv[2]))
    return start

phase_diagram(method, latent_dimension=2, depth=1, expansivity=2, measurement_ratio=2, trials=20,
              cores=2, store=sys.argv[1])
"""


def begun(folder, command):
    """A slow diagram of which some trials are stored."""
    run = subprocess.Popen(
        command,
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # As in a terminal, also where these tests were started to ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while len(list(folder.glob("store/*.parquet"))) < 3:
        assert run.poll() is None, run.stderr.read()
        time.sleep(0.05)
    return run


def test_an_interrupted_diagram_loses_nothing(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    command = [sys.executable, "slow.py", "store"]
    run = begun(tmp_path, [*command, "0.3"])
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does, to its processes too
    told = run.communicate(timeout=60)[1]
    assert run.returncode != 0 and "KeyboardInterrupt" in told
    assert f"what is done is in {tmp_path / 'store'}, and the same call goes on" in told
    done = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("store/*.parquet")}
    assert 3 <= len(done) < 20
    again = subprocess.run([*command, "0"], cwd=tmp_path, capture_output=True, text=True)
    # Another text of the same file: the method's source is the same, for the pause is an argument.
    assert again.returncode == 0, again.stderr
    assert f"{20 - len(done)} of {20 - len(done)} networks, {len(done)} from before" in again.stderr
    for path in tmp_path.glob("store/*.parquet"):
        assert done.get(path.name, 0) in (0, path.stat().st_mtime_ns)


def test_processes_do_not_outlive_a_diagram_that_is_killed(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    run = begun(tmp_path, [sys.executable, "slow.py", "store", "0.3"])
    run.kill()
    run.wait()
    run.stderr.close()
    with pytest.raises(ProcessLookupError):
        for _ in range(200):
            os.killpg(run.pid, 0)
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("grid", "labels"),
    [
        (GRID, ("expansivity $n_i / n_{i-1}$", "measurements $m/k$")),
        (GRID | {"expansivity": 6}, ("measurements $m/k$", "success probability")),
        (
            GRID | {"expansivity": 6, "latent_dimension": [2, 3]},
            ("measurements $m/k$", "success probability"),
        ),
        (
            {"latent_dimension": [2, 3, 5], "widths": [8], "measurements": 6},
            ("latent dimension $k$", "success probability"),
        ),
        (
            {"latent_dimension": 2, "depth": 1, "expansivity": [2, 4], "sensing": "identity"},
            ("expansivity $n_i / n_{i-1}$", "success probability"),
        ),
        (
            {"latent_dimension": 2, "widths": [8], "measurements": 6},
            ("measurements $m$", "success probability"),
        ),
    ],
)
def test_a_picture_has_the_axes_that_vary(grid, labels):
    diagram = phase_diagram(halfway_any, trials=2, **grid, **QUIET)
    size = dict(matplotlib.rcParams)
    backend = matplotlib.get_backend()
    figure = diagram.plot()
    axes = figure.axes[0]
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert (axes.get_xlabel(), axes.get_ylabel()) == labels
    assert dict(matplotlib.rcParams) == size and matplotlib.get_backend() == backend


def halfway_any(problem, start):
    return start


def test_a_line_tells_how_far_it_is_and_silence_is_silent(capsys):
    phase_diagram(halfway_any, trials=2, seed=1, **GRID)
    told = capsys.readouterr()
    assert told.out == "" and told.err.endswith("4 of 4 networks\n")
    assert told.err.count("\n") == 1
    phase_diagram(halfway_any, trials=2, **GRID, **QUIET)
    assert capsys.readouterr() == ("", "")
