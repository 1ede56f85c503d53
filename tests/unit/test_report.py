"""The page in a real browser: offline, without errors, by mouse, keyboard, phone and in print."""

import os
import re
import shutil
from io import BytesIO
from math import log10

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from genprior.claims.claim import claims_of, papers_of
from genprior.claims.findings import Finding
from genprior.claims.ledger import ledger
from genprior.claims.words import interval
from genprior.experiments.curves import kept_iterations
from genprior.report.diagrams import SIGNS, as_text, diagram, tables_of_trials
from genprior.report.glossary import TERMS, linked, synonyms
from genprior.report.page import Picture, arxiv, asked, cited, render, small
from genprior.statistics.estimate import Estimate

BROWSER = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), ""
)


def png(width, height):
    """A picture of this size."""
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "PNG")
    return out.getvalue()


CLAIMS = [
    {
        "id": name,
        "where": {"paper": name.split("-")[0], "place": "Theorem 1"},
        "known": "recalled",
        "fixed": "before the run",
        "claim": f"claim <{name}> & more, by gradient descent",
        "tables": ["experiments/recovery"],
        "quantity": "share of networks",
        "measures": [{"measure": "share", "rule": {"low_at_least": 0.95}}],
    }
    for name in ("HV-a", "HV-b", "LJDD-c", "MI-d")
]
MEASURED = [
    Estimate(1.0, 0.97, 1.0, 120).named("HV-a", "share", depth=2),
    Estimate(0.5, 0.4, 0.6, 9).named("HV-b", "share", depth=2),
    Estimate(0.96, 0.9, float("inf"), 50).named("LJDD-c", "share", depth=2),
]
PAPERS = papers_of(
    {
        "HV": {"cite": "Hand and Voroninski, Global Guarantees", "version": "arXiv 1705.07576v3"},
        "LJDD": {"cite": "Lei, Jalal, Dhillon and Dimakis", "version": "arXiv 1906.07437"},
        "MI": {"cite": "an interview"},
    }
)
ACROSS, UP = (1.0, 2.5, 8.0), (0.5, 4.0)
GRID = [(e, r) for e in ACROSS for r in UP]
PAGE = "results/smoke/report.html"


def cell_of(expansivity, ratio):
    return {
        "expansivity": expansivity,
        "measurement_ratio": ratio,
        "latent_dimension": 20,
        "measurements": int(20 * ratio),
        "shape": f"20-{round(20 * expansivity)}",
    }


def curve_of(last, diverges=False):
    """The errors 1, 0.1, ... of a run of so many iterations; the last two perhaps infinite."""
    kept = kept_iterations(last)
    errors = [10.0**-i for i in range(len(kept))]
    return errors[:-2] + [float("inf")] * 2 if diverges else errors


def grid():
    """A small grid, two trials a cell, whose numbers mark it."""
    success = [
        cell_of(*at)
        | {"successes": i, "trials": 6, "proportion": i / 6, "low": 0.0, "high": 1.0}
        | {"iterations": 10.0**i, "median_error": float("inf") if i == 0 else 10.0**-i}
        for i, at in enumerate(GRID)
    ]
    trials = [
        cell_of(*at)
        | {"trial": 10 * i + j, "iterations": 7, "stop": "cap", "codimension": 0}
        | {"relative_error": float("inf") if i == 0 else 1e-9}
        | {"outcome": "kink" if i < 2 else "recovery"}
        for i, at in enumerate(GRID)
        for j in (0, 1)
    ]
    curves = [
        cell_of(*at) | {"trial": 10 * i + j, "curve": curve_of(7, diverges=i == 0 and j == 1)}
        for i, at in enumerate(GRID)
        for j in (0, 1)
    ]
    transitions = [
        {"axis": "measurements", "latent_dimension": 20, "expansivity": 2.5}
        | {"location": 40.0, "low": 20.0, "high": float("inf")},
        {"axis": "measurements", "latent_dimension": 20, "expansivity": 1.0}
        | {"location": float("nan"), "low": 90.0, "high": float("inf")},
    ]
    tables = {(one["shape"], one["trial"]): "results/smoke/instances/b.parquet" for one in trials}
    frames = map(pd.DataFrame, (success, transitions, trials, curves))
    return diagram(["expansivity", "measurement_ratio"], *frames, tables)


