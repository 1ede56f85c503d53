"""Methods of recovery: one contract over all of them, and anyone's own."""

import ast
import copy
import re
import sys
import textwrap
from dataclasses import replace
from importlib import import_module
from inspect import signature
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import yaml

from genprior.configuration.whole import ConfigurationError, checked
from genprior.dependencies import depends
from genprior.descent import Settings
from genprior.descent.incremental import Engine
from genprior.descent.outcomes import REACHED, OutcomeKind, judge
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.engines import engine_of
from genprior.experiments.grid import Cell
from genprior.experiments.methods import descends, job_method
from genprior.experiments.outcomes import outcome_rows
from genprior.experiments.recovery import recovery_rows
from genprior.experiments.schemas import OUTCOMES, RECOVERIES
from genprior.experiments.summaries import judged, outcomes_table, success_table
from genprior.methods import adam
from genprior.methods.contract import ARGUMENTS, Found, MethodError, NotApplicable
from genprior.methods.registry import DESCENTS, METHODS, file_of, method_of
from genprior.model.instances import instance
from genprior.model.networks import Network
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import document  # noqa: E402

SEED = 11
SMOKE = yaml.safe_load((ROOT / "config/smoke.yaml").read_text())

# W = [I; -I] / sqrt(2): every code is the only one with its output, and every way back is exact.
# Descent passes no kink on its way, for the start has the code's signs.
CODE = np.array([0.3, -0.7, 1.1])
START, TIE = np.array([0.5, -0.2, 0.4]), np.array([0.6, -1.3, 0.8])
PAIR = np.vstack([np.eye(3), -np.eye(3)]) / np.sqrt(2)
BIAS = np.array([0.2, -0.1, 0.05, 0.1, 0.2, -0.3])
NETWORKS = {
    "plain": Network((PAIR,)),
    "biases": Network((PAIR,), (BIAS,)),
    "leaky": Network((PAIR,), slope=0.2),
    "linear": Network((PAIR,), last="linear"),
    "sigmoid": Network((PAIR,), last="sigmoid"),
}
SENSING = {
    "identity": None,
    "matrix": np.linalg.qr(np.random.default_rng(3).normal(size=(6, 6)))[0],
}
# The class of problems of each method, as docs/methods.md has it.
CLASSES = {
    "descent": (NETWORKS, SENSING),
    "descent-to-proof": (NETWORKS.keys() - {"sigmoid"}, SENSING),
    "descent-by-rows": (NETWORKS, ["matrix"]),
    "adam": (NETWORKS, SENSING),
    "l_inf": (["plain", "biases", "leaky"], ["identity"]),
    "l_1": (["plain", "biases", "leaky"], ["identity"]),
    "least-squares": (["plain", "biases", "leaky"], ["identity"]),
    "transpose": (["plain"], ["identity"]),
    "plugin": (["plain"], ["identity"]),
}
# What solves the case above, where the defaults are meant for larger ones.
CHOSEN = {
    "descent": {"step": 0.5},
    "descent-to-proof": {"step": 0.5},
    "descent-by-rows": {"batch": 2, "step": 0.5},
    "adam": {"restarts": 3, "steps": 2000},
}


def stream():
    return np.random.default_rng(5)


def problem_of(network, sensing):
    return Problem.of_code(NETWORKS[network], SENSING[sensing], CODE)


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_a_file_with_the_contract(name):
    module = import_module(METHODS[name])
    assert module.NAME == name and module.__doc__ and module.recover.__doc__
    assert ", ".join(signature(module.recover).parameters) == ARGUMENTS
    for key, field in module.Settings.model_fields.items():
        assert field.description and not field.is_required(), key
    method = method_of(name)
    assert method.descends == (name in DESCENTS)
    assert method.settings_of({}) == module.Settings()
    text = Path(module.__file__).read_text()
    assert not any(
        f"import {other.rpartition('.')[2]}" in text or f"{other} import" in text
        for other in METHODS.values()
        if other != METHODS[name]
        for other in [other]
        if other != "genprior.methods.descent"
    )


