"""The scorecard: each row's ink says what its verdict says."""

from itertools import pairwise
from math import inf
from pathlib import Path

import numpy as np
import pytest
import yaml
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text

from genprior.claims.claim import claims_of, papers_of
from genprior.claims.ledger import ledger
from genprior.figures import style
from genprior.report import scorecard
from genprior.statistics.estimate import Estimate
from genprior.tables import read_json

ROOT = Path(__file__).resolve().parents[2]
PAPERS = papers_of({"P": {"cite": "a paper"}})

# By name: rule, value, low, high and the verdict that they come to.
ROWS = {
    "above": ({"low_at_least": 0.95}, 0.99, 0.96, 1.0, "supported"),
    "short": ({"low_at_least": 0.95}, 0.97, 0.94, 1.0, "inconclusive"),
    "below": ({"low_at_least": 0.95}, 0.5, 0.4, 0.6, "not supported"),
    "small": ({"high_at_most": 0.05}, 0.0, 0.0, 0.04, "supported"),
    "large": ({"high_at_most": 0.05}, 0.3, 0.2, 0.4, "not supported"),
    "alike": ({"inside": [-0.1, 0.1]}, 0.02, -0.03, 0.07, "supported"),
    "wide": ({"inside": [-0.1, 0.1]}, 0.02, -0.3, 0.34, "inconclusive"),
    "other": ({"inside": [0.9, 1.1]}, 0.32, 0.31, 0.33, "not supported"),
    "count": ({"equals": 0}, 0.0, 0.0, 0.0, "supported"),
    "counted": ({"equals": 0}, 3.0, 3.0, 3.0, "not supported"),
    "open": ({"high_at_most": 0.1}, 0.01, -inf, inf, "inconclusive"),
}


def planted(rows=ROWS, control=("not refuted", 0.0, 0.0, 0.04)):
    """The ledger of claims with one part each, of a control and of a claim that is not tested."""
    name, *numbers = control
    listed = [
        {"id": f"C-{one}", "measures": [{"measure": one, "rule": row[0], "published": 0.5}]}
        for one, row in rows.items()
    ]
    listed += [
        {"id": "CONTROL", "kind": "control"}
        | {"measures": [{"measure": name, "rule": {"low_at_least": 0.9}}]},
        {"id": "C-later"},
    ]
    common = {"where": {"paper": "P"}, "known": "read off", "claim": "It is so, says the paper."}
    claims = [
        common | {"tables": ["t"], "quantity": "a share", "fixed": "before"} | one
        if "measures" in one
        else common | one
        for one in listed
    ]
    measured = [
        Estimate(*row[1:4], 100).named(f"C-{one}", one, depth=2) for one, row in rows.items()
    ]
    measured.append(Estimate(*numbers, 50).named("CONTROL", name))
    return ledger(claims_of(claims), PAPERS, measured, 0.95, "smoke", {}, {})


def axes_of(figure):
    """The axes of each claim."""
    return {axes.get_label(): axes for axes in figure.axes}


def ink(axes, gid):
    """The artists of a row that are named so."""
    return axes.findobj(lambda artist: artist.get_gid() == gid)


def texts(figure):
    """All that is written on a figure."""
    return [one for one in figure.findobj(Text) if one.get_text()]


def written(figure, gid):
    """What is written under this name."""
    return " ".join(one.get_text() for one in texts(figure) if one.get_gid() == gid)


@pytest.fixture(scope="module")
def card():
    return scorecard.draw(planted(), 0.95)


def test_the_planted_rows_have_the_verdicts_that_they_are_planted_for():
    found = {entry["id"]: entry["verdict"] for entry in planted()}
    assert {name: found[f"C-{name}"] for name in ROWS} == {n: row[4] for n, row in ROWS.items()}


@pytest.mark.parametrize("name", ROWS)
def test_the_interval_lies_where_the_verdict_says(card, name):
    rule, value, low, high, verdict = ROWS[name]
    axes = axes_of(card)[f"C-{name}"]
    [region], [interval], [number] = (ink(axes, gid) for gid in ("asked", "interval", "number"))
    left, right = region.get_paths()[0].get_extents().intervalx
    start, stop = interval.get_xdata()
    edges = axes.get_xlim()
    assert (start, stop) == (max(low, edges[0]), min(high, edges[1]))
    assert number.get_xdata() == [value] and edges[0] < value < edges[1]
    if "inside" not in rule and "equals" not in rule:  # the region goes on beyond the axis
        assert (right == edges[1]) if "low_at_least" in rule else (left == edges[0])
    inside = left <= start and stop <= right
    outside = stop < left or start > right
    assert (inside, outside) == (verdict == "supported", verdict == "not supported")


