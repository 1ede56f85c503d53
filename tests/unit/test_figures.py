"""Every figure module draws the same bytes from the same tables, and draws what they say."""

import errno
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
    colours,
    figure_inversion,
    figure_laws,
    figure_measurements,
    figure_noise,
    figure_optimum,
    figure_outcomes,
    figure_scaling,
    figure_step,
    journal,
    style,
)
from genprior.figures.conditions import AS_STATED, conditions, step_of

CONFIGURED = {
    "descent": {"step": "2^d/2", "negation_check": True, "max_iterations": 2000},
    "success": {"relative_error": 1e-3, "judged_by": "threshold"},
    "statistics": {"confidence": 0.95},
}
EXPERIMENT = {"sensing": "gaussian", "trials": 12}


def entry(identity, *parts, verdict="supported"):
    """A claim's entry, as the ledger has it."""
    return {"id": identity, "kind": "measurement", "verdict": verdict, "parts": list(parts)}


def part(measure, value, **where):
    """A part of an entry."""
    numbers = {"value": value, "low": value, "high": value, "trials": 20, "verdict": "supported"}
    return {"measure": measure, "where": where} | numbers


MEASURED = [
    entry("HV-recovery", *(part("certified", 0.95, depth=d, measurement_ratio=12) for d in (1, 2))),
    entry("OWN-step", part("shift of log e50", np.log(1.2), depth=2)),
    entry("HHHV-noise", part("exponent of error in noise", 1.0004)),
]


def drawn(figure, tables, measured=True, **experiment):
    """A figure of experiments that are configured like this, with its claims measured or not."""
    claims = {name: entry(name, verdict="not tested") for name in figure.CLAIMS}
    if measured:
        claims |= {one["id"]: one for one in MEASURED if one["id"] in claims}
    settings = {key: CONFIGURED.get(key, EXPERIMENT | experiment) for key in figure.SETTINGS}
    return figure.draw(tables | {"claims": claims}, settings)


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


def draw_measurements(**options):
    axes = ("measurements", "expansivity")
    found = together(*(tables(*axes, depth=d) for d in (1, 2)))
    return drawn(figure_measurements, found, **options)


def layers():
    """Points of the programs of single layers and of whole networks."""
    ends = {"latent_dimension": 10, "low": 0.4, "high": 0.9, "proportion": [0.5, 0.6, 0.7]}
    ends |= {"expected": [0.5, 0.6, 0.7]}
    layer = [
        pd.DataFrame(ends | {"inputs": i, "ratio": [1.5, 2, 3]}) for i in ("free", "nonnegative")
    ]
    depth = [pd.DataFrame(ends | {"expansivity": e, "depth": [2, 3, 4]}) for e in (2.1, 3.0)]
    return {"layer": pd.concat(layer), "depth": pd.concat(depth)}


def draw_inversion(**options):
    several = (tables("expansivity", depth=d, ratios=(3,)) for d in (1, 2))
    found = together(*several) | layers()
    return drawn(figure_inversion, found, sensing="identity", **options)


def draw_scaling(**options):
    ks = (5, 10, 20)
    along_m = tables("measurements", ks=ks, expansivities=(5,), ratios=(1, 2, 3, 5))
    along_e = tables("expansivity", ks=ks, ratios=(5,), expansivities=(1, 2, 3, 5))
    found = {
        "measurements": along_m["transitions"],
        "measurements_law": along_m["scaling"],
        "expansivities": along_e["transitions"],
        "expansivities_law": along_e["scaling"],
    }
    return drawn(figure_scaling, found, **options)


def draw_laws(moved=1.0, **options):
    """Transitions of five laws, one of them moved, one outside the grid."""
    base = tables("measurements", ks=(10,), expansivities=(5,), ratios=(1, 2, 3, 5))["transitions"]
    laws = ["dct", "sparse(0.1)", "mask", "gaussian+tied", "gaussian+row-normalised"]
    rows = pd.concat([base.assign(sensing=law) for law in laws], ignore_index=True)
    ends = ["location", "low", "high"]
    rows.loc[rows["sensing"] == "mask", ends] *= moved
    rows.loc[rows["sensing"] == "gaussian+tied", ["status", *ends]] = "above", np.nan, 40, np.inf
    return drawn(figure_laws, {"gaussian": base, "transitions": rows}, **options)


