"""The smoke workflow from a clean directory, and what the next run would do after an edit."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest
from clones import ROOT

from genprior.tables import seconds_of

FIGURES, RESULTS = "results/smoke/figures/", "results/smoke/"
# Rules that compute on instances; all else is made from their tables.
COMPUTATIONS = {"instances", "recoveries", "convergence"}


@pytest.fixture(scope="module")
def finished(smoke):
    """All outputs after the first run."""
    return smoke.summary()


def made_from(outputs, files):
    """The outputs that have one of these files among their inputs, directly or through others."""
    reached = set(files)
    while True:
        more = {path for path, output in outputs.items() if reached & set(output.inputs)} - reached
        if not more:
            return reached & outputs.keys()
        reached |= more


def rules_of(outputs, paths):
    return {outputs[path].rule for path in paths}


def outputs_of(outputs, *rules):
    return {path for path, output in outputs.items() if output.rule in rules}


def test_every_output_is_there_and_nothing_is_half_made(smoke, finished):
    assert {output.rule for output in finished.values()} >= {*COMPUTATIONS, "statistics"}
    assert len([path for path in finished if path.startswith(FIGURES)]) >= 14
    for path in finished:
        assert (smoke.path / path).stat().st_size > 0, path
    assert not [name for name in smoke.files() if name.endswith(".partial")]


def test_results_go_nowhere_else(smoke, finished):
    tracked = smoke.files()
    new = {name for name in tracked if not (ROOT / name).exists() and "__pycache__" not in name}
    assert new - finished.keys() <= {name for name in new if name.startswith("logs/")} | {
        "config/changed.yaml",
        f"{RESULTS}SHA256SUMS",
    }


def test_a_second_run_does_nothing(smoke, finished):
    before = smoke.files("results", "figures", "logs")
    assert "Nothing to be done" in smoke.run()
    assert smoke.files("results", "figures", "logs") == before
    assert not [path for path, output in finished.items() if output.pending]


@pytest.mark.parametrize("module", ["figure_measurements", "style"])
def test_an_edit_to_a_figure_module_redraws_figures_alone(smoke, finished, module):
    name = f"src/genprior/figures/{module}.py"
    with smoke.edit(name):
        pending = smoke.pending()
    assert f"{FIGURES}measurements.png" in pending
    # They show figures, or look at them.
    pending -= {
        f"{RESULTS}{page}" for page in ("report.html", "verified.csv", "notebooks/4_ledger.html")
    }
    assert all(path.startswith(FIGURES) for path in pending)
    if module == "style":
        assert pending == {path for path in finished if path.startswith(FIGURES)}
    else:
        assert f"{FIGURES}noise.png" not in pending


def test_a_journal_s_style_redraws_figures_alone(smoke, finished):
    with smoke.configured(**{"style.width": 3.0}):
        pending = smoke.pending()
    assert {f"{FIGURES}{name}.pdf" for name in ("measurements", "noise")} <= pending
    assert not pending & fixed(outputs_of(finished, *COMPUTATIONS, "statistics"))


def fixed(paths):
    """Without the later rounds of allocated experiments, whose trials follow from results."""
    return {path for path in paths if not re.search(r"\.r[1-9]\d*\.t", path)}


def test_an_edit_to_the_engine_reruns_recoveries_and_what_follows(smoke, finished):
    with smoke.edit("src/genprior/descent/compiled.py"):
        pending = smoke.pending()
    first = outputs_of(finished, "recoveries", "convergence")
    assert pending >= first | outputs_of(finished, "statistics")
    assert pending >= {f"{FIGURES}measurements.pdf", f"{FIGURES}noise.pdf"}
    assert pending == made_from(finished, first | {"src/genprior/descent/compiled.py"}) | first
    assert not pending & fixed(outputs_of(finished, "instances"))


def test_an_edit_to_the_streams_reruns_every_computation(smoke, finished):
    with smoke.edit("src/genprior/model/instances.py"):
        pending = smoke.pending()
    assert pending >= outputs_of(finished, *COMPUTATIONS, "statistics")


def test_an_edit_to_the_statistics_recomputes_no_trial(smoke, finished):
    with smoke.edit("src/genprior/statistics/transitions.py"):
        pending = smoke.pending()
    assert pending >= outputs_of(finished, "statistics")
    assert not pending & fixed(outputs_of(finished, *COMPUTATIONS))


@pytest.mark.parametrize(
    ("key", "value"), [("success.relative_error", 1e-5), ("statistics.confidence", 0.9)]
)
def test_a_new_threshold_or_confidence_recomputes_no_trial(smoke, finished, key, value):
    with smoke.configured(**{key: value}):
        pending = smoke.pending()
    assert pending >= outputs_of(finished, "statistics")
    assert pending >= {f"{FIGURES}{name}.pdf" for name in ("measurements", "noise")}
    assert not pending & fixed(outputs_of(finished, *COMPUTATIONS))


def test_one_experiment_s_trials_touch_that_experiment_alone(smoke, finished):
    with smoke.configured(**{"experiments.inversion-d2.trials": 9}):
        outputs = smoke.summary()
    pending = {path for path, output in outputs.items() if output.pending}
    tables = {path for path in pending if path.startswith(RESULTS)}
    assert {path for path in tables if outputs[path].rule in {*COMPUTATIONS, "statistics"}}
    for path in tables:
        if outputs[path].rule in {*COMPUTATIONS, "statistics"}:
            assert path.split("/")[3] == "inversion-d2", path
    assert f"{FIGURES}inversion.pdf" in pending
    # Whatever else is made again is made from that experiment's tables.
    own = {path for path in outputs if re.search(r"/inversion-d2[/.]", path)}
    assert pending - own <= made_from(finished, {p for p in finished if "/inversion-d2/" in p})
    assert f"{FIGURES}measurements.pdf" not in pending


def test_the_step_reruns_descents_of_experiments_that_have_no_step_of_their_own(smoke, finished):
    with smoke.configured(**{"descent.step": 0.5}):
        pending = smoke.pending()
    touched = {path.split("/")[3] for path in pending & outputs_of(finished, "recoveries")}
    assert touched == {
        "measurements-d2",
        "measurements-d3",
        "inversion-d2",
        "inversion-d3",
        "measurements-against-k",
        "expansivity-against-k",
        "success-against-k",
        "recovery-d2",
        "recovery-d3",
        "success-at-100",
        *(name for name in touched if name.startswith("laws-")),
    }
    assert sum(name.startswith("laws-") for name in touched) == 9
    assert pending >= outputs_of(finished, "convergence")
    assert not pending & fixed(outputs_of(finished, "instances"))


def test_the_seed_reruns_everything_random(smoke, finished):
    with smoke.configured(seed=1):
        pending = smoke.pending()
    assert pending >= outputs_of(finished, *COMPUTATIONS, "statistics")
    assert pending >= outputs_of(finished, "study")


def verified(clone):
    """What `make verify` ends with."""
    return subprocess.run(
        [sys.executable, "workflow/verify.py", "smoke"],
        cwd=clone.path,
        capture_output=True,
        text=True,
    )


def test_the_verdicts_are_the_committed_ones(smoke):
    table = pd.read_csv(smoke.path / RESULTS / "verified.csv")
    assert len(table) > 100 and set(table["kind"]) == {"same"}
    done = verified(smoke)
    assert done.returncode == 0 and "as committed (none differs)" in done.stdout


def test_a_claim_s_seconds_are_those_of_all_tables_of_trials_behind_it(smoke, finished):
    def tables_behind(path):
        inputs = finished[path].inputs if path in finished else ()
        own = {path} if path.endswith(".parquet") else set()
        return own.union(*(tables_behind(name) for name in inputs))

    for entry in json.loads((smoke.path / RESULTS / "claims.json").read_text()):
        if entry["command"]:
            tables = (f"{RESULTS}claims/{table}.csv" for table in entry["tables"])
            paths = set().union(*map(tables_behind, tables))
            seconds = seconds_of(smoke.path / path for path in paths)
            assert entry["seconds"] == pytest.approx(seconds) and seconds > 0, entry["id"]
        else:
            assert entry["seconds"] is None


def test_a_changed_verdict_is_told_and_fails_without_a_traceback(smoke):
    ledger = smoke.path / RESULTS / "claims.json"
    committed = ledger.read_text()
    entries = json.loads(committed)
    entries[0]["verdict"] = "certain"
    ledger.write_text(json.dumps(entries))
    said = replace(smoke, targets=["verify"]).run("--allowed-rules", "verify")
    done = verified(smoke)
    ledger.write_text(committed)
    assert done.returncode == 1 and not done.stderr and "Traceback" not in said
    (row,) = (line for line in done.stdout.splitlines() if line.startswith(entries[0]["id"]))
    assert "certain" in row and row.split()[-2:] == ["verdict", "yes"]


def test_a_run_changes_no_file_of_the_checkout(smoke, finished):
    """In a checkout by git; all that is made is ignored, at the size with committed figures too."""

    def git(*words):
        done = subprocess.run(["git", *words], cwd=smoke.path, capture_output=True, text=True)
        return done.stdout.splitlines()

    standard = replace(smoke, config="config/standard.yaml").summary()
    figures = [path for path in standard if path.endswith(".png")]
    assert len(figures) >= 14
    git("init", "--quiet")
    try:
        git("add", "--all")
        tracked = set(git("ls-files")) - {"config/changed.yaml"}
        changed = [
            name
            for name in tracked
            if not (ROOT / name).is_file()
            or (ROOT / name).read_bytes() != (smoke.path / name).read_bytes()
        ]
        assert "Snakefile" in tracked and not changed
        assert set(git("check-ignore", *finished, *figures)) == {*finished, *figures}
    finally:
        shutil.rmtree(smoke.path / ".git")
