"""docs/yours.md in a checkout: its trained network and its five lines, to the report."""

import json
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from clones import ROOT, Clone, make_clone

PAGE = (ROOT / "docs/yours.md").read_text()
RESULTS = "results/mine"


@pytest.fixture(scope="module")
def yours(tmp_path_factory):
    """A clone in which the page's network was trained and its experiment run."""
    path = make_clone(tmp_path_factory.mktemp("yours") / "clone")
    # Times are kept, so that Numba finds the kernels that were compiled for this checkout.
    shutil.copytree(ROOT / "src", path / "src", dirs_exist_ok=True)
    trains = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    subprocess.run([sys.executable, "-c", trains], cwd=path, check=True)
    (path / "my.yaml").write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])
    made = ("figures/experiment_bumps.pdf", "report.html")
    clone = Clone(path, "my.yaml", targets=[f"{RESULTS}/{name}" for name in made])
    clone.run()
    return clone


def test_successes_are_proved(yours):
    paths = sorted((yours.path / RESULTS / "outcomes/bumps").glob("*.parquet"))
    outcomes = pd.concat([pd.read_parquet(path) for path in paths])
    assert outcomes["sensing"].str.match(r"dct\+own\(").all() and len(outcomes) == 6 * 12
    recovered = outcomes[outcomes["outcome"] == "recovery"]
    assert len(recovered) > 10 and recovered["converges"].all()
    share = (outcomes["outcome"] == "recovery").groupby(outcomes["measurements"]).mean()
    assert share[1] < 0.5 < share[12]


def test_the_report_has_an_entry(yours):
    page = (yours.path / RESULTS / "report.html").read_text()
    assert 'id="figure-experiment_bumps"' in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1]
    (diagram,) = json.loads(data).values()
    assert len(diagram["cells"]) == 6
