"""Every figure module draws the same bytes from the same tables, and draws what they say."""

import hashlib
import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.text import Text

from genprior.descent import step_size
from genprior.experiments.summaries import scaling_table, success_table, transitions_table
from genprior.figures import (
    figure_convergence,
    figure_expansivity_against_k,
    figure_inversion,
    figure_measurements,
    figure_measurements_against_k,
    figure_optimum,
    figure_outcomes,
    figure_step,
    figure_success_against_k,
    style,
)
from genprior.figures.conditions import AS_STATED, conditions, step_of

CONFIGURED = {
    "descent": {"step": "2^d/2", "negation_check": True, "max_iterations": 2000},
    "success": {"relative_error": 1e-3, "judged_by": "threshold"},
    "statistics": {"confidence": 0.95},
}
EXPERIMENT = {"sensing": "gaussian", "trials": 12}


def drawn(figure, tables, **experiment):
    """A figure of experiments that are configured like this."""
    settings = {key: CONFIGURED.get(key, EXPERIMENT | experiment) for key in figure.SETTINGS}
    return figure.draw(tables, settings)


def trials(
    depth=2, ks=(10,), expansivities=(1, 2, 5), ratios=(1, 2, 5), widths=None, rule="2^d/d^2"
):
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
                            "step": step_size(float(rule) if rule == "0.5" else rule, depth),
                            "step_rule": rule,
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
    made = {
        "success": success_table(rows, 0.95),
        "transitions": found.table,
        "scaling": scaling_table(found, 0.95),
    }
    return {name: through_csv(table) for name, table in made.items()}


def through_csv(table):
    """A table as a figure gets it; a step that is a number comes back as one."""
    return pd.read_csv(io.StringIO(table.to_csv(index=False)))


def together(*several):
    """The tables of several experiments, each kind in one."""
    return {
        kind: pd.concat([one[kind] for one in several], ignore_index=True) for kind in several[0]
    }


def draw_measurements():
    axes = ("measurements", "expansivity")
    return drawn(figure_measurements, together(*(tables(*axes, depth=d) for d in (1, 2))))


def draw_inversion():
    several = (tables("expansivity", depth=d, ratios=(3,)) for d in (1, 2))
    return drawn(figure_inversion, together(*several), sensing="identity")


def draw_measurements_against_k():
    found = tables("measurements", ks=(5, 10, 20), expansivities=(5,))
    return drawn(figure_measurements_against_k, found, allocation={})


def draw_expansivity_against_k():
    return drawn(figure_expansivity_against_k, tables("expansivity", ks=(5, 10, 20), ratios=(6,)))


def draw_success_against_k(last=70):
    found = tables("latent_dimension", ks=(10, 30, 50, last), widths=(250, 600))
    return drawn(figure_success_against_k, found)


def draw_step(default="2^d/d^2", bold="2^d/2"):
    found = {}
    for name, rule in (("default", default), ("bold", bold)):
        both = together(*(tables("measurements", depth=d, rule=rule) for d in (1, 2)))
        found |= {f"{name}_{kind}": table for kind, table in both.items()}
    return drawn(figure_step, found)


def draw_convergence(**descent):
    rows = [
        {"depth": 2, "latent_dimension": k, "trial": t}
        | {"iteration": i, "relative_error": (0.7 + t / 99) ** i}
        for k in (10, 40)
        for t in range(3)
        for i in range(20 + t)
    ]
    return drawn(figure_convergence, {"curves": pd.DataFrame(rows)}, descent=descent)


def draw_outcomes():
    rows = trials(ratios=(1, 2, 5))
    stream = np.random.default_rng(5)
    kinds = ["recovery", "smooth", "kink", "dead", "zero", "undecided"]
    verdicts = rows[["shape", "measurements", "trial"]].copy()
    verdicts["outcome"] = stream.choice(kinds, len(rows))
    kink = verdicts["outcome"] == "kink"
    verdicts["codimension"] = np.where(kink, stream.integers(1, 8, len(rows)), 0)
    for column in ("along", "off", "point_error", "distance_to_mirror"):
        verdicts[column] = stream.random(len(rows))
    given = {"recoveries": rows.drop(columns="success"), "outcomes": verdicts}
    return drawn(figure_outcomes, given)