def draw_noise(last=70, other=None, **options):
    found = tables("latent_dimension", ks=(10, 30, 50, last), widths=(250, 600))
    success = found["success"] if other is None else pd.concat([found["success"], other])
    levels = [
        {"latent_dimension": k, "snr": snr, "mean": factor * 10 ** (-snr / 10), "sem": 1e-6}
        for snr in (40, 80)
        for k, factor in ((10, 0.25), (50, 1.0))
    ]
    paths = [
        {"iteration": i, "snr": snr, "median_error": max(0.8**i, floor)}
        for snr, floor in ((40, 1e-5), (80, 1e-9), (np.inf, 0))
        for i in range(60)
    ]
    linear = [
        {"latent_dimension": 2, "measurements": 150, "shape": "2-250-600", "step": 0.5, "depth": 2}
        | {"iteration": i, "median_error": 0.9**i}
        for i in range(200)
    ]
    curves = [
        {"depth": 2, "latent_dimension": k, "trial": t, "iteration": i}
        | {"relative_error": (0.7 + t / 99) ** i}
        for k in (10, 40)
        for t in range(3)
        for i in range(20 + t)
    ]
    settings = {"widths": [250, 600], "measurements": 150, "max_iterations": 50}
    settings["levels"] = {"trials": 10, "max_iterations": 50}
    settings["paths"] = {"latent_dimension": 10}
    settings["linear"] = {"networks": [{"trials": 20}]}
    given = {"success": success, "transitions": found["transitions"]}
    given |= {
        name: through_csv(pd.DataFrame(rows))
        for name, rows in [("levels", levels), ("paths", paths), ("linear", linear)]
    }
    return drawn(figure_noise, given | {"curves": pd.DataFrame(curves)}, **(settings | options))


def draw_step(default="2^d/d^2", bold="2^d/2", **options):
    found = {
        name: together(*(tables("expansivity", depth=d, rule=rule) for d in (1, 2)))["transitions"]
        for name, rule in (("default", default), ("bold", bold))
    }
    return drawn(figure_step, found, **options)


def draw_outcomes(**options):
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
    return drawn(figure_outcomes, given, **options)


def draw_optimum(**options):
    ends = {"status": "inside", "expansivity": 4.0, "step_rule": "0.5", "depth": 1}
    found = [
        ends
        | {"method": method, "latent_dimension": k}
        | {"location": 1 + c / k, "low": 1 + c / k / 2, "high": 1 + 3 * c / k}
        for method, c in (("amp", 3), ("descent", 9))
        for k in (10, 20, 40)
    ]
    given = {
        "transitions": pd.DataFrame(found),
        "thresholds": pd.DataFrame({"depth": [1], "expansivity": [4.0], "amp": [1.0036]}),
    }
    return drawn(figure_optimum, given, iterations=100, **options)


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
        "import test_figures; print(*test_figures.render('scaling', Path(sys.argv[2])))"
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
    other = tables("latent_dimension", ks=(90, 95, 100), widths=(300, 600))["success"]
    assert text_and_points(draw_noise()) == text_and_points(draw_noise(other=other))
    same = tables("latent_dimension", ks=(90, 95, 100), widths=(250, 600))["success"]
    assert text_and_points(draw_noise()) != text_and_points(draw_noise(other=same))


def text_and_points(figure):
    """All text and where the first panel's lines go, and the figure closed."""
    lines = [line.get_xydata().tolist() for line in figure.axes[0].lines]
    return figure_text(figure), lines


def test_a_font_of_the_machine_is_not_taken():
    """Seaborn asks for Arial first, which is there on one machine and not on another."""
    text = draw_noise().axes[0].title
    assert text.get_fontfamily() == ["sans-serif"]
    assert plt.rcParams["font.sans-serif"] == ["DejaVu Sans"]
    plt.close("all")
    found = Path(font_manager.findfont("DejaVu Sans"))
    assert found.is_relative_to(matplotlib.get_data_path()), "another of the same name came first"


def test_other_tables_make_another_figure(tmp_path):
    """Guards the tests above: the bytes do depend on the tables."""
    digests = []
    for last in (70, 71):
        style.save(draw_noise(last), tmp_path / "a.pdf", tmp_path / "a.png")
        digests.append((tmp_path / "a.png").read_bytes())
    assert digests[0] != digests[1]


