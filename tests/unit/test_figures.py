"""Every figure module draws the same bytes from the same tables, and draws what they say."""

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from genprior.experiments.summaries import scaling_table, success_table, transitions_table
from genprior.figures import (
    convergence,
    inversion,
    measurements,
    outcomes,
    scaling,
    step,
    style,
    success_against_k,
)

FACTS = {
    "sensing": "gaussian",
    "step": "2^d/2",
    "negation_check": True,
    "max_iterations": 2000,
    "gradient_tolerance": 1e-9,
    "relative_error": 1e-3,
    "trials": 12,
    "confidence": 0.95,
}


def trials(depth=2, ks=(10,), expansivities=(1, 2, 5), ratios=(1, 2, 5), widths=None, nu=1.0):
    """Trials that succeed with a known probability, rising along both axes, falling along k."""
    stream = np.random.default_rng(3)
    rows = []
    for k in ks:
        for e in [np.nan] if widths else expansivities:
            for r in [np.nan] if widths else ratios:
                chance = (80 - k) / 80 if widths else min(1, e / 4) * min(1, r / 4)
                sizes = [k, *widths] if widths else [round(k * e**i) for i in range(depth + 1)]
                for trial in range(12):
                    rows.append(
                        {
                            "shape": "-".join(map(str, sizes)),
                            "widths": "-".join(map(str, sizes[1:])),
                            "depth": depth,
                            "latent_dimension": k,
                            "expansivity": e,
                            "sensing": "gaussian",
                            "measurements": 150 if widths else round(k * r),
                            "measurement_ratio": 150 / k if widths else r,
                            "trial": trial,
                            "step": nu,
                            "relative_error": 0.1,
                            "stop": "gradient",
                            "iterations": 100,
                            "success": stream.random() < chance,
                        }
                    )
    return pd.DataFrame(rows)


@cache
def tables(*axes, **options):
    """Success, transitions and scaling, as the statistics make them from the trials."""
    rows = trials(**options)
    found = transitions_table(rows, list(axes), 0.95)
    return success_table(rows, 0.95), found.table, scaling_table(found, 0.95)


def grids(depths):
    made = {d: tables("measurements", "expansivity", depth=d) for d in depths}
    return {d: t[0] for d, t in made.items()}, {d: t[1] for d, t in made.items()}


def draw_measurements():
    return measurements.draw(*grids([1, 2]), style.conditions(FACTS))


def draw_inversion():
    made = {d: tables("expansivity", depth=d, ratios=(3,)) for d in (1, 2)}
    success, found = ({d: t[i] for d, t in made.items()} for i in (0, 1))
    return inversion.draw(success, found, style.conditions(FACTS | {"sensing": "identity"}))


def draw_measurements_against_k():
    _, found, fit = tables("measurements", ks=(5, 10, 20), expansivities=(5,))
    return scaling.draw(found, fit, "measurements", style.conditions(FACTS))


def draw_expansivity_against_k():
    _, found, fit = tables("expansivity", ks=(5, 10, 20), ratios=(6,))
    return scaling.draw(found, fit, "expansivity", style.conditions(FACTS))


def draw_success_against_k():
    success, found, _ = tables("latent_dimension", ks=(10, 30, 50, 70), widths=(250, 600))
    return success_against_k.draw(success, found, style.conditions(FACTS))


def draw_step():
    success, found = grids([1, 2])
    keys = [(depth, rule) for depth in (1, 2) for rule in step.STEPS]
    return step.draw(
        {key: success[key[0]] for key in keys},
        {key: found[key[0]] for key in keys},
        style.conditions(FACTS | {"step": "stated"}),
    )


def draw_convergence():
    rows = [
        {"latent_dimension": k, "trial": t, "iteration": i, "relative_error": (0.7 + t / 99) ** i}
        for k in (10, 40)
        for t in range(3)
        for i in range(20 + t)
    ]
    return convergence.draw(pd.DataFrame(rows), 1.0, 2, style.conditions(FACTS))


def draw_outcomes():
    rows = trials(ratios=(1, 2, 5))
    stream = np.random.default_rng(5)
    kinds = ["recovery", "smooth", "kink", "dead", "zero", "undecided"]
    rows["outcome"] = stream.choice(kinds, len(rows))
    rows["certified"] = rows["outcome"] == "recovery"
    rows["below_threshold"] = rows["success"]
    rows["codimension"] = np.where(rows["outcome"] == "kink", stream.integers(1, 8, len(rows)), 0)
    for column in ("along", "off", "point_error", "distance_to_mirror"):
        rows[column] = stream.random(len(rows))
    return outcomes.draw(rows, style.conditions(FACTS | {"judged_by": "certificate"}))