@pytest.mark.parametrize("name", ROWS)
def test_word_colour_and_marker_are_the_verdict_s(card, name):
    verdict = ROWS[name][4]
    colour, marker = style.VERDICT[verdict], style.VERDICT_MARKERS[verdict]
    [number] = ink(axes_of(card)[f"C-{name}"], "number")
    [label] = [one for one in texts(card) if one.get_gid() == f"C-{name} verdict"]
    assert label.get_text().removesuffix(" †") == verdict
    assert {to_hex(one.get_color()) for one in (number, label)} == {colour}
    assert number.get_marker() == marker


def test_looks_differ_in_marker_where_they_may_look_alike_in_grey():
    decided = ["supported", "not supported", "inconclusive", "void"]
    assert len({style.VERDICT_MARKERS[one] for one in decided}) == len(decided)
    for colour in style.VERDICT.values():  # contrast with white, WCAG 2
        channels = np.array(to_rgb(colour))
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) > 4.5


def test_a_row_says_number_name_bound_source_and_parts(card):
    told = written(card, "C-above text")
    assert told == "0.99 [0.96, 1] above, d = 2; published: 0.5 (read off)"
    assert written(card, "C-above asks") == "≥ 0.95"
    assert written(card, "C-alike asks") == "± 0.1"
    assert written(card, "C-other asks") == "1 ± 0.1"
    assert written(card, "C-counted parts") == "0 of 1"
    assert "It is so" not in told and "It is so" in written(card, "C-below text")
    [diamond] = ink(axes_of(card)["C-above"], "published")
    assert diamond.get_xdata() == [0.5] and diamond.get_markerfacecolor() == "none"
    assert not ink(axes_of(card)["CONTROL"], "published")


def test_the_worst_stand_first_then_controls_then_what_is_not_tested(card):
    order = [axes.get_label() for axes in card.axes]
    verdicts = [ROWS[name.removeprefix("C-")][4] for name in order[:-1]]
    assert order[-1] == "CONTROL" and "C-later" not in order
    worst = ["not supported", "inconclusive", "supported"]
    assert verdicts == sorted(verdicts, key=worst.index)
    height = {one.get_text(): one.get_position()[1] for one in texts(card)}
    later = next(one for one in height if one.startswith("C-later: It is so"))
    assert height[later] < height["CONTROL"] < height["C-above"]
    assert (
        next(iter(height))
        == "Of 11 claims that were measured 4 are supported, 4 are not, 3 remain open"
    )


def test_a_ledger_whose_control_is_not_refuted_is_void_at_first_sight():
    void = scorecard.draw(planted(control=("came true", 1.0, 0.95, 1.0)), 0.95)
    assert texts(void)[0].get_text().startswith("Void")
    assert {written(void, f"C-{name} verdict") for name in ROWS} == {"void"}


def test_the_same_ledger_is_the_same_bytes(tmp_path):
    for name in "ab":
        card = scorecard.draw(planted(), 0.95)
        style.save(card, tmp_path / f"{name}.pdf", tmp_path / f"{name}.png")
    for kind in ("pdf", "png"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def committed():
    """A ledger with the committed numbers, rules and words from the list; any reference does."""
    listed, papers = (
        yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()) for name in ("claims", "papers")
    )
    measured = [
        Estimate(*(inf * s if p[n] is None else p[n] for n, s in ENDS.items()), p["trials"]).named(
            entry["id"], p["measure"], reference=1, **p["where"]
        )
        for entry in read_json(ROOT / "tests/claims/standard.json")
        if entry["id"] in {one["id"] for one in listed}
        for p in entry["parts"]
        if p["trials"] is not None
    ]
    return ledger(claims_of(listed), papers_of(papers), measured, 0.95, "standard", {}, {})


ENDS = {"value": 1, "low": -1, "high": 1}


@pytest.mark.parametrize("entries", [planted, committed])
def test_every_word_can_be_read_and_none_lies_on_another(entries):
    figure = scorecard.draw(entries(), 0.95)
    renderer = figure.canvas.get_renderer()
    boxes = [(one, one.get_window_extent(renderer)) for one in texts(figure)]
    assert min(one.get_fontsize() for one, _ in boxes) >= 6
    for one, box in boxes:
        assert 0 <= box.x0 and box.x1 <= figure.bbox.width, one
        assert 0 <= box.y0 and box.y1 <= figure.bbox.height, one
    # Lines of one text may touch; what is beside each other may not.
    lines = sorted(boxes, key=lambda pair: (-round(pair[1].y0 / 3), pair[1].x0))
    for (one, left), (other, right) in pairwise(lines):
        if one.get_position()[1] == other.get_position()[1]:
            assert left.x1 < right.x0, (one, other)
    for axes in figure.axes:
        place = axes.get_window_extent()
        for _, box in boxes:
            assert not (box.overlaps(place) and box.y0 < place.y0 + 1 < box.y1), axes.get_label()