def draw_optimum():
    ends = {"status": "inside", "expansivity": 4.0, "step_rule": "0.5", "depth": 1}
    found = [
        ends
        | {"method": method, "latent_dimension": k}
        | {"location": 1 + c / k, "low": 1 + c / k / 2, "high": 1 + 3 * c / k}
        for method, c in (("amp", 3), ("descent", 9))
        for k in (10, 20, 40)
    ]
    programs = {"inputs": "free", "latent_dimension": 20, "proportion": [0, 0.5, 1]}
    programs |= {"ratio": [1.5, 2, 2.5], "low": [0, 0.4, 0.9], "high": [0.1, 0.6, 1]}
    given = {
        "transitions": pd.DataFrame(found),
        "thresholds": pd.DataFrame({"depth": [1], "expansivity": [4.0], "amp": [1.0036]}),
        "inversion": tables("expansivity", ratios=(3,))["success"],
        "programs": pd.DataFrame(programs),
    }
    settings = {"optimum.growth": {"iterations": 100}, "statistics": {"confidence": 0.95}}
    return figure_optimum.draw(given, settings)


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


STRANGE = """\
agg.path.chunksize: 100
axes.formatter.use_locale: True
axes.titlepad: 20
backend: TkAgg
figure.constrained_layout.h_pad: 0.3
font.family: serif
lines.antialiased: False
path.simplify: False
pdf.compression: 0
savefig.bbox: tight
savefig.facecolor: red
text.usetex: True
"""


