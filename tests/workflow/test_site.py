"""The page of a finished run, the folder to serve and the archive to deposit."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from genprior.report.site import linked_files

REPORT = Path("results/smoke/report.html")


@pytest.fixture(scope="module")
def published(smoke):
    """The site and the archive, made from the finished run; what was not there is taken away."""
    before = smoke.files()
    replace(smoke, targets=["site", "archive"]).run()
    yield smoke.path
    for name in smoke.files().keys() - before.keys():
        (smoke.path / name).unlink()


def test_the_page_is_light_and_links_to_what_is_there(smoke):
    assert (smoke.path / REPORT).stat().st_size < 4_000_000
    linked = {str(path) for path in linked_files(REPORT, smoke.path)}
    assert {"config/smoke.yaml", "notebooks/1_landscape.ipynb"} <= linked
    assert "results/smoke/figures/measurements.pdf" in linked
    assert "results/smoke/statistics/measurements-d2/success.csv" in linked


def test_every_figure_and_every_grid_is_on_the_page(smoke):
    page = (smoke.path / REPORT).read_text()
    drawn = {path.stem for path in (smoke.path / "results/smoke/figures").glob("*.png")}
    assert drawn == set(re.findall(r'<figure id="figure-([\w-]+)">', page))
    shown = set(re.findall(r"<option>([\w-]+)</option>", page))
    assert {"measurements-d1", "step-d2", "inversion-d1", "measurements-against-k"} <= shown


def test_the_site_serves_as_it_is(published, tmp_path):
    """Moved elsewhere, every link of page and index still leads to a file of the site."""
    site = (published / "site").rename(tmp_path / "site")
    assert (site / ".nojekyll").exists()
    for page in (Path("index.html"), REPORT):
        assert linked_files(page, site)
    pages = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    assert {"api/genprior/model/networks.html", "results/smoke/notebooks/4_ledger.html"} <= pages
    assert "Hand" in (site / "api/genprior/model/theory.html").read_text()


def test_the_archive_holds_all_and_is_the_same_when_made_again(smoke, published, tmp_path):
    archive = published / "genprior-smoke.zip"
    first = archive.read_bytes()
    with ZipFile(archive) as file:
        names = {name.split("/", 1)[1] for name in file.namelist()}
        file.extractall(tmp_path)
    figures = {
        str(path.relative_to(published)) for path in published.glob("results/smoke/figures/*")
    }
    results = {f"results/smoke/{name}" for name in ("claims.json", "provenance.json")}
    assert figures | results | {str(REPORT), "config/smoke.yaml", "SHA256SUMS"} <= names
    assert len([name for name in names if name.endswith(".parquet")]) > 50
    check = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path / "genprior-smoke").returncode == 0
    archive.unlink()
    replace(smoke, targets=["archive"]).run()
    assert archive.read_bytes() == first