def test_every_file_of_a_method_is_registered():
    folder = ROOT / "src/genprior/methods"
    files = {
        f"genprior.methods.{path.stem}"
        for path in folder.glob("*.py")
        if any(
            isinstance(node, ast.FunctionDef) and node.name == "recover"
            for node in ast.parse(path.read_text()).body
        )
    }
    assert files == set(METHODS.values()) and set(CLASSES) == set(METHODS)


@pytest.mark.parametrize(("name", "network", "sensing"), [*product(METHODS, NETWORKS, SENSING)])
def test_a_method_solves_a_solved_case_or_refuses_it(name, network, sensing):
    networks, laws = CLASSES[name]
    method, problem = method_of(name), problem_of(network, sensing)
    chosen = CHOSEN.get(name, {}) | ({"negation_check": False} if name in DESCENTS else {})
    settings = method.settings_of(chosen)
    if network not in networks or sensing not in laws:
        with pytest.raises(NotApplicable) as refused:
            method.run(problem, START, TIE, settings, stream())
        assert name in str(refused.value) and "\n" not in str(refused.value)
        return
    found = method.run(problem, START, TIE, settings, stream())
    assert np.linalg.norm(found.x - CODE) < 1e-4, found
    assert found.iterations >= 1 and found.stop
    if found.loss is not None:
        assert found.loss == pytest.approx(empirical_risk(problem, found.x), abs=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_the_same_start_and_stream_give_the_same_and_nothing_given_is_changed(name):
    problem = problem_of("plain", CLASSES[name][1] and next(iter(CLASSES[name][1])))
    method = method_of(name)
    settings = method.settings_of({"steps": 20} if name == "adam" else {})
    given = START.copy(), TIE.copy(), problem.measurements.copy()
    first, again = (method.run(problem, START, TIE, settings, stream()) for _ in range(2))
    assert np.array_equal(first.x, again.x) and first.iterations == again.iterations
    for before, after in zip(given, (START, TIE, problem.measurements), strict=True):
        assert np.array_equal(before, after)


@pytest.mark.parametrize(("network", "sensing"), [*product(NETWORKS, SENSING)])
def test_adam_s_losses_and_gradients_are_those_of_the_risk(network, sensing):
    problem = problem_of(network, sensing)
    x = np.random.default_rng(1).normal(size=(3, 4))
    losses, slopes = adam.losses_and_gradients(problem, x)
    for column, loss, slope in zip(x.T, losses, slopes.T, strict=True):
        assert loss == pytest.approx(empirical_risk(problem, column))
        np.testing.assert_allclose(slope, descent_direction(problem, column), atol=1e-14)


def test_adam_keeps_the_run_with_the_smallest_measurement_loss():
    one = instance(SEED, "gaussian", (4, 12), 3, 10)
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    many, alone = (
        adam.recover(problem, one.start, TIE, adam.Settings(restarts=n, steps=300), stream())
        for n in (6, 1)
    )
    assert many.loss <= alone.loss and many.iterations == 6 * alone.iterations


# Experiments.

CELLS = {
    "identity": (Cell((3, 40), "identity", 40, 13.0), Cell((3, 5), "identity", 5, 5 / 3)),
    "gaussian": (Cell((3, 40), "gaussian", 20, 13.0), Cell((3, 40), "gaussian", 2, 13.0)),
}
DESCENT = {
    "step": "2^d/2",
    "negation_check": True,
    "max_iterations": 2000,
    "gradient_tolerance": 1e-9,
}


def tables(name, law, trials=4, **given):
    """Recoveries and outcomes of an experiment, through Arrow as jobs write them."""
    block = Block("b", CELLS[law], 0, trials - 1)
    expected = instance_rows(SEED, block)
    method = method_of(name)
    settings = method.settings_of(DESCENT if name in DESCENTS else given)
    rows = list(recovery_rows(SEED, block, settings, expected, method))
    assert all(set(row) == set(RECOVERIES.names) for row in rows)
    recoveries = pa.Table.from_pylist(rows, schema=RECOVERIES)
    judging = Settings.from_config(DESCENT, 1) if name in DESCENTS else None
    made = list(outcome_rows(SEED, block, judging, expected, recoveries.to_pylist()))
    assert all(set(row) == set(OUTCOMES.names) for row in made)
    outcomes = pa.Table.from_pylist(made, schema=OUTCOMES)
    return recoveries.to_pandas(), outcomes.to_pandas()


@pytest.mark.parametrize("name", METHODS)
def test_an_experiment_with_a_method_gives_rows_and_statistics(name):
    law = "gaussian" if name == "descent-by-rows" else "identity"
    recoveries, outcomes = tables(name, law)
    trials = judged(recoveries, outcomes, 1e-3, "certificate")
    assert len(trials) == 8
    table = success_table(trials, 0.95)
    assert len(table) == 2 and table["trials"].sum() == 8
    assert outcomes_table(trials)["trials"].sum() == 8
    easy = trials[trials["measurements"] == trials["measurements"].max()]
    if name not in ("transpose", "plugin"):
        assert easy["certified"].all(), trials[["relative_error", "stop", "outcome"]]
    if name not in DESCENTS:
        assert (trials["step_rule"] == name).all() and trials["step"].isna().all()
        assert (trials.loc[trials["certified"], "relative_error"] <= REACHED).all()
        assert (trials["further_iterations"] == 0).all()
    assert not trials["certified"].all()


def test_descent_named_as_a_method_has_the_rows_of_descent():
    """Bit for bit, seconds aside, and the curve, which takes a run's iterates."""
    aside = {"seconds": 0, "curve": None}
    block = Block("b", CELLS["gaussian"], 0, 3)
    expected = instance_rows(SEED, block)
    plain = recovery_rows(SEED, block, Settings.from_config(DESCENT, 1), expected)
    method = method_of("descent")
    named = recovery_rows(SEED, block, method.settings_of(DESCENT), expected, method)
    for one, other in zip(plain, named, strict=True):
        assert one | aside == other | aside


def test_a_point_is_judged_where_it_lies():
    """Further descent would bring each of these to x0."""
    one = instance(SEED, "gaussian", (3, 40), 0, 20)
    engine = Engine.of_code(one.weights, one.sensing, one.code)
    length = np.linalg.norm(one.code)
    away = length * np.array([0.6, 0.0, -0.8])
    at = {
        share: judge(engine, one.code, one.code + share * away).kind
        for share in (0.0, 1e-9, 1e-7, 3e-6, 1e-4, 1e-2)
    }
    assert [share for share, kind in at.items() if kind == OutcomeKind.RECOVERY] == [0, 1e-9, 1e-7]
    assert {at[3e-6], at[1e-4], at[1e-2]} == {OutcomeKind.UNDECIDED}
    for point in (np.zeros(3), -one.code, np.full(3, np.nan), np.full(3, np.inf)):
        assert judge(engine, one.code, point).kind == OutcomeKind.UNDECIDED


def test_a_recovery_needs_the_piece_of_x0():
    """A point just across a neuron's zero from x0 lies near the minimum and in another piece."""
    network = Network((np.vstack([np.eye(2), [[1.0, 1.0]], [[1.0, -1.0]]]),))
    code = np.array([1.0, 1.0 - 2e-7])  # the last neuron is active by 2e-7
    engine = Engine.of_code(network, None, code)
    assert judge(engine, code, code + np.array([0, 1e-7])).kind == OutcomeKind.RECOVERY
    across = code + np.array([0, 3e-7])
    assert np.linalg.norm(across - code) <= REACHED * np.linalg.norm(code)
    assert judge(engine, code, across).kind != OutcomeKind.RECOVERY


def test_another_minimum_is_told_from_x0():
    """Descent's certified ends that are no recovery are none when another method has them."""
    seen = set()
    settings = Settings(1.0, False, 3000, 1e-12)
    for trial in range(12):
        one = instance(SEED, "gaussian", (3, 12), trial, 8)
        engine = Engine.of_code(one.weights, one.sensing, one.code)
        end = engine.descend(one.start, one.tie_direction, settings)
        outcome = judge(engine, one.code, end.x)
        home = np.linalg.norm(end.x - one.code) <= REACHED * np.linalg.norm(one.code)
        assert (outcome.kind == OutcomeKind.RECOVERY) <= home
        seen.add(outcome.kind)
    assert OutcomeKind.RECOVERY in seen and seen & {OutcomeKind.SMOOTH, OutcomeKind.KINK}, seen


# The configuration.


def config_with(method, experiment="inversion-d2", **changes):
    config = copy.deepcopy(SMOKE)
    config["experiments"][experiment] |= {"method": method} | changes
    return config


def fault_of(method):
    with pytest.raises(ConfigurationError) as error:
        checked(config_with(method))
    _, *faults = str(error.value).splitlines()
    assert len(faults) == 1
    return faults[0]


def test_descent_as_a_method_is_the_configuration_without_the_key():
    for method in ("descent", {"name": "descent"}):
        assert checked(config_with(method)) == checked(SMOKE)


def test_settings_are_filled_in_and_a_job_is_told_all():
    config = checked(config_with({"name": "adam", "restarts": 3}))
    chosen = config["experiments"]["inversion-d2"]["method"]
    assert chosen == {"name": "adam"} | adam.Settings(restarts=3).model_dump()
    assert checked(config) == config and not descends(chosen)
    assert job_method(chosen) == {
        "method": {
            "name": "adam",
            "module": "genprior.methods.adam",
            "function": "recover",
            "settings": adam.Settings(restarts=3).model_dump(),
        }
    }
    assert job_method(None) == {} and descends(None) and descends({"name": "descent-to-proof"})


def test_another_method_on_the_grid_of_an_experiment():
    config = copy.deepcopy(SMOKE)
    config["experiments"]["adam-d1"] = {"like": "measurements-d1", "method": "adam"}
    made = checked(config)["experiments"]
    rest = {
        key: made["measurements-d1"][key] for key in made["measurements-d1"] if key != "descent"
    }
    assert made["adam-d1"] == rest | {"method": {"name": "adam"} | adam.Settings().model_dump()}
    assert "method" not in made["measurements-d1"]


OWN = """
import numpy as np
from genprior.methods.contract import Found, NotApplicable

class Settings:
    def __init__(self, scale=1.0):
        if scale <= 0:
            raise ValueError(f"scale is {scale}; it should be positive")
        self.scale = scale

def require(problem):
    if problem.sensing is not None:
        raise NotApplicable("mine is for A = I; here A is a matrix")

def recover(problem, start, tie_direction, settings, stream):
    return settings.scale * np.linalg.pinv(problem.weights[0]) @ problem.measurements

def nothing(problem, start, tie_direction, settings, stream):
    return None

def nan(problem, start, tie_direction, settings, stream):
    return Found(np.array([1.0, np.nan, 2.0]), stop="done")

def long(problem, start, tie_direction, settings, stream):
    return np.zeros(4)

def away(problem, start, tie_direction, settings, stream):
    return Found(np.array([1.0, np.nan, 2.0]), stop="diverged")

def short(problem, start):
    return start

constant = 3
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder with methods of one's own, in which the program runs."""
    (tmp_path / "of_mine.py").write_text(textwrap.dedent(OWN))
    (tmp_path / "broken.py").write_text("import nothing_of_the_kind\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    yield tmp_path
    for name in ("of_mine", "broken"):
        __import__("sys").modules.pop(name, None)


def test_a_method_of_one_s_own_runs_and_is_judged_as_any_other(own):
    recoveries, outcomes = tables("of_mine:recover", "identity", scale=2.0)
    assert (recoveries["step_rule"] == "of_mine:recover").all()
    assert set(outcomes["outcome"]) <= {"undecided", "smooth", "dead", "kink"}
    assert file_of("of_mine:recover") == "of_mine.py"
    config = checked(config_with({"name": "of_mine:recover", "scale": 2.0}))
    chosen = config["experiments"]["inversion-d2"]["method"]
    assert chosen == {"name": "of_mine:recover", "scale": 2.0}
    assert job_method(chosen)["method"]["module"] == "of_mine"


def test_a_function_is_a_method_too():
    method = method_of(lambda problem, start, tie_direction, settings, stream: start)
    assert np.array_equal(method.run(problem_of("plain", "identity"), CODE, TIE, {}, None).x, CODE)
    with pytest.raises(MethodError, match="should take"):
        method_of(lambda problem: problem)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("of_mine:missing", ".method: given 'of_mine:missing'; module of_mine has no missing"),
        (
            "of_mine:constant",
            ".method: given 'of_mine:constant'; module of_mine has a constant",
        ),
        ("of_mine:short", "; short(problem, start) should take (problem, start, tie_direction, "),
        ("nowhere:recover", "; nowhere cannot be imported, ModuleNotFoundError: No module named"),
        ("broken:recover", "; broken cannot be imported, ModuleNotFoundError: "),
        ("of_mine.py", ".method: given 'of_mine.py'; allowed: one of descent, "),
        ("of_mine:", ".method: given 'of_mine:'; allowed: one of descent, "),
        ("../of_mine:recover", ".method: given '../of_mine:recover'; allowed: one of "),
        ({"name": "of_mine:recover", "scale": -1}, ".method: ValueError: scale is -1; it should"),
        ({"name": "of_mine:recover", "sale": 1}, ".method: TypeError: "),
    ],
)
def test_a_wrong_method_of_one_s_own_is_told_by_key_in_one_line(own, given, told):
    fault = fault_of(given)
    assert fault.startswith("experiments.inversion-d2.method") and told in fault


