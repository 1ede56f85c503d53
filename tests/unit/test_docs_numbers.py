"""Every decimal in a page's own words has a source: what computes it, or what kind of number it is.

What is generated (tables between marks, FINDINGS.md) is compared with its source elsewhere.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from genprior.inference.evolution import amp_threshold
from genprior.studies.layerwise.theory import inverted

ROOT = Path(__file__).resolve().parents[2]
DECIMAL = re.compile(r"(?<![\w.^{])\d*\.\d+(?![\w.]*\.\d)")
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("docs/*.md"), ROOT / "REPRODUCING.md", ROOT / "CONTRIBUTING.md"]
)


@cache
def coverage():
    """Coverage of ours in each single cell of the benchmark, and pooled in each condition."""
    conditions = json.loads((ROOT / "benchmarks/intervals.json").read_text())["conditions"]
    ours = [[one["ours"] for one in condition["found"].values()] for condition in conditions]
    single = sorted(one["covered"] / one["repeats"] for many in ours for one in many)
    pooled = [
        sum(one["covered"] for one in many) / sum(one["repeats"] for one in many) for many in ours
    ]
    return single, pooled


def threshold(*shape):
    """AMP's threshold in units of k."""
    return lambda: amp_threshold(shape)


# Computed anew, by page and as printed.
COMPUTED = {
    "docs/intervals.md": {
        ".89": lambda: coverage()[0][0],
        ".90": lambda: coverage()[0][1],
        ".91": lambda: coverage()[0][2],
        ".932": lambda: min(coverage()[1]),
    },
    "docs/layerwise.md": {
        ".940": lambda: inverted((5, 15, 45)),
        ".979": lambda: inverted((10, 30, 90)),
        ".997": lambda: inverted((20, 60, 180)),
    },
    "docs/optimum.md": {
        "1.0006": threshold(1, 2.5),
        "1.0036": threshold(1, 4),
        "1.0077": threshold(1, 3, 9),
        "1.0155": threshold(1, 5, 25),
        "1.0193": threshold(1, 8, 64),
        "1.0270": threshold(1, 4, 16, 64),
        "1.0333": threshold(1, 5, 25, 125),
        "1.0427": threshold(1, 8, 64, 512),
        "1.0095": threshold(1, 250 / 75, 600 / 75),
    },
}
# Not computed here, by page: what kind of number each is.
STATED = {
    "docs/certificate.md": {
        "0.1": "a constant of the outcomes",
        "3.1": "a section of a book",
    },
    "docs/intervals.md": {
        ".72": "a family of curves that was given up, said so",
        "0.9 1.5": "errors of fits outside the family, of expected counts, said so",
        ".93 .97": "the band that was asked for",
        ".95": "the nominal confidence",
        ".03": "the standard error of .9 at 100 repeats",
        ".45 .7": "a lapse, a share of networks: of the conditions",
        "0.5 1.5 2.5 2.2 1.8 1.2 1.3": "the conditions",
        "28.7 26.0 31.0 27.3 23.4 30.2 26.1 1.59": "fits of the counts that stand beside them",
        "4.3 0.02": "a version and seconds, measured once",
    },
    "docs/layerwise.md": {
        "1.2 1.5": "growth of a threshold, rows an input: derived",
        "3.1": "a theorem",
    },
    "docs/optimum.md": {
        "6.698 7.65": "published (Maillard et al.)",
        "2.5": "an expansivity, a multiple of k",
        "0.3": "a damping that was tried",
        "2.4 2.3 2.6 1.1 1.9 2.1 1.3": "a pilot, said so",
    },
    "docs/robustness.md": {"0.2": "seconds, measured once", "3.11 3.14": "versions of Python"},
    "REPRODUCING.md": {
        "1.5": "minutes and GB, measured once",
        "0.5": "GB, measured once",
        "3.11": "a version of Python",
    },
}


def own_decimals(page):
    """The decimals of a page outside generated blocks, code, links and arXiv numbers."""
    text = (ROOT / page).read_text()
    text = re.sub(r"<!-- made by .*?<!-- end -->", "", text, flags=re.DOTALL)
    text = re.sub(r"<!-- (\w+): begin -->.*<!-- \1: end -->", "", text, flags=re.DOTALL)
    text = re.sub(r"```.*?```|^    .*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|<!--.*?-->|arXiv \d{4}\.\d{4,5}(v\d)?", "", text)
    return set(DECIMAL.findall(text))


@pytest.mark.parametrize("page", PAGES)
def test_every_decimal_of_a_page_has_a_source(page):
    stated = {number for many in STATED.get(page, {}) for number in many.split()}
    assert own_decimals(page) == stated | set(COMPUTED.get(page, {}))


@pytest.mark.parametrize(
    ("page", "printed"), [(page, number) for page, many in COMPUTED.items() for number in many]
)
def test_a_computed_decimal_is_what_is_printed(page, printed):
    digits = len(printed.partition(".")[2])
    assert f"{COMPUTED[page][printed]():.{digits}f}".removeprefix("0") == printed.removeprefix("0")
