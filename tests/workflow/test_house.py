"""A figure is one file; a study is one folder and one word; neither reruns an existing job.

The examples of CONTRIBUTING.md are applied, in its own words, to the clone in which the smoke run
has finished.
"""

import re
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from clones import ROOT

FIGURES, RESULTS = "results/smoke/figures/", "results/smoke/"
EXAMPLE = re.compile(r"^```python\n# (src/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What shows all results: it is made again whenever there is one more.
SHOWING = re.compile(
    r"report\.html|provenance\.json|notebooks/|(claims|verified)\.(json|csv)$|scorecard\."
)


@pytest.fixture(scope="module")
def finished(smoke):
    return smoke.summary()


@contextmanager
def applied(clone, chosen):
    """The examples whose path contains a word, written into a clone and taken out again."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    examples = {path: code for path, code in EXAMPLE.findall(text) if chosen in path}
    assert examples
    written = [clone.path / path for path in examples]
    for path, code in zip(written, examples.values(), strict=True):
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
    before = clone.files("results", "figures")
    try:
        yield list(examples)
    finally:
        made = clone.files("results", "figures").keys() - before.keys()
        for path in (*written, *(clone.path / name for name in made)):
            path.unlink()


def new_and_old(clone, finished):
    """Outputs that a run would make for the first time, and those that it would make again."""
    pending = clone.pending()
    return pending - finished.keys(), {
        path for path in pending & finished.keys() if not SHOWING.search(path)
    }


def test_a_figure_is_one_file(smoke, finished):
    with applied(smoke, "figure_iterations") as files:
        new, old = new_and_old(smoke, finished)
        replace(smoke, targets=[f"{FIGURES}iterations.png"], cache=None).run()
        assert (smoke.path / FIGURES / "iterations.png").stat().st_size > 10_000
    assert len(files) == 1
    assert new == {f"{FIGURES}iterations.pdf", f"{FIGURES}iterations.png"}
    assert not old


def test_a_study_is_one_folder_and_one_word(smoke, finished):
    with ExitStack() as stack:
        word = ("src/genprior/families.py", '"stochastic"', '"stochastic", "energy"')
        stack.enter_context(smoke.edit(*word))
        files = stack.enter_context(applied(smoke, "studies/energy"))
        new, old = new_and_old(smoke, finished)
        replace(smoke, targets=[f"{RESULTS}claims/energy/kept.csv"], cache=None).run()
        found = pd.read_csv(smoke.path / RESULTS / "claims/energy/kept.csv")
    assert {str(Path(name).parent) for name in files} == {"src/genprior/studies/energy"}
    assert new == {
        *(f"{RESULTS}energy/kept/n{width}.parquet" for width in (20, 80, 320)),
        f"{RESULTS}statistics/energy/kept.csv",
        f"{RESULTS}claims/energy/kept.csv",
    }
    assert not old
    assert len(found) == 3 and (found["low"] < 1).any() and (found["high"] > 1).any()


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("src/genprior/studies/landscape/roles.py", "landscape/"),
        ("src/genprior/studies/layerwise/hardness.py", "layerwise/hardness/"),
        ("src/genprior/families.py", None),
        ("src/genprior/experiments/jobs.py", None),
        ("src/genprior/studies/noise/plan.py", None),
        ("src/genprior/configuration/pieces.py", None),
    ],
)
def test_an_edit_to_a_room_reruns_no_other(smoke, finished, name, room):
    """What was in everybody's cache key: roles, plans, how jobs are cut, a study's own module.

    Rows are made again in that room alone; what is made from them follows.  Figures are left out:
    they judge their claims, whose models are made of the configuration's pieces.
    """
    with smoke.edit(name):
        pending = {
            path
            for path in smoke.pending()
            if not SHOWING.search(path) and not path.startswith(FIGURES)
        }
    rows = {path for path in pending if path.endswith(".parquet")}
    assert all(path.startswith(f"{RESULTS}{room}") for path in rows)
    assert bool(pending) == bool(rows) == (room is not None)


def test_swapping_two_settings_reruns_the_job(smoke, finished):
    """Snakemake compares parameters as a set of values, without their names."""
    with smoke.configured(**{"layerwise.comparison.short_cap": 1234}):
        pass  # the smoke configuration has these keys
    text = (smoke.path / smoke.config).read_text()
    line = re.search(r"starts: \{random: (\d+), small: (\d+)", text)
    assert line and line[1] != line[2]
    swapped = f"starts: {{random: {line[2]}, small: {line[1]}"
    with smoke.edit(smoke.config, line[0], swapped):
        pending = smoke.pending()
    assert any(path.startswith(f"{RESULTS}landscape/") for path in pending)


def test_another_version_of_a_package_reruns_what_imports_it(smoke, finished):
    """As if another SciPy were installed: a distribution of that name earlier on the path."""
    planted = smoke.path / "src/scipy-99.0.dist-info"
    planted.mkdir()
    (planted / "METADATA").write_text("Metadata-Version: 2.1\nName: scipy\nVersion: 99.0\n")
    (planted / "top_level.txt").write_text("scipy\n")
    try:
        pending = smoke.pending()
    finally:
        for file in planted.iterdir():
            file.unlink()
        planted.rmdir()
    assert {path for path in pending if "/statistics/" in path}
    # But for the later rounds of allocated experiments, whose trials follow from statistics.
    again = {path for path in pending if "/instances/" in path}
    assert all(re.search(r"\.r[1-9]\d*\.t", path) for path in again)