def test_a_figure_is_the_same_bytes_in_another_process_for_another_user(tmp_path):
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); "
        "import test_figures; print(*test_figures.render('success_against_k', Path(sys.argv[2])))"
    )
    made = []
    for user, day in [("plain", 0), ("strange", 10**9)]:
        home, output = tmp_path / user, tmp_path / f"{user}'s figures"
        home.mkdir()
        output.mkdir()
        command = [sys.executable, "-c", program, str(Path(__file__).parent), str(output)]
        # Python's order of sets, and the clock that Matplotlib writes into files.
        environment = {"PYTHONHASHSEED": str(day % 7), "SOURCE_DATE_EPOCH": str(day)}
        if user == "strange":
            (home / "matplotlibrc").write_text(STRANGE)
            environment["MPLBACKEND"] = "TkAgg"
        made.append(
            subprocess.run(
                command,
                cwd=home,  # Matplotlib looks for settings there first
                env=os.environ | environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
    assert made[0] == made[1]


def test_a_cell_of_another_setting_is_no_point_of_the_published_figure():
    found = tables("latent_dimension", ks=(10, 30, 50, 70), widths=(250, 600))
    other = tables("latent_dimension", ks=(90, 95, 100), widths=(300, 600))["success"]
    mixed = found | {"success": pd.concat([found["success"], other], ignore_index=True)}
    drawn_at = drawn(figure_success_against_k, mixed).axes[0].dataLim
    assert 70 <= drawn_at.x1 < 80


def test_a_font_of_the_machine_is_not_taken():
    """Seaborn asks for Arial first, which is there on one machine and not on another."""
    text = draw_success_against_k().axes[0].title
    assert text.get_fontfamily() == ["sans-serif"]
    assert plt.rcParams["font.sans-serif"] == ["DejaVu Sans"]
    plt.close("all")
    found = Path(font_manager.findfont("DejaVu Sans"))
    assert found.is_relative_to(matplotlib.get_data_path()), "another of the same name came first"


def test_other_tables_make_another_figure(tmp_path):
    """Guards the tests above: the bytes do depend on the tables."""
    digests = []
    for last in (70, 71):
        style.save(draw_success_against_k(last), tmp_path / "a.pdf", tmp_path / "a.png")
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


def words(step=AS_STATED, descent=None, success=None, **experiment):
    """The conditions of one experiment in small print."""
    settings = {
        "descent": CONFIGURED["descent"] | (descent or {}),
        "success": CONFIGURED["success"] | (success or {}),
        "experiments.one": EXPERIMENT | experiment,
    }
    return conditions(settings, ["experiments.one"], step)


def test_the_small_print_states_every_condition():
    text = words()
    for condition in (
        "N(0,1/n_i)",
        "N(0,1/m)",
        "x_0$ and start",
        "step as stated",
        "with negation",
        "2,000",
        "10^{-3}",
        "12 trials",
    ):
        assert condition in text
    certified = words(success={"judged_by": "certificate"})
    assert "certified" in certified and "10^{-3}" not in certified
    assert "without negation" in words(descent={"negation_check": False})
    assert "at most 9 steps" in words(descent={"max_iterations": 9})
    assert "A=I" in words(sensing="identity")


def test_an_experiment_s_own_descent_comes_before_the_configured_one():
    assert "at most 9 steps" in figure_text(draw_convergence(max_iterations=9))


def test_convergence_states_what_its_curves_depend_on_and_nothing_else():
    """It judges no run and draws no interval; its ``trials`` are runs, not a point's."""
    text = figure_text(draw_convergence(max_iterations=9))
    for stated in ("N(0,1/n_i)", "N(0,1/m)", "x_0$ and start", "at most 9 steps", "12 runs"):
        assert stated in text
    for foreign in ("success", "bars", "intervals", "trials a point"):
        assert foreign not in text
    assert {"success", "statistics"}.isdisjoint(figure_convergence.SETTINGS)


def test_the_small_print_says_where_trials_are_an_average():
    assert words(trials=25).endswith("; 25 trials a point")
    text = words(trials=13, allocation={})
    assert text.endswith("; 13 trials a point on average, more near one half")


def figure_text(figure):
    """All that is written in a figure, and the figure closed."""
    texts = figure.findobj(Text)
    plt.close(figure)
    return "\n".join(text.get_text() for text in texts)


@pytest.mark.parametrize(
    ("rules", "phrase"),
    [
        (["2^d/d^2", "2^d/d^2"], r"step $\nu=2^d/d^2$"),
        ([0.5, 0.5], r"step $\nu=0.5$"),
        (["2^d/2", "2^d/d^2", "2^d/d^2"], r"step $\nu=2^d/2$ at $d=1$, $\nu=2^d/d^2$ at $d=2,3$"),
        (["2^d/2", 0.25], r"step $\nu=2^d/2$ at $d=1$, $\nu=0.25$ at $d=2$"),
    ],
)
def test_the_step_in_small_print_is_that_of_the_table(rules, phrase):
    depths = range(1, len(rules) + 1)
    assert step_of(pd.DataFrame({"step_rule": rules, "depth": depths})) == phrase


@pytest.mark.parametrize(
    ("default", "bold", "titles"),
    [
        ("2^d/d^2", "2^d/2", [r"$d=2$, step $\nu=2^d/d^2=1$", r"$d=2$, step $\nu=2^d/2=2$"]),
        ("0.5", "2^d/2", [r"$d=2$, step $\nu=0.5$", r"$d=2$, step $\nu=2^d/2=2$"]),
        ("2^d/2", "2^d/2", [r"$d=1$, step $\nu=2^d/2=1$", r"$d=2$, step $\nu=2^d/2=2$"]),
    ],
)
def test_panels_state_the_steps_that_the_tables_have(default, bold, titles):
    text = figure_text(draw_step(default, bold))
    assert all(title in text for title in titles) and "step as stated" in text


@pytest.mark.parametrize(
    ("step", "nu", "phrase"), [("2^d/d^2", 1, "2^d/d^2"), ("2^d/2", 2, "2^d/2"), (0.5, 0.5, "0.5")]
)
def test_the_published_rate_is_that_of_the_step(step, nu, phrase):
    figure = draw_convergence(step=step)
    (line,) = [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    assert line.get_ydata()[1] == 1 - 7 / 8 * nu / 4
    assert rf"step $\nu={phrase}$" in figure_text(figure)


def test_a_step_beyond_the_published_rate_has_no_line():
    figure = draw_convergence(step=5)
    assert not [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    plt.close(figure)


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