def line():
    """A grid with one axis."""
    success = pd.DataFrame(
        [
            cell_of(e, 4.0)
            | {"successes": 1, "trials": 1, "proportion": 1.0, "low": 0.0, "high": 1.0}
            | {"iterations": 5.0, "median_error": 1e-9}
            for e in ACROSS
        ]
    )
    trials = pd.DataFrame(
        [
            cell_of(e, 4.0)
            | {"trial": 0, "iterations": 5, "stop": "gradient"}
            | {"relative_error": 1e-9}
            for e in ACROSS
        ]
    )
    curves = trials.assign(curve=[curve_of(5)] * len(trials))
    transitions = pd.DataFrame(
        [{"axis": "expansivity", "expansivity": None, "location": 2.0, "low": 1.5, "high": 2.4}]
    )
    tables = {(shape, 0): "t.parquet" for shape in trials["shape"]}
    return diagram(["expansivity"], success, transitions, trials, curves, tables)


def picture(name, **changes):
    facts = {
        "name": name,
        "png": png(700, 280),
        "caption": "A phase diagram of gradient descent.",
        "pdf": f"results/smoke/figures/{name}.pdf",
        "rule": f"figure_{name}",
        "script": f"src/genprior/figures/figure_{name}.py",
        "data": ("results/smoke/statistics/a/success.csv", "results/smoke/rows/a/1.parquet"),
        "seconds": 12.0,
    }
    return Picture(**(facts | changes))


def written(folder, claims, measured, pictures):
    """A page in its place in a folder like the checkout, with all that it links to."""
    seconds, figures = (
        dict.fromkeys((claim["id"] for claim in claims), fact) for fact in (1234.5, "measurements")
    )
    page = render(
        ledger(claims_of(claims), PAPERS, measured, 0.95, "smoke", seconds, figures),
        pictures,
        {"measurements-d2": grid(), "inversion-d1": line()},
        {"size": "smoke", "seed": 7, "versions": {"numpy": "2"}, "commit": None},
        0.95,
        page=PAGE,
        papers=PAPERS,
        findings=[
            Finding(f"Question {i}?", "Yes, by 1 [0.97, 1].", ("HV-a",), "measurements")
            for i in range(10)
        ],
        notebooks=["1_landscape"],
        configuration="config/smoke.yaml",
    )
    path = folder / PAGE
    path.parent.mkdir(parents=True)
    path.write_text(page)
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    pictures = [picture("measurements"), picture("scorecard"), picture("unclaimed")]
    return written(tmp_path_factory.mktemp("report"), CLAIMS, MEASURED, pictures)


@pytest.fixture(scope="module")
def browser():
    if not BROWSER:
        if os.environ.get("GENPRIOR_BROWSER") == "required":
            pytest.fail("a browser is required here, and neither chromium nor Chrome is installed")
        pytest.skip("needs chromium or Chrome")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=BROWSER,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


def opened(browser, path, **context):
    """A fresh page, with every request and every complaint that it makes."""
    page = browser.new_page(**context)
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("#diagram .cell")
    return page


@pytest.fixture
def page(browser, report):
    page = opened(browser, report)
    yield page
    page.close()


def test_it_loads_offline_and_without_complaint(page, report):
    assert [url for url in page.requests if not url.startswith("data:")] == [report.as_uri()]
    assert page.complaints == []


def test_it_can_load_nothing_even_if_told_to(page):
    """The page's own policy: whatever got into it, nothing goes out."""
    for call in ("fetch('https://example.org')", "import('https://example.org/x.js')"):
        assert page.evaluate(f"{call}.then(() => 'loaded', () => 'refused')") == "refused"
    assert any("Content Security Policy" in text for text in page.complaints)


