"""The pages of documentation: made in one command, whole, and read without a network."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a browser fetches by itself; a link is fetched by who follows it.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video)\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//[^\s"'>]+"""
    r"""|<link\b(?![^>]*\brel=["']?canonical)[^>]*\bhref\s*=\s*["']?(?:https?:)?//[^\s"'>]+"""
    r"""|url\(\s*["']?(?:https?:)?//[^)]+|@import\s+[^;]*//[^;]+"""
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages, written elsewhere."""
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("pages")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning"]
    command += ["--doctree-dir", str(folder / "trees"), "docs", str(folder / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_every_page_and_every_module_is_there(pages):
    written = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {path.stem for path in pages.glob("*.html")} >= written
    for module in ("genprior", "genprior/model/networks", "genprior/api/diagram"):
        assert (pages / f"api/{module}.html").is_file()
    face = (pages / "api/genprior.html").read_text()
    assert 'id="phase_diagram"' in face and "latent_dimension" in face
    assert "Hand" in (pages / "api/genprior/model/theory.html").read_text()


def test_nothing_is_fetched(pages):
    looked = [path for path in pages.rglob("*") if path.suffix in {".html", ".css", ".svg"}]
    assert len(looked) > 100
    for path in looked:
        assert not FETCHED.search(path.read_text()), path


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/x.css">',
        "@import url(https://fonts.example/x.css);",
    ],
)
def test_what_would_be_is_found(text):
    assert FETCHED.search(text)


def test_links_between_pages_lead_somewhere(pages):
    for path in pages.glob("*.html"):
        for target in re.findall(r'href="([^":#?]+)[#"]', path.read_text()):
            assert (path.parent / target).exists(), (path.name, target)
