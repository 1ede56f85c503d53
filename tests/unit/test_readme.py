"""README, FINDINGS and the docs: what is generated is fresh, what is measured is nowhere typed, the
example runs, links lead somewhere."""

import doctest
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from genprior.claims.claim import claims_of, papers_of
from genprior.claims.findings import QUESTIONS, Finding
from genprior.figures.declared import all_declared

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "benchmarks")]

import intervals  # noqa: E402  (scripts, not packages)
from document import (  # noqa: E402
    claim_table,
    counted,
    figure_table,
    finding_list,
    findings_page,
    readme,
    what_we_found,
)

PAGES = ["README.md", "FINDINGS.md", "CONTRIBUTING.md", "REPRODUCING.md", "config/README.md"]
README = (ROOT / "README.md").read_text()
FIRST = README[: README.index("## The claims")]  # before the lists

# Numbers in README's own words: no number that was measured may stand there.
CONSTANTS = {"0": "the point 0", "3.11": "the oldest Python", "64": "x86-64"}
# Intervals in the docs that are no results of a standard run, and what they are.
EXAMPLES = {
    "28.7 [26.0, 31.0]": "two fits of the counts that stand beside them",
    "27.3 [23.4, 30.2]": "two fits of the counts that stand beside them",
}
INTERVAL = re.compile(r"-?[\d.]+ \[-?[\d.∞−]+, -?[\d.∞]+\]")


def own_words(page):
    """A page without what is generated, code, and addresses of links."""
    page = re.sub(r"<!-- (\w+): begin -->.*<!-- \1: end -->", "", page, flags=re.DOTALL)
    return words_alone(page)


def words_alone(page):
    """A page without code and addresses of links."""
    page = re.sub(r"```.*?```|^    .*?$", "", page, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|<!--.*?-->", "", page)


def test_what_is_generated_is_what_the_figures_the_list_and_the_committed_verdicts_say():
    assert readme(README) == README, "run `make format`"
    assert (ROOT / "FINDINGS.md").read_text() == what_we_found(), "run `make format`"


def test_the_page_of_coverage_shows_the_numbers_of_the_benchmark():
    table = intervals.tables(json.loads(intervals.STORE.read_text()))
    assert f"{intervals.BEGIN}\n\n{table}\n\n{intervals.END}" in intervals.PAGE.read_text()


def test_readme_s_own_words_have_no_number_that_was_measured():
    assert set(re.findall(r"(?<![\w.])\d[\d.]*(?<!\.)", own_words(README))) <= set(CONSTANTS)
    assert not INTERVAL.search(own_words(README))


def known_intervals():
    """Every number with its interval that the committed verdicts and the claim table print."""
    text = what_we_found() + README
    return set(INTERVAL.findall(text)) | set(EXAMPLES)


@pytest.mark.parametrize("page", [*PAGES[2:], *sorted(map(str, (ROOT / "docs").glob("*.md")))])
def test_an_interval_in_a_page_is_one_of_the_ledger(page):
    assert set(INTERVAL.findall((ROOT / page).read_text())) <= known_intervals()


def test_no_caption_and_no_title_tells_an_interval():
    """A figure's numbers are drawn from its tables; its literals would not follow them."""
    for figure in all_declared().values():
        assert not INTERVAL.search(figure.caption + figure.title), figure.name


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_notebook_s_prose_has_no_measured_number_and_its_cells_tell_findings(path):
    cells = json.loads(path.read_text())["cells"]
    sources = {kind: "" for kind in ("markdown", "code")}
    for cell in cells:
        sources[cell["cell_type"]] += "".join(cell["source"]) + "\n\n"
        assert not cell.get("outputs")
    assert not re.search(r"\d\.\d|\d%", sources["markdown"])
    assert "findings(ledger)" in sources["code"]
    asked = set(re.findall(r'"([A-Z][^"]*\?)"', sources["code"]))
    assert asked <= {question.text for question in QUESTIONS}


def test_the_reader_s_order_and_length():
    heads = ["What is claimed", "What we found", "How sure", "How to check", "How to use it"]
    places = [README.index(f"## {head}") for head in [*heads, "The claims", "The figures"]]
    assert places == sorted(places)
    found = README[README.index("## What we found") : README.index("## How sure")]
    assert found.index("scorecard.png") < found.index("<!-- findings: begin")
    assert len(re.findall(r"[^\W\d_]{2,}", words_alone(FIRST))) <= 900


def test_the_example_runs_and_shows_what_it_says():
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    test = doctest.DocTestParser().get_doctest(code, {}, "README", "README.md", 0)
    assert doctest.DocTestRunner().run(test).failed == 0
    error, verdict = (example.want for example in test.examples[-2:])
    assert error.startswith("relative error") and verdict == "recovery proved\n"


def test_findings_link_figures_and_name_claims():
    found = [Finding("Is it?", "Yes: 1.", ("C",), "step"), Finding("How?", "So.", (), None)]
    assert finding_list(found).splitlines() == [
        "1. **Is it?** Yes: 1. ([figure](figures/standard/step.png), C)",
        "2. **How?** So.",
    ]


def test_the_page_of_findings_tells_the_parts_of_each_claim():
    claims = claims_of([{"id": "C", "where": {"paper": "P"}, "known": "ours", "claim": "it is"}])
    part = {"measure": "share", "where": {"depth": 2}, "value": 0.5, "low": 0.4, "high": None}
    part |= {"trials": 3, "verdict": "inconclusive"}
    ledger = [{"id": "C", "verdict": "inconclusive", "stands": None, "parts": [part]}]
    page = findings_page([Finding("Is it?", "Open.", ("C",), "step")], claims, ledger)
    assert page.splitlines()[-5:] == [
        "",
        "Figure: [step](figures/standard/step.png).",
        "",
        "- C, **inconclusive**: it is",
        "  - share, d = 2: 0.5 [0.4, ∞], inconclusive",
    ]


def test_figures_are_listed_by_the_question_that_their_claims_bear_on():
    figures = all_declared()
    two = [
        replace(figures["optimum"], claims=["OWN-x"]),
        replace(figures["step"], claims=["HHHV-rate", "HV-wdc"]),
    ]
    assert [row.split(" | ")[0] for row in figure_table(two).splitlines()[2:]] == [
        "| Is a constant expansivity enough?",
        "| Beside these questions",
    ]


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
    assert counted(claims, expected) == "At standard size: 1 supported."
    assert table.splitlines()[2:] == [
        "| B | b | P (v2), p. 1: recalled | **supported †** | 0.5 [0.4, 0.6] share, d = 2; "
        "asked: the whole interval lies at or above 0.3 |",
        "| C (control) | no | P (v2): ours | **not supported** |  |",
    ]


def test_every_figure_is_committed():
    named = re.findall(r"\(figures/standard/(\w+)\.png\)", README)
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