def ids(page):
    return page.locator("#ledger tbody tr:visible td:first-child").all_inner_texts()


def test_findings_and_scorecard_are_the_first_screen(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    for first in (".findings div >> nth=0", ".findings div >> nth=9", "#figure-scorecard img"):
        box = page.locator(first).bounding_box()
        assert box["y"] < 900, first
    assert page.locator(".findings dt").count() == 10
    assert page.locator("#figures ~ * #figure-scorecard").count() == 0
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    assert page.evaluate(paint) < 5000  # a second by itself, and what else this machine does


def test_the_ledger_shows_filters_and_sorts(page):
    assert ids(page) == ["HV-a", "HV-b", "LJDD-c", "MI-d"]
    assert page.locator("#claim-HV-b .verdict").first.inner_text() == "not supported"
    assert page.locator("#claim-LJDD-c .number").first.inner_text() == "0.96 [0.9, ∞]"
    assert page.locator("#claim-HV-a .number").nth(2).inner_text() == "1,234"
    assert "claim <HV-a> & more" in page.locator("#claim-HV-a").inner_text()
    assert "share, d = 2: 0.5 [0.4, 0.6]" in page.locator("#claim-HV-b details").text_content()
    page.get_by_role("button", name="trials", exact=True).click()
    assert ids(page) == ["HV-b", "LJDD-c", "HV-a", "MI-d"]
    page.get_by_role("button", name="trials", exact=True).click()
    assert ids(page) == ["MI-d", "HV-a", "LJDD-c", "HV-b"]
    page.get_by_label("Filter").fill("")
    page.get_by_label("not supported").uncheck()
    assert "HV-b" not in ids(page) and len(ids(page)) == 3
    assert page.locator("#shown").inner_text() == "3 of 4 shown"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ljdd", ["LJDD-c"]),
        ("Dimakis", ["LJDD-c"]),
        ("voroninski guarantees", ["HV-a", "HV-b"]),
        ("1705.07576", ["HV-a", "HV-b"]),
        ("optimization HV-b", ["HV-b"]),
        ("Dimakis 1705.07576", []),
    ],
)
def test_the_filter_knows_authors_numbers_and_synonyms(page, typed, found):
    page.get_by_label("Filter").fill(typed)
    assert ids(page) == found


def test_a_command_is_copied_or_at_least_selected(page):
    command = page.locator("#claim-HV-a .command")
    command.get_by_role("button").click()
    expect(command.get_by_role("button")).to_have_text(re.compile("copied|selected"))
    assert page.evaluate("getSelection().toString()") == command.locator("code").inner_text()


def cell(page, column, row):
    return page.locator(f"#diagram .cell[data-index='{GRID.index((ACROSS[column], UP[row]))}']")


def test_hover_shows_counts_and_click_shows_the_trials(page):
    cell(page, 1, 1).hover()
    assert "3 of 6 trials recover" in page.locator("#pointed").inner_text()
    cell(page, 0, 0).click()
    chosen = page.locator("#chosen").inner_text()
    assert chosen.startswith("measurements-d2, expansivity = 1, m/k = 0.5, 0 of 6 trials")
    cells = page.locator("#trials td").all_inner_texts()
    assert cells[:5] == ["0", "not finite", "7", "cap", "kink"]
    assert page.locator("#curve .point").count() == len(kept_iterations(7))
    marked, box = (page.locator(one).bounding_box() for one in ("#marked", ".cell[data-index='0']"))
    assert abs(marked["x"] - box["x"]) < 4 and abs(marked["y"] - box["y"]) < 4


def test_a_trial_has_its_curve_and_its_export_line(page):
    cell(page, 2, 1).click()
    assert page.locator("#export").inner_text() == (
        ".venv/bin/python -m genprior.export results/smoke/instances/b.parquet "
        "--shape 20-160 --measurements 80 --trial 50"
    )
    assert "relative error of trial 50" in page.locator("#curve").text_content()
    page.get_by_role("button", name="Trial 51").click()
    assert "--trial 51" in page.locator("#export").inner_text()
    assert "relative error of trial 51" in page.locator("#curve").text_content()


