"""The README lists the figures that the workflow makes, with what made them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
ROWS = re.findall(r"^\| \[(\w+)\]\(figures/standard/(\w+)\.png\) \| .+ \| `(\w+)` \|", README, re.M)
RULES = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))


def test_every_figure_has_its_row_and_every_row_its_figure():
    assert {name for name, _, _ in ROWS} == set(re.findall(r"^rule figure_(\w+):", RULES, re.M))
    assert all(name == picture for name, picture, _ in ROWS)


def test_every_module_and_caption_exists():
    for name, _, module in ROWS:
        assert (ROOT / f"src/genprior/figures/{module}.py").is_file(), module
        assert (ROOT / f"workflow/report/{name}.rst").is_file(), name


def test_links_lead_somewhere():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert links and not [link for link in links if not (ROOT / link).exists()]