def test_a_method_of_one_s_own_says_what_it_is_not_for(own):
    with pytest.raises(ConfigurationError) as error:
        checked(config_with("of_mine:recover", "measurements-d2"))
    told = "experiments.measurements-d2.method: mine is for A = I; here A is a matrix"
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (
            "nothing",
            "returned something of type NoneType; it should return a Found, or an array of",
        ),
        ("nan", "returned x with the value nan at [1]; a method whose x is not finite should say"),
        ("long", "returned x of shape (4,); it should be (3,)"),
    ],
)
def test_what_is_no_answer_is_told_with_the_trial(own, function, told):
    block = Block("b", CELLS["identity"][:1], 2, 2)
    rows = recovery_rows(
        SEED, block, None, instance_rows(SEED, block), method_of(f"of_mine:{function}")
    )
    with pytest.raises(MethodError) as error:
        next(rows)
    message = str(error.value)
    assert message.startswith(f"method of_mine:{function} {told}") and "\n" not in message
    assert message.endswith("(shape 3-40, m = 40, trial 2)")


def test_a_run_that_says_that_it_diverged_is_a_row():
    method = method_of(lambda problem, start, tie_direction, settings, stream: START)
    away = Found(np.array([1.0, np.nan, 2.0]), stop="diverged")
    method = method_of(lambda problem, start, tie_direction, settings, stream: away)
    block = Block("b", CELLS["identity"][:1], 0, 0)
    (row,) = recovery_rows(SEED, block, {}, instance_rows(SEED, block), method)
    assert row["relative_error"] == np.inf and row["stop"] == "diverged"