def test_a_curve_is_drawn_where_its_errors_lie(page):
    cell(page, 2, 1).click()
    found = page.evaluate(
        "curveOf(DIAGRAMS[current.experiment], DIAGRAMS[current.experiment].cells[5], 1)"
    )
    assert found == [[n, -i] for i, n in enumerate(kept_iterations(7))]
    cell(page, 0, 0).click()
    page.get_by_role("button", name="Trial 1:").click()
    assert page.locator("#curve .point").count() == len(kept_iterations(7)) - 2


@given(st.floats(1e-19, 1e19))
def test_a_point_of_a_curve_is_right_to_a_hundredth_of_a_decade(error):
    high, low = map(SIGNS.index, as_text([error]))
    assert (64 * high + low) / 100 - 20 == pytest.approx(log10(error), abs=0.0051)


def colour(page, index):
    return page.locator(f"#diagram .cell[data-index='{index}']").get_attribute("fill")


def test_the_colour_is_success_an_outcome_iterations_or_the_error(page):
    options = page.locator("#colour option").all_inner_texts()
    assert options == [
        *("success", "share: kink", "share: recovery", "iterations, median"),
        "relative error, median",
    ]
    assert colour(page, 0) == "rgb(0,34,78)" and colour(page, 5) != colour(page, 0)
    page.locator("#colour").select_option("share: kink")
    assert colour(page, 0) == "rgb(253,234,69)" and colour(page, 5) == "rgb(0,34,78)"
    page.locator("#colour").select_option("iterations, median")
    assert colour(page, 0) == "rgb(0,34,78)" and colour(page, 5) == "rgb(253,234,69)"
    page.locator("#colour").select_option("relative error, median")
    assert colour(page, 0) == "#808080"  # not finite
    assert colour(page, 1) == "rgb(253,234,69)" and colour(page, 5) == "rgb(0,34,78)"


def test_transitions_and_theory_are_drawn_where_they_are(page):
    """m50 = 40 at expansivity 2.5 is m/k = 2, between the rows of 0.5 and 4; none is known at 1."""
    assert page.locator("#diagram .m50").count() == 1
    circle = page.locator("#diagram .m50").bounding_box()
    low, high = (cell(page, 1, row).bounding_box() for row in (0, 1))
    middle = [box["y"] + box["height"] / 2 for box in (low, high)]
    share = (middle[0] - circle["y"] - circle["height"] / 2) / (middle[0] - middle[1])
    assert share == pytest.approx((2 - 0.5) / (4 - 0.5), abs=0.02)
    assert page.locator("#diagram path.interval").count() == 2  # one, and its outline
    assert page.locator("#diagram path.theory").count() == 2
    assert "possible" in page.locator("#diagram text.theory").text_content()


def test_a_grid_of_one_axis_is_a_row(page):
    page.locator("#experiment").select_option("inversion-d1")
    assert page.locator("#diagram .cell").count() == 3
    assert not page.locator("#up").is_visible()
    circle, box = (
        page.locator(f"#diagram {one}").bounding_box() for one in (".m50", ".cell >> nth=0")
    )
    # At 2, two thirds of the way from the first value, 1, to the second, 2.5.
    share = (circle["x"] + circle["width"] / 2 - box["x"] - box["width"] / 2) / box["width"]
    assert share == pytest.approx(2 / 3, abs=0.02)


def test_the_keyboard_alone_chooses_a_cell(page):
    page.locator("#across").focus()
    page.keyboard.press("Home")
    page.locator("#up").focus()
    page.keyboard.press("Home")
    assert "expansivity = 1, m/k = 0.5" in page.locator("#chosen").inner_text()
    page.keyboard.press("End")
    assert "expansivity = 1, m/k = 4" in page.locator("#chosen").inner_text()
    assert page.locator("#trials td").first.inner_text() == "10"


