"""The report in a real browser: offline, without errors, usable by mouse, keyboard and phone."""

import os
import shutil

import pandas as pd
import pytest
from playwright.sync_api import expect, sync_playwright

from genprior.claims.claim import claims_of, papers_of
from genprior.claims.ledger import ledger
from genprior.report.diagrams import cell_details, diagram
from genprior.report.page import Picture, interval, render
from genprior.statistics.estimates import Estimate

BROWSER = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), ""
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d76360f8"
    "cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
CLAIMS = [
    {
        "id": name,
        "where": {"paper": "HV", "place": "Theorem 1"},
        "known": "recalled",
        "fixed": "before the run",
        "claim": f"claim <{name}> & more",
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
PAPERS = papers_of({"HV": {"cite": "Global Guarantees", "version": "arXiv 1705.07576v3"}})
GRID = [(e, r) for e in (1.0, 2.5, 8.0) for r in (0.5, 4.0)]


def tables():
    """Success, trials and traces of a small grid; the trial number marks each cell."""
    success = pd.DataFrame(
        [
            {"expansivity": e, "measurement_ratio": r, "successes": i, "trials": 6}
            | {"proportion": i / 6, "low": 0.0, "high": 1.0}
            for i, (e, r) in enumerate(GRID)
        ]
    )
    trials = pd.DataFrame(
        [
            {"expansivity": e, "measurement_ratio": r, "trial": 10 * i, "iterations": 7}
            | {"relative_error": float("inf") if i == 0 else 1e-9, "stop": "cap"}
            for i, (e, r) in enumerate(GRID)
        ]
    )
    traces = pd.DataFrame(
        [
            {"expansivity": e, "measurements": 20 * r, "latent_dimension": 20}
            | {"iteration": n, "relative_error": 10.0**-n}
            for e, r in GRID
            for n in range(4)
        ]
    )
    return success, trials, traces


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    success, trials, traces = tables()
    cells = {"figure": diagram(success), "cells": cell_details(trials, traces)}
    shown = [
        dict.fromkeys((claim["id"] for claim in CLAIMS), fact) for fact in (1234.5, "measurements")
    ]
    picture = Picture("measurements", PIXEL, "A phase diagram.", "r", "s.py", ("t.csv",), 12.0)
    page = render(
        ledger(claims_of(CLAIMS), PAPERS, MEASURED, 0.95, "smoke", *shown),
        [picture],
        {"measurements-d2": cells, "measurements-d3": cells},
        {"size": "smoke", "seed": 7, "versions": {"numpy": "2"}, "commit": None},
        0.95,
    )
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page)
    return path


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


@pytest.fixture
def page(browser, report):
    """A fresh page, with every request and every complaint that it makes."""
    page = browser.new_page()
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(report.as_uri())
    page.wait_for_selector("#diagram .plot-container")
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


def test_the_ledger_shows_filters_and_sorts(page):
    def ids():
        return page.locator("#ledger tbody tr:visible td:first-child").all_inner_texts()

    assert ids() == ["HV-a", "HV-b", "LJDD-c", "MI-d"]
    assert page.locator("#claim-HV-b .verdict").first.inner_text() == "not supported"
    assert page.locator("#claim-LJDD-c .number").first.inner_text() == "0.96 [0.9, ∞]"
    assert page.locator("#claim-HV-a .number").nth(2).inner_text() == "1,234"
    assert "claim <HV-a> & more" in page.locator("#claim-HV-a").inner_text()
    assert "share, d = 2: 0.5 [0.4, 0.6]" in page.locator("#claim-HV-b details").text_content()
    page.get_by_role("button", name="trials").click()
    assert ids() == ["HV-b", "LJDD-c", "HV-a", "MI-d"]
    page.get_by_role("button", name="trials").click()
    assert ids() == ["MI-d", "HV-a", "LJDD-c", "HV-b"]
    page.get_by_label("Filter").fill("ljdd")
    assert ids() == ["LJDD-c"]
    page.get_by_label("Filter").fill("")
    page.get_by_label("not supported").uncheck()
    assert "HV-b" not in ids() and len(ids()) == 3
    assert page.locator("#shown").inner_text() == "3 of 4 shown"


def centre_of(page, column, row):
    """Where the middle of a heat map's cell is on the screen; columns 3, rows 2."""
    box = page.locator("#diagram .nsewdrag").bounding_box()
    return (
        box["x"] + box["width"] * (column + 0.5) / 3,
        box["y"] + box["height"] * (1 - (row + 0.5) / 2),
    )


def point_at(page, column, row):
    """Hover over a cell of the heat map until its box shows; the text of the box."""
    page.locator("#diagram").scroll_into_view_if_needed()
    page.mouse.move(*centre_of(page, column, 1 - row))
    page.mouse.move(*centre_of(page, column, row), steps=3)
    wanted = f"expansivity {(1, 2.5, 8)[column]}, m/k = {(0.5, 4)[row]}"
    box = page.locator("#diagram .hoverlayer")
    expect(box).to_contain_text(wanted)
    return box.text_content()


def test_hover_shows_counts_and_click_shows_the_trials(page):
    assert "3 of 6 trials recover" in point_at(page, 1, 1)
    point_at(page, 0, 0)
    page.mouse.click(*centre_of(page, 0, 0))
    expect(page.locator("#chosen")).to_contain_text("0.5")
    assert page.locator("#chosen").inner_text().endswith("expansivity 1, m/k = 0.5: 1 trials")
    cells = page.locator("#trials td").all_inner_texts()
    assert cells == ["0", "not finite", "7", "cap"]
    assert page.locator("#trace .scatterlayer .point").count() == 4


def test_the_keyboard_alone_chooses_a_cell(page):
    page.locator("#expansivity").focus()
    page.keyboard.press("Home")
    page.locator("#ratio").focus()
    page.keyboard.press("Home")
    assert "expansivity 1, m/k = 0.5" in page.locator("#chosen").inner_text()
    page.keyboard.press("End")
    assert "expansivity 1, m/k = 4" in page.locator("#chosen").inner_text()
    assert page.locator("#trials td").first.inner_text() == "10"


def test_headings_are_reached_and_worked_by_keyboard(page):
    page.get_by_role("button", name="claim").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator("#ledger tbody tr").first.get_attribute("id") == "claim-MI-d"


def test_at_phone_width_nothing_overflows(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_timeout(300)
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0


def test_numbers_without_bounds_are_said():
    assert interval({"value": None, "low": 0.5, "high": None, "trials": 3}) == "— [0.5, ∞]"
    assert interval({"value": None, "low": None, "high": None, "trials": None}) == ""
