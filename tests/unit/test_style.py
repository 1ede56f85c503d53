"""The style of all figures: colours that everyone tells apart, text that can be read, journals."""

import re
from itertools import combinations, product
from typing import get_args

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from genprior.configuration.whole import Style
from genprior.figures import colours, style
from genprior.figures.journal import Journal, drawn_for, present

# Machado, Oliveira and Fernandes 2009, Table 1, severity 1; on linear sRGB.
SEEN = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
APART = 20  # CIE 1976 colour difference


def lab(colour, vision=None):
    """CIELAB of a colour as it is seen, under daylight (D65)."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    if vision:
        linear = np.clip(np.array(SEEN[vision]) @ linear, 0, 1)
    t = np.array(TO_XYZ) @ linear / [0.9505, 1.0, 1.089]
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / 3 / (6 / 29) ** 2 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(first, second, vision):
    return float(np.linalg.norm(lab(first, vision) - lab(second, vision)))


def test_the_measure_of_colours_is_the_published_one():
    np.testing.assert_allclose(lab("white"), [100, 0, 0], atol=0.05)
    np.testing.assert_allclose(lab("red"), [53.24, 80.09, 67.20], atol=0.05)
    # Whoever lacks a cone sees greys as they are.
    for vision in SEEN:
        assert difference("0.5", "0.5", vision) == 0
        np.testing.assert_allclose(lab("0.5", vision), lab("0.5"), atol=0.1)
    # A red and a green that a deuteranope confuses.
    assert difference("#8f5a3c", "#6b6b3c", None) > APART > 15
    assert difference("#8f5a3c", "#6b6b3c", "deuteranopia") < 15


PALETTES, _ = get_args(Style.model_fields["palette"].annotation)
MAPPINGS = {
    "METHOD": (style.METHOD, style.METHOD_MARKERS),
    "DEPTH": (style.DEPTH, style.DEPTH_MARKERS),
    "OUTCOME": (style.OUTCOME, style.OUTCOME_HATCHES),
    "VERDICT": (style.VERDICT, style.VERDICT_MARKERS),
}


@pytest.mark.parametrize(("name", "vision"), list(product(MAPPINGS, SEEN)))
def test_two_meanings_differ_in_colour_or_in_marker_whoever_looks(name, vision):
    mapping, signs = MAPPINGS[name]
    for one, other in combinations(mapping, 2):
        apart = difference(mapping[one], mapping[other], vision) >= APART
        assert apart or signs.get(one) != signs.get(other), (one, other)


def test_outcomes_are_told_apart_by_colour_alone():
    """They are areas, one beside the other."""
    for vision, (one, other) in product(SEEN, combinations(style.OUTCOME, 2)):
        if not {one, other} == {"recovery", "undecided"}:  # which has a hatch
            assert difference(style.OUTCOME[one], style.OUTCOME[other], vision) >= APART


@pytest.mark.parametrize("name", get_args(PALETTES))
def test_lines_stand_out_from_white_in_every_palette(name):
    with drawn_for({"palette": name}):
        assert len(style.PALETTE) >= 8
        for colour in [*style.PALETTE, *style.DEPTH.values(), *style.METHOD.values()]:
            assert colours.contrast(colour) >= 3
        assert len(set(style.DEPTH.values())) == 5 == len(set(style.METHOD.values()))


def test_latent_dimensions_and_verdicts_stand_out_from_white():
    for k in (1, 2, 5, 10, 40, 100, 320, 640, 5000):
        assert colours.contrast(style.LATENT[k]) >= 3
    for colour in style.VERDICT.values():
        assert colours.contrast(colour) >= 4.5, "small text needs more (WCAG 2.2, 1.4.3)"
    lightness = [lab(style.LATENT[k])[0] for k in (2, 5, 10, 20, 40, 80)]
    assert lightness == sorted(lightness)


def test_the_contrast_is_that_of_the_standard():
    assert colours.contrast("black") == pytest.approx(21)
    assert colours.contrast("white") == 1
    assert colours.contrast("#767676") == pytest.approx(4.54, abs=0.01)
    assert colours.legible("black") == (0, 0, 0)


def test_every_font_comes_with_matplotlib_and_has_its_mathematics():
    fonts = get_args(Style.model_fields["font"].annotation)
    assert set(fonts) == set(style.MATHEMATICS)
    for font in fonts:
        found = font_manager.findfont(font, fallback_to_default=False)
        assert found.startswith(plt.matplotlib.get_data_path())


def test_a_journal_has_its_width_font_and_colours_and_the_next_figure_does_not():
    assert Journal(**Style().plain()) == present(), "the defaults are said twice"
    colour = style.DEPTH[1]
    with drawn_for({"width": 3.0, "font": "STIXGeneral", "palette": ["#112233"] * 8}):
        narrow, _ = style.new_figure(style.COLUMN, 2)
        page, _ = style.new_figure(style.PAGE, 2)
        assert plt.rcParams["font.sans-serif"] == ["STIXGeneral"]
        assert plt.rcParams["mathtext.fontset"] == "stix"
        assert style.DEPTH[1] == pytest.approx(to_rgb("#112233"))
    plain, _ = style.new_figure(style.COLUMN, 2)
    widths = [figure.get_figwidth() for figure in (narrow, page, plain)]
    assert widths == pytest.approx([3.0, 7.0 * 3.0 / 3.4, 3.4])
    assert plt.rcParams["font.sans-serif"] == ["DejaVu Sans"]
    assert style.DEPTH[1] == colour
    plt.close("all")


ENTRIES = [
    {"id": "HV-one", "kind": "measurement", "verdict": "supported"},
    {"id": "HV-two", "kind": "measurement", "verdict": "not supported"},
    {"id": "OWN-three", "kind": "measurement", "verdict": "inconclusive"},
]


def test_a_control_is_refuted_where_it_must_be():
    def said(verdict):
        return style.verdict_of({"id": "CONTROL-x", "kind": "control", "verdict": verdict})

    assert said("not supported") == ("refuted, as it must be", style.VERDICT["supported"])
    assert said("supported") == ("supported", style.VERDICT["supported"])
    assert said("inconclusive") == ("inconclusive", style.VERDICT["inconclusive"])


@pytest.mark.parametrize("first", ["note", "verdicts"])
def test_verdicts_stand_in_word_and_colour_below_the_small_print(first):
    figure, axes = style.new_figure(style.COLUMN, 2)
    axes.set_xlabel("x")
    calls = {
        "note": lambda: style.note(
            figure, "one phrase; another phrase; " + "; ".join(["word"] * 30)
        ),
        "verdicts": lambda: style.verdicts(figure, ENTRIES),
    }
    for name in (first, *(calls.keys() - {first})):
        calls[name]()
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    found = {text.get_text(): text for text in figure.texts if text.get_gid()}
    assert list(found)[::-1] == [f"{one['id']}: {one['verdict']}" for one in ENTRIES]
    boxes = [text.get_window_extent(renderer) for text in found.values()]
    for text, entry in zip(list(found.values())[::-1], ENTRIES, strict=True):
        assert text.get_color() == style.VERDICT[entry["verdict"]]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    # The small print's own lines end above them; its last ones are left blank.
    small = figure._supxlabel.get_window_extent(renderer)
    text = figure.get_supxlabel()
    blank = len(text) - len(text.rstrip("\n"))
    lines = text.count("\n") + 1
    assert blank == 1
    assert max(box.y1 for box in boxes) <= small.y0 + small.height * blank / lines + 1
    assert axes.get_tightbbox(renderer).y0 >= small.y1
    plt.close(figure)


def test_a_finding_is_bold_at_the_left_and_wraps():
    figure, axes = style.new_figure(style.COLUMN, 2)
    style.finding(figure, "a finding of many words " * 8)
    figure.canvas.draw()
    box = figure._suptitle.get_window_extent(figure.canvas.get_renderer())
    assert 0 <= box.x0 < 0.05 * figure.bbox.width and box.x1 <= figure.bbox.width
    assert figure._suptitle.get_fontweight() == "bold"
    assert figure.get_suptitle().count("\n") >= 2
    assert axes.get_tightbbox(figure.canvas.get_renderer()).y1 <= box.y0
    plt.close(figure)


def test_whiskers_that_leave_the_axes_have_arrows_there():
    figure, axes = style.new_figure(style.COLUMN, 2)
    axes.set_ylim(1, 10)
    table = pd.DataFrame(
        {"location": [2, 5, 8, 4], "low": [0, 4, 7, 3], "high": [3, 6, np.inf, 5]}
    ).assign(status=["inside", "inside", "inside", "outside"])
    style.interval_points(axes, [1, 2, 3, 4], table, fmt="o", color="black")
    arrows = {line.get_marker(): line for line in axes.lines if line.get_marker() in ("^", "v")}
    assert list(arrows["v"].get_xdata()) == [1] and list(arrows["^"].get_xdata()) == [3]
    assert list(arrows["v"].get_ydata()) == [0] and list(arrows["^"].get_ydata()) == [1]
    plt.close(figure)


def test_published_values_are_open_diamonds_with_their_source():
    figure, axes = style.new_figure(style.COLUMN, 2)
    marks = style.published(axes, [1, 2], [1, 2], "a paper, Figure 1")
    assert marks.get_marker() == "d" and marks.get_markerfacecolor() == "white"
    assert [text.get_text() for text in axes.texts] == ["a paper, Figure 1"]
    style.predicted(axes, [1, 2], [2, 1])
    assert colours.contrast(axes.lines[-1].get_color()) > 7
    plt.close(figure)


def test_panels_have_letters():
    figure, panels = style.new_figure(style.PAGE, 2, 2)
    style.letters(panels, ["first"])
    titles = [axes.get_title(loc="left") for axes in panels]
    assert titles == [r"$\mathbf{a}$  first", r"$\mathbf{b}$"]
    assert not re.search("[A-Z]", "".join(titles))
    plt.close(figure)
