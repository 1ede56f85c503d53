"""README lists the figures as they declare themselves, and its links lead somewhere."""

import re
import sys
from pathlib import Path

from genprior.claims.claim import claims_of, papers_of

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

from document import claim_table, with_claims, with_figures  # noqa: E402  (a script, not a package)

PAGES = ["README.md", "CONTRIBUTING.md", "REPRODUCING.md", "config/README.md"]


def test_the_table_of_figures_is_what_the_figures_declare():
    readme = (ROOT / "README.md").read_text()
    assert with_figures(readme) == readme, "run `make format`"


def test_the_table_of_claims_is_what_the_list_and_the_committed_verdicts_say():
    readme = (ROOT / "README.md").read_text()
    assert with_claims(readme) == readme, "run `make format`"
    assert readme.index("<!-- claims") < readme.index("<!-- figures")


def test_a_claim_in_the_table_shows_its_source_its_verdict_and_the_number_that_decided():
    claims = claims_of(
        [
            {"id": "C", "where": {"paper": "P"}, "known": "ours", "kind": "control", "claim": "no"},
            {
                "id": "B",
                "where": {"paper": "P", "place": "p. 1"},
                "known": "recalled",
                "claim": "b",
                "tables": ["noise/levels"],
                "quantity": "a share",
                "fixed": "before",
                "measures": [{"measure": "share", "rule": {"low_at_least": 0.3}}],
            },
        ]
    )
    part = {"measure": "share", "where": {"depth": 2}, "value": 0.5, "low": 0.4, "high": 0.6}
    expected = [
        {"id": "C", "verdict": "not supported", "decisive": None, "stands": None, "parts": []},
        {"id": "B", "verdict": "supported", "decisive": "share, d = 2", "stands": False}
        | {"parts": [part | {"trials": 9}]},
    ]
    table = claim_table(claims, papers_of({"P": {"cite": "A", "version": "v2"}}), expected)
    assert table.splitlines()[0] == "At standard size: 1 supported."
    assert table.splitlines()[4:] == [
        "| B | b | P (v2), p. 1: recalled | **supported †** | 0.5 [0.4, 0.6] share, d = 2; "
        "asked: the whole interval lies at or above 0.3 |",
        "| C (control) | no | P (v2): ours | **not supported** |  |",
    ]


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