DRAWINGS = {
    name.removeprefix("draw_"): function
    for name, function in list(globals().items())
    if name.startswith("draw_")
}


def render(name, folder):
    """PDF and PNG of one drawing; their digests."""
    paths = [folder / f"{name}.pdf", folder / f"{name}.png"]
    style.save(DRAWINGS[name](), *paths)
    assert sorted(path.name for path in folder.iterdir()) == [path.name for path in paths]
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_is_the_same_bytes_when_drawn_again(name, tmp_path):
    digests = []
    for turn in ("first", "second"):
        (tmp_path / turn).mkdir()
        digests.append(render(name, tmp_path / turn))
        # A style that another figure has changed must not leak into the next one.
        plt.rcParams.update({"font.size": 14, "axes.linewidth": 3, "figure.dpi": 50})
    assert digests[0] == digests[1]
    pdf, png = (tmp_path / "first" / f"{name}.{ending}" for ending in ("pdf", "png"))
    assert pdf.read_bytes().startswith(b"%PDF") and png.read_bytes().startswith(b"\x89PNG")
    assert not plt.get_fignums(), "the figure was left open"


def test_a_figure_is_the_same_bytes_in_another_process_on_another_day(tmp_path):
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); "
        "import test_figures; print(*test_figures.render('success_against_k', Path(sys.argv[2])))"
    )
    made = []
    for number, seed in enumerate(["1", "2"]):
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-c", program, str(Path(__file__).parent), str(folder)]
        # The clock that Matplotlib writes into files, and Python's order of sets.
        environment = {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": str(10**9 * number)}
        made.append(run(command, environment))
    assert made[0] == made[1]


def run(command, environment):
    return subprocess.run(
        command, env=os.environ | environment, check=True, capture_output=True, text=True
    ).stdout


def test_other_tables_make_another_figure(tmp_path):
    """Guards the tests above: the bytes do depend on the tables."""
    digests = []
    for nu in (1.0, 2.0):
        success, found, _ = tables("latent_dimension", ks=(10, 30, 50 + nu), widths=(250, 600))
        figure = success_against_k.draw(success, found, style.conditions(FACTS))
        style.save(figure, tmp_path / "a.pdf", tmp_path / "a.png")
        digests.append((tmp_path / "a.png").read_bytes())
    assert digests[0] != digests[1]


def test_a_failed_drawing_leaves_the_old_files(tmp_path):
    class Broken:
        def savefig(self, path, **options):
            Path(path).write_text("half")
            raise OSError("disk full")

    for ending in ("pdf", "png"):
        (tmp_path / f"a.{ending}").write_text("old")
    with pytest.raises(OSError, match="disk full"):
        style.save(Broken(), tmp_path / "a.pdf", tmp_path / "a.png")
    assert (tmp_path / "a.pdf").read_text() == (tmp_path / "a.png").read_text() == "old"


def test_the_small_print_states_every_condition():
    text = style.conditions(FACTS)
    for words in (
        "N(0,1/n_i)",
        "N(0,1/m)",
        "x_0$ and start",
        "2^d/2",
        "with negation",
        "2,000",
        "10^{-3}",
        "12 trials",
        "95%",
    ):
        assert words in text
    certified = style.conditions(FACTS | {"judged_by": "certificate"})
    assert "certified" in certified and "10^{-3}" not in certified
    assert "without negation" in style.conditions(FACTS | {"negation_check": False})
    assert "A=I" in style.conditions(FACTS | {"sensing": "identity"})


def test_the_small_print_says_where_trials_are_an_average():
    assert "25 trials a point; " in style.conditions(FACTS | {"trials": [25]})
    text = style.conditions(FACTS | {"trials": [13], "allocated": True})
    assert "13 trials a point on average, more near one half; " in text


def test_phase_diagram_shows_each_proportion_in_its_place():
    success = trials().pipe(success_table, 0.95)
    _, axes = style.new_figure(3, 3)
    mesh = style.probability_map(axes, success, "expansivity", "measurement_ratio")
    shown = mesh.get_array().reshape(3, 3)
    for i, ratio in enumerate((1, 2, 5)):
        for j, expansivity in enumerate((1, 2, 5)):
            here = (success["measurement_ratio"] == ratio) & (success["expansivity"] == expansivity)
            assert shown[i, j] == success.loc[here, "proportion"].item()
    plt.close("all")


def test_cell_edges_lie_between_the_values():
    np.testing.assert_allclose(style.log_edges([1, 4, 16]), [0.5, 2, 8, 32])


@pytest.mark.parametrize(
    ("number", "text"), [(1e-3, "10^{-3}"), (5e-4, r"5\cdot10^{-4}"), (2.5e-9, r"2.5\cdot10^{-9}")]
)
def test_numbers_in_small_print(number, text):
    assert style.scientific(number) == text