def test_headings_are_reached_and_worked_by_keyboard(page):
    page.get_by_role("button", name="claim", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#ledger tbody tr").first.get_attribute("id") == "claim-MI-d"


def test_what_is_chosen_stands_in_the_address(page, browser):
    page.get_by_label("Filter").fill("guarantees")
    page.get_by_label("not supported").uncheck()
    page.get_by_role("button", name="trials", exact=True).click()
    page.locator("#colour").select_option("share: kink")
    cell(page, 1, 0).click()
    page.get_by_role("button", name="Trial 21").click()
    said = [page.locator(one).inner_text() for one in ("#chosen", "#export", "#shown")]
    again = browser.new_page()
    again.goto(page.url)
    again.wait_for_selector("#diagram .cell")
    assert [again.locator(one).inner_text() for one in ("#chosen", "#export", "#shown")] == said
    assert ids(again) == ids(page) == ["HV-a"]
    assert again.locator("#colour").input_value() == "share: kink"
    assert again.locator("th[aria-sort=ascending]").inner_text() == "trials"
    again.close()


def test_the_first_thing_that_the_keyboard_reaches_skips(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    assert page.locator(".skip").first.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def links(page):
    return page.evaluate("[...document.links].map((link) => link.getAttribute('href'))")


def test_every_link_leads_somewhere(page, report):
    """Inside the page to an element; else, from the page's place, to a file of the checkout."""
    named = set(links(page))
    inside = {link[1:] for link in named if link.startswith("#")}
    # The figures of claims may be missing in a configuration; here each is there.
    there = set(page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)"))
    assert inside <= there
    outside = {link for link in named if not link.startswith("#")}
    assert {link for link in outside if "://" in link} == {
        "https://arxiv.org/abs/1705.07576v3",
        "https://arxiv.org/abs/1906.07437",
    }
    root = report.parents[2]
    found = {
        str((report.parent / link).resolve().relative_to(root))
        for link in outside
        if "://" not in link
    }
    assert found == {
        *(
            f"results/smoke/figures/{name}.pdf"
            for name in ("measurements", "scorecard", "unclaimed")
        ),
        *(f"src/genprior/figures/figure_{name}.py" for name in ("measurements", "unclaimed")),
        "results/smoke/statistics/a/success.csv",
        *("config/smoke.yaml", "notebooks/1_landscape.ipynb"),
        *(f"results/smoke/{name}" for name in ("provenance.json", "claims.csv")),
        "results/smoke/notebooks/1_landscape.html",
    }


def test_figures_stand_under_the_question_that_they_answer(page):
    assert asked(["OWN-step", "HV-measurements"]) == "Does m grow like k?"
    assert asked([]) == asked(["HV-a"]) == "Beside these questions"
    assert page.locator("[aria-labelledby=figures] h3").all_inner_texts() == [asked([])]


def test_terms_are_linked_from_their_uses(page):
    assert 20 <= len(TERMS) <= 25
    assert page.locator(".glossary svg path").count() == len(TERMS)
    for place in ("#claim-HV-a", "#figure-measurements figcaption"):
        link = page.locator(f"{place} a.term", has_text="gradient descent").first
        assert link.get_attribute("href") == "#term-gradient-descent"
    page.locator("#figure-measurements figcaption a.term").first.click()
    assert page.url.endswith("#term-phase-transition")


def test_a_use_is_the_longest_term_and_no_part_of_a_word():
    assert str(linked("gradient descent")).count("<a") == 1
    assert "term-latent-code-x0" in linked("latent codes") and "<a" not in linked("encode, steppe")
    assert linked("a <b> & c") == "a &lt;b&gt; &amp; c"
    assert "GAN" in synonyms("a generative prior") and synonyms("nothing") == ""
    anchors = [term.anchor for term in TERMS]
    assert len(set(anchors)) == len(anchors)
    for term in TERMS:
        assert any(re.search(use, str(linked(use))) for use in term.uses)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser, report, width, colours):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    size = {"width": width, "height": 800}
    page = opened(browser, report, viewport=size, color_scheme=colours)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.run(page).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert len(found["passes"]) > 25
    page.evaluate("document.querySelector('#figure-measurements img').removeAttribute('alt')")
    assert "image-alt" in [one["id"] for one in axe.run(page).response["violations"]]
    page.close()


def test_dark_mode_is_dark(browser, report):
    page = opened(browser, report, color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground))) < 64
    page.close()


CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && getComputedStyle(one).position !== "absolute" && !one.closest(".scroll")
    && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map((one) => one.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize("experiment", ["measurements-d2", "inversion-d1"])
def test_on_a_phone_nothing_overflows_and_no_label_is_cut_off(browser, report, experiment):
    page = opened(browser, report, viewport={"width": 360, "height": 740})
    page.locator("#experiment").select_option(experiment)
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
    assert page.evaluate(CUT_OFF) == []
    label = "getComputedStyle(document.querySelector('#claim-HV-a td'), '::before').content"
    assert "claim" in page.evaluate(label)
    page.close()


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_print_has_twenty_pages_at_most_and_nothing_cut_off(browser, tmp_path):
    """With as many claims and figures as the standard run, and captions of their length."""
    claims = [
        CLAIMS[0] | {"id": f"HV-{i}", "claim": "Descent recovers the latent code exactly. " * 3}
        for i in range(60)
    ]
    pictures = [
        picture(
            f"figure{i}", png=png(700, 430), caption="Success of descent over expansivity. " * 8
        )
        for i in range(18)
    ]
    path = written(tmp_path, claims, [], [*pictures, picture("scorecard", png=png(700, 1000))])
    page = opened(browser, path, viewport={"width": 688, "height": 1017})  # A4 without its margins
    assert pages_of(page.pdf(prefer_css_page_size=True)) <= 20
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF.replace('&& !one.closest(".scroll")', "")) == []
    height = page.evaluate("Math.max(...[...document.images].map((one) => one.clientHeight))")
    assert 0 < height < 1017
    page.close()


def test_a_picture_is_made_smaller_and_stays_a_picture():
    with Image.open(BytesIO(small(png(2100, 900)))) as image:
        assert image.size == (1050, 450) and image.mode == "P"


def test_papers_are_known_by_their_short_names():
    assert cited("HV (arXiv 1), section 3; MI (2017)", {"HV": 0, "HHHV": 0, "MI": 0}) == [
        "HV",
        "MI",
    ]
    assert arxiv(PAPERS["LJDD"]) == "1906.07437" and arxiv(PAPERS["MI"]) is None


def test_a_trial_is_found_in_the_table_of_its_block(tmp_path):
    for name, trials in (("a", [0, 1]), ("b", [2])):
        rows = [{"shape": "2-4", "trial": t, "measurements": m} for t in trials for m in (3, 5)]
        pd.DataFrame(rows).to_parquet(tmp_path / f"{name}.parquet")
    a, b = (str(tmp_path / f"{name}.parquet") for name in "ab")
    assert tables_of_trials([a, b]) == {("2-4", 0): a, ("2-4", 1): a, ("2-4", 2): b}


def test_numbers_without_bounds_are_said():
    assert interval({"value": None, "low": 0.5, "high": None, "trials": 3}) == "— [0.5, ∞]"
    assert interval({"value": None, "low": None, "high": None, "trials": None}) == ""


def test_a_picture_keeps_the_colours_of_verdicts():
    """A thin red line in a page of greys stays red."""
    greys = Image.new("RGB", (600, 600))
    greys.putdata([(x % 256,) * 3 for x in range(600 * 600)])
    greys.paste((165, 42, 10), (0, 298, 600, 302))
    out = BytesIO()
    greys.save(out, "PNG")
    with Image.open(BytesIO(small(out.getvalue()))) as kept:
        red, green, blue = kept.convert("RGB").getpixel((150, 150))
    assert abs(red - 165) < 25 and abs(green - 42) < 25 and abs(blue - 10) < 25
