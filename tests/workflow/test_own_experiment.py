"""A configuration of five lines, of nothing that is published, from nothing to its page."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from clones import ROOT, Clone, make_clone

FIVE_LINES = """\
size: mine
seed: 1
experiments:
  sweep: {latent_dimension: [5], depth: 2, expansivity: [2, 4, 6], sensing: gaussian,
          measurement_ratio: [1, 2, 4], trials: 4}
"""
RESULTS = "results/mine"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A clone in which the five lines were run to figure, ledger and page."""
    path = make_clone(tmp_path_factory.mktemp("own") / "clone")
    # Times are kept, so that Numba finds the kernels that were compiled for this checkout.
    shutil.copytree(ROOT / "src", path / "src", dirs_exist_ok=True)
    (path / "mine.yaml").write_text(FIVE_LINES)
    made = ("figures/experiment_sweep.pdf", "claims.json", "report.html")
    clone = Clone(path, "mine.yaml", targets=[f"{RESULTS}/{name}" for name in made])
    clone.run()
    return clone


def test_what_is_left_out_is_told_in_one_line(own):
    (line,) = (line for line in own.said.splitlines() if line.startswith("mine: "))
    assert "no claim is judged" in line and "measurements-d1" in line and "layerwise" in line


def test_nothing_of_what_is_published_was_computed(own):
    made = {path.parent.name for path in (own.path / RESULTS).rglob("*.parquet")}
    assert made == {"sweep"}
    assert sorted(path.stem for path in (own.path / RESULTS / "figures").glob("*.png")) == [
        "experiment_sweep",
        "scorecard",
    ]


def test_the_ledger_judges_nothing_and_says_why(own):
    entries = json.loads((own.path / RESULTS / "claims.json").read_text())
    assert len(entries) > 50 and {entry["verdict"] for entry in entries} == {"not tested"}
    why = {entry["why"] for entry in entries if entry["tables"]}
    assert why == {"not judged: mine is no published size (smoke, standard, paper)"}


def test_the_page_has_finding_figure_and_diagram(own):
    page = (own.path / RESULTS / "report.html").read_text()
    found = subprocess.run(
        [sys.executable, "workflow/found.py", "mine.yaml"],
        cwd=own.path,
        env={name: value for name, value in own.environment.items() if name != "PYTHONSAFEPATH"},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    (told,) = re.findall(r"Found +sweep: (.*)", found.stdout)
    first = re.sub("<[^>]+>", "", page.partition('id="verdicts"')[0])
    assert "Experiment sweep" in first and told in first and "no claim of the papers" in first
    assert 'id="figure-experiment_sweep"' in page and "Experiments of this configuration" in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1]
    (diagram,) = json.loads(data).values()
    assert len(diagram["cells"]) == 9 and diagram["axes"][1]["name"] == "measurement_ratio"
    assert "this ledger is void" not in page.lower()


def test_the_same_file_again_makes_nothing_and_another_confidence_no_descent(own):
    assert "Nothing to be done" in own.run()
    with own.edit("mine.yaml", "seed: 1", "seed: 1\nstatistics: {confidence: 0.9}"):
        pending = own.pending()
    assert f"{RESULTS}/figures/experiment_sweep.pdf" in pending
    assert not [path for path in pending if path.endswith(".parquet")]
