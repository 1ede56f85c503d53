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
