"""config/README.md describes the keys that the models have."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import document  # noqa: E402


def test_the_page_is_in_step_with_the_models():
    page = document.PAGE.read_text()
    stale = "config/README.md is stale: run `make format`"
    assert page == document.with_keys(page, document.root()), stale


def test_the_page_is_a_screenful_or_two():
    assert len(document.PAGE.read_text().splitlines()) < 130


def test_every_key_stands_on_the_page():
    page = document.tables(document.root())
    for _, section in document.sections(document.root()):
        for key in section["properties"]:
            assert f"`{key}`" in page


def test_no_text_breaks_a_row():
    for row in document.tables(document.root()).splitlines():
        assert not row or len(re.findall(r"\|", row)) == 4, row


def test_a_key_is_told_once_with_what_is_allowed():
    page = document.tables(document.root())
    seed = f"`seed`: Entropy of every random stream. (an integer >= 0 and <= {2**128 - 1})"
    assert page.count(seed) == 1
    assert page.count("The constant step nu") == 1
    assert page.count("(an integer >= 1 and <= 1000000000, default 50)") == 1
