"""README lists the figures as they declare themselves, and its links lead somewhere."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from document import with_figures  # noqa: E402  (a script, not a package)

PAGES = ["README.md", "CONTRIBUTING.md", "REPRODUCING.md", "config/README.md"]


def test_the_table_of_figures_is_what_the_figures_declare():
    readme = (ROOT / "README.md").read_text()
    assert with_figures(readme) == readme, "run `make format`"


def test_every_figure_is_committed():
    named = re.findall(r"\(figures/standard/(\w+)\.png\)", (ROOT / "README.md").read_text())
    for name in named:
        assert (ROOT / f"figures/standard/{name}.pdf").is_file(), name


def test_links_lead_somewhere():
    for page in PAGES:
        links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / page).read_text())
        folder = (ROOT / page).parent
        assert not [link for link in links if not (folder / link).exists()], page


def test_the_map_shows_every_rule():
    """Those made by loops as one box; targets that only gather others are left out."""
    rules = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    named = set(re.findall(r"^rule (\w+):", rules, re.MULTILINE)) - {"figures"}
    drawn = set(re.findall(r"<title>([^&<]+)</title>", (ROOT / "docs/rules.svg").read_text()))
    assert drawn - {"%3"} == named | {"figures, one each", "summary"}, "run workflow/map.py"