def test_a_failed_drawing_leaves_the_old_files(tmp_path):
    class Broken:
        def savefig(self, path, **options):
            Path(path).write_text("half")
            raise OSError(errno.ENOSPC, "disk full")

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
    assert "at most 9 steps" in words(descent={"max_iterations": 7} | {"max_iterations": 9})
    changed = {"experiments.one": EXPERIMENT | {"descent": {"max_iterations": 9}}}
    settings = {name: CONFIGURED[name] for name in ("descent", "success")} | changed
    assert "at most 9 steps" in conditions(settings, ["experiments.one"], AS_STATED)


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
    ("default", "bold", "labels"),
    [
        ("2^d/d^2", "2^d/2", [r"$d=2$, step $\nu=2^d/d^2=1$", r"$d=2$, step $\nu=2^d/2=2$"]),
        ("0.5", "2^d/2", [r"$d=2$, step $\nu=0.5$", r"$d=2$, step $\nu=2^d/2=2$"]),
        ("2^d/2", "2^d/2", [r"$d=1$, step $\nu=2^d/2=1$", r"$d=2$, step $\nu=2^d/2=2$"]),
    ],
)
def test_curves_state_the_steps_that_the_tables_have(default, bold, labels):
    text = figure_text(draw_step(default, bold))
    assert all(label in text for label in labels) and "step as stated" in text


def test_the_published_rate_is_that_of_the_step():
    figure = draw_noise()
    (line,) = [line for line in figure.axes[3].lines if line.get_linestyle() == "--"]
    time, error = line.get_xydata()[-1]
    assert error == pytest.approx((1 - 7 / 8 * 0.5 / 4) ** (time * 4 / 0.5))
    plt.close(figure)


def test_the_error_over_the_noise_is_the_closed_form_s():
    """Against least squares in the network's linear piece at x0, over random networks."""
    stream = np.random.default_rng(2)
    k, widths, m = 10, (250, 600), 150
    squares = []
    for _ in range(300):
        code = stream.normal(size=k)
        piece = np.eye(k)
        for rows, columns in zip(widths, (k, *widths), strict=False):
            weights = stream.normal(size=(rows, columns)) / np.sqrt(rows)
            piece = weights @ piece
            piece = piece * (piece @ code > 0)[:, None]
        piece = stream.normal(size=(m, widths[-1])) / np.sqrt(m) @ piece
        noise = stream.normal(size=m)
        noise *= np.linalg.norm(piece @ code) / np.linalg.norm(noise)
        error = np.linalg.lstsq(piece, noise, rcond=None)[0]
        squares.append(error @ error / (code @ code))
    measured = np.sqrt(np.mean(squares))
    assert measured == pytest.approx(figure_noise.amplification(k, widths, m), rel=0.05)


FINDINGS = {
    "measurements": "19 of 20 and 19 of 20 at m/k = 12",
    "inversion": "descent inverts half of the networks at expansivity",
    "scaling": "m grows like k to the power",
    "laws": "later with tied layers (beyond); of 4 other laws the intervals meet",
    "noise": "to the power 1.000",
    "step": "20% [20%, 20%] more expansivity (d = 2)",
    "outcomes": "failures that are decided",
    "optimum": "from 1.90 at k = 10 to 1.23 at k = 40 for descent",
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_title_is_the_finding_and_the_corner_has_the_verdicts(name):
    figure = DRAWINGS[name]()
    title = figure.get_suptitle().replace("\n", " ")
    assert FINDINGS[name] in title
    corner = [text.get_text() for text in figure.texts if text.get_gid()]
    claims = globals()[f"figure_{name}"].CLAIMS
    assert sorted(text.split(":")[0] for text in corner) == sorted(claims)
    plt.close(figure)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_whose_claims_are_not_measured_has_a_title_all_the_same(name):
    figure = DRAWINGS[name](measured=False)
    assert figure.get_suptitle() and "None" not in figure_text(figure)
    assert "nan" not in figure.get_suptitle()


@pytest.mark.parametrize("name", DRAWINGS)
def test_text_is_large_enough_and_lines_stand_out(name):
    """At the narrowest column that is common, too: text keeps its size."""
    with journal.drawn_for({"width": 3.0}):
        figure = DRAWINGS[name]()
    figure.canvas.draw()
    shown = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert len(shown) > 10 and min(text.get_fontsize() for text in shown) >= 6
    for axes in figure.axes:
        on_white = axes.get_facecolor()[:3] == (1.0, 1.0, 1.0)
        for line in axes.lines:
            data = len(line.get_xdata()) > 2 and line.get_linestyle() not in ("None", "none")
            if on_white and data:
                assert colours.contrast(line.get_color()) >= 2.99, line
    plt.close(figure)


def test_laws_that_move_the_transition_are_named():
    title = draw_laws(moved=10).get_suptitle().replace("\n", " ")
    assert "later with a mask (" in title and "and tied layers (beyond); of 3 other laws" in title
    title = draw_laws(moved=0.1).get_suptitle().replace("\n", " ")
    assert "earlier with a mask (0." in title
    plt.close("all")


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
