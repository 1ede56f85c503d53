"""The folder that is served and the archive that is deposited."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from genprior.report.archive import write_archive
from genprior.report.site import Links, linked_files, write_site


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with a page and what it links to."""
    files = {
        "results/smoke/report.html": (
            '<a href="../../figures/smoke/a.pdf">a</a> <a href="#here">b</a>'
            '<a href="x.csv#c">c</a>'
            '<a href="https://example.org/a">d</a>'
        ),
        "results/smoke/x.csv": "x\n1\n",
        "results/smoke/y.csv": "y\n2\n",
        "figures/smoke/a.pdf": "pdf",
    }
    root = tmp_path / "checkout"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.chdir(root)
    return root


def test_a_site_has_what_its_page_links_to(checkout, tmp_path):
    site = tmp_path / "site"
    write_site(site, "results/smoke/report.html", ["results/smoke/y.csv"], checkout)
    made = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    assert made == {
        *("index.html", ".nojekyll", "figures/smoke/a.pdf"),
        *(f"results/smoke/{name}" for name in ("report.html", "x.csv", "y.csv")),
    }
    first = Links((site / "index.html").read_text()).found[0]
    assert (site / first).read_text() == (checkout / "results/smoke/report.html").read_text()
    assert len(linked_files(Path("results/smoke/report.html"), site)) == 2


@pytest.mark.parametrize("target", ["gone.csv", "../../../outside.txt"])
def test_a_link_that_leads_nowhere_makes_no_site(checkout, tmp_path, target):
    (tmp_path / "outside.txt").write_text("not of the checkout")
    page = checkout / "results/smoke/report.html"
    page.write_text(page.read_text() + f'<a href="{target}">e</a>')
    with pytest.raises(FileNotFoundError, match=target):
        write_site(tmp_path / "site", "results/smoke/report.html", [], checkout)
    assert not (tmp_path / "site").exists()


def test_an_archive_is_the_same_when_made_again(checkout, tmp_path):
    """Whatever the order and the times of its files; another content makes another."""
    paths = [path for path in Path().rglob("*") if path.is_file()]
    archive = tmp_path / "genprior-smoke.zip"
    write_archive(paths, archive)
    first = archive.read_bytes()
    Path("results/smoke/x.csv").touch()
    write_archive(reversed(paths), archive)
    assert archive.read_bytes() == first
    Path("results/smoke/x.csv").write_text("x\n2\n")
    write_archive(paths, archive)
    assert archive.read_bytes() != first
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".partial"] == []


def test_the_checksums_of_an_archive_hold(checkout, tmp_path):
    paths = [path for path in Path().rglob("*") if path.is_file()]
    write_archive(paths, tmp_path / "genprior-smoke.zip")
    with ZipFile(tmp_path / "genprior-smoke.zip") as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out/genprior-smoke"
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 0
    assert len((folder / "SHA256SUMS").read_text().splitlines()) == len(paths)
    (folder / "results/smoke/x.csv").write_text("other")
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode != 0