# What a job depends on.


def test_a_job_depends_on_its_own_method_s_file_alone(monkeypatch):
    monkeypatch.chdir(ROOT)
    files = {f"src/{module.replace('.', '/')}.py" for module in METHODS.values()}
    script = "workflow/scripts/recoveries.py"
    plain = depends(script)
    assert not files & set(plain.files) and "pydantic" not in plain.software
    assert "src/genprior/methods/registry.py" not in plain.files
    for name in METHODS:
        own = file_of(name)
        assert files & set(depends(script, own).files) == {own}
    for other in ("outcomes", "statistics", "instances"):
        assert not files & set(depends(f"workflow/scripts/{other}.py").files)


# The page.


def test_the_page_is_in_step_with_the_methods():
    page = document.METHODS_PAGE.read_text()
    assert page == document.methods_page(page), "docs/methods.md is stale: run `make format`"
    assert all(f"| `{name}` |" in page for name in METHODS)


def test_the_page_s_own_method_recovers(own):
    (code,) = re.findall(r"^```python\n(.*?)^```$", document.METHODS_PAGE.read_text(), re.M | re.S)
    (own / "of_mine.py").write_text(code)
    recoveries, outcomes = tables("of_mine:recover", "gaussian", passes=20)
    assert (outcomes["outcome"][recoveries["measurements"] == 20] == "recovery").any()
    assert len(code.splitlines()) <= 14


def test_a_sigmoid_is_descended_on_and_never_certified():
    one = replace(instance(SEED, "gaussian", (3, 40), 0, 20), last="sigmoid")
    engine = engine_of(one)
    assert engine.problem.network.last == "sigmoid"
    assert judge(engine, one.code, one.code).kind == OutcomeKind.UNDECIDED
