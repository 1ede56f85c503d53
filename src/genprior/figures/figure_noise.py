"""HHHV's three figures: success against k, error against noise and k, error against iteration."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
from genprior.figures.findings import part_of
from genprior.types import Array

TITLE = "HHHV's three figures: success against k, error against noise, error against iteration"
CATEGORY = "Published settings"
NEEDS = {
    "success": [
        "statistics/success-against-k/success.csv",
        "statistics/success-at-100/success.csv",
    ],
    "transitions": "statistics/success-against-k/transitions.csv",
    "levels": "statistics/noise/levels.csv",
    "paths": "statistics/noise/paths.csv",
    "linear": "statistics/noise/linear.csv",
    "curves": "convergence/convergence/",
}
CLAIMS = ["HHHV-fig1", "OWN-fig1", "HHHV-noise", "HHHV-linear", "HHHV-rate", "CONTROL-noise"]
SETTINGS = [
    "experiments.success-against-k",
    "experiments.success-at-100",
    "noise",
    "descent",
    "success",
    "statistics",
]
CAPTION = """The experiments of Huang, Hand, Heckel and Voroninski (HHHV, arXiv 1812.04176), d = 2.
(a) Their Figure 1: success against k. Of it only the axes could be read: success falls from one to
zero while k grows to 100; k50 is ours. (b) Their Figure 2: the error over the noise falls on one
curve at all noise levels, the closed form (ours) tau sqrt((k/m) / ((1 - k/m) prod (1 - 2k/n_l))).
(c) Their Figure 3: error against iteration. (d) Without noise and at smaller steps, against nu i /
2^d; the rate of their Theorem 3.1, which we recall and have not seen in the paper's text (its
constants are confirmed in the proofs), is one line. Diamonds: read off their axes."""
FLOOR = 1e-17


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """(a) success against k, (b) error over noise, (c) paths, (d) rates at smaller steps."""
    noise, confidence = settings["noise"], settings["statistics"]["confidence"]
    success = of_one_setting(tables["success"])
    figure, panels = style.new_figure(style.PAGE, 5.4, 2, 2)
    (a, b), (c, d) = panels
    draw_success(a, success, tables["transitions"])
    draw_levels(b, tables["levels"], noise, confidence)
    draw_paths(c, tables["paths"], tables["curves"], noise["paths"]["latent_dimension"])
    draw_rates(d, tables["linear"])
    style.letters([a, b, c, d])
    style.finding(figure, message(tables["transitions"], tables["claims"]))
    style.verdicts(figure, tables["claims"].values())
    widths = "-".join(map(str, noise["widths"]))
    style.note(
        figure,
        small_print.joined(
            f"(a) widths $k$-{success['shape'].iloc[0].split('-', 1)[1]}, "
            f"$m={success['measurements'].iloc[0]}$",
            conditions(settings, SETTINGS[:2], step_of(success)),
            small_print.bars(confidence),
            f"(b) and (c) $k$-{widths}, $m={noise['measurements']}$, "
            f"{noise['levels']['trials']} trials a point",
            small_print.SIGNAL_TO_NOISE,
            "(b) means over runs that succeed",
            small_print.cap(noise["levels"]["max_iterations"]),
            "(c) and (d) medians of all runs",
            f"(d) {style.span([one['trials'] for one in noise['linear']['networks']])} trials",
        ),
    )
    return figure


def message(transitions: pd.DataFrame, claims: Mapping[str, Any]) -> str:
    """Where success passes one half, and how the error goes with the noise."""
    where = transitions.iloc[0]
    told = "In HHHV's setting success falls as k grows"
    if where["status"] == "inside":
        ends = f"[{where['low']:.0f}, {where['high']:.0f}]"
        told = f"In HHHV's setting half of the runs succeed at k = {where['location']:.0f} {ends}"
    part = part_of(claims["HHHV-noise"], "exponent of error in noise")
    if part["value"] is None:
        return told
    held = {"supported": ", as the closed form says", "not supported": ", where it says 1"}
    says = held.get(part["verdict"], "")
    return f"{told}; the error grows as the noise to the power {part['value']:.3f}{says}"


def of_one_setting(success: pd.DataFrame) -> pd.DataFrame:
    """The rows at the first one's widths and m: the cell at k = 100 is an experiment of its own,
    which may be configured otherwise."""
    widths = success["shape"].str.split("-", n=1).str[1]
    same = (widths == widths.iloc[0]) & (success["measurements"] == success["measurements"].iloc[0])
    return success[same].sort_values("latent_dimension")


def draw_success(axes: Axes, success: pd.DataFrame, transitions: pd.DataFrame) -> None:
    """Success against k with k50, beside what HHHV's axes show."""
    where = transitions.iloc[0]
    k = success["latent_dimension"]
    axes.axhline(0.5, color="0.8", linewidth=0.6, zorder=0)
    if where["status"] == "inside":
        axes.axvspan(where["low"], where["high"], color="0.88", linewidth=0, zorder=0)
        text = f"$k_{{50}}={where['location']:.0f}$ [{where['low']:.0f}, {where['high']:.0f}]"
        style.label_line(axes, where["low"], 0.22, text, ha="right", xytext=(-3, 0))
    style.proportions(axes, "latent_dimension", success, color=style.METHOD["descent"], marker="o")
    style.published(axes, [k.min() - 2, 102], [1, 0])
    style.label_line(axes, 2, 0, "diamonds: HHHV, Fig. 1 (axes alone)", "black")
    axes.set_xlim(0, 107)
    axes.set_ylim(-0.05, 1.06)
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel(style.SUCCESS)


def amplification(k: Array, widths: Sequence[int], measurements: int) -> Array:
    """The relative error over the relative noise, root mean square over instances, in closed form
    (ours): sqrt((k/m) / ((1 - k/m) prod_l (1 - 2 k / n_l)))."""
    k = np.asarray(k, float)
    layers = np.prod([1 - 2 * k / n for n in widths], axis=0)
    return np.sqrt(k / measurements / ((1 - k / measurements) * layers))


def draw_levels(
    axes: Axes, levels: pd.DataFrame, noise: Mapping[str, Any], confidence: float
) -> None:
    """The error over the noise against k, all noise levels on one curve."""
    reach = stats.norm.ppf(0.5 + confidence / 2)  # in standard errors
    ratios = sorted(levels["snr"].unique())
    for number, snr in enumerate(ratios):
        one = levels[levels["snr"] == snr]
        tau = 10 ** (-snr / 10)
        axes.errorbar(
            one["latent_dimension"] + 1.2 * (number - (len(ratios) - 1) / 2),
            one["mean"] / tau,
            yerr=reach * one["sem"] / tau,
            linestyle="none",
            capsize=1.5,
            elinewidth=0.9,
            color=style.PALETTE[number],
            marker=style.MARKERS[number],
            label=f"SNR {snr:g}",
        )
    k = levels["latent_dimension"]
    fine = np.linspace(1, min(k.max() + 5, 0.49 * min(noise["widths"])), 100)
    closed = amplification(fine, noise["widths"], noise["measurements"])
    style.predicted(axes, fine, closed)
    style.label_line(
        axes,
        fine[60],
        closed[60],
        r"$\sqrt{\frac{k/m}{(1-k/m)\,\Pi_l(1-2k/n_l)}}$",
        xytext=(6, -22),
        fontsize=style.NOTE_SIZE + 2.5,
    )
    if k.max() >= 50:
        style.published(axes, [8, 52], [0.2, 1.0], "HHHV, Fig. 2: 0.2 to 1 (axes)", xytext=(4, -10))
    axes.set_xlim(0, None)
    axes.set_ylim(0, None)
    axes.set_xlabel("latent dimension $k$")
    axes.set_ylabel(r"relative error over relative noise")
    axes.legend(loc="upper left")


def draw_paths(axes: Axes, paths: pd.DataFrame, curves: pd.DataFrame, k: int) -> None:
    """Median error against iteration with noise, and without for every k."""
    end = paths["iteration"].max()
    for number, (snr, one) in enumerate(paths.groupby("snr", sort=True)):
        quiet = np.isinf(snr)
        colour = "0.1" if quiet else style.PALETTE[number]
        axes.plot(one["iteration"], one["median_error"], color=colour)
        last = one["median_error"].clip(lower=FLOOR).iloc[-1]
        text = "no noise" if quiet else f"SNR {snr:g}"
        place = {"xytext": (3, 0), "va": "center"}
        if number == 0:  # where the slower curve passes at the right
            place = {"xytext": (-10, -2), "va": "top", "ha": "right"}
        style.label_line(
            axes, end, last, text if number == 0 else f"$k={k}$, {text}", colour, **place
        )
    for size, runs in curves.groupby("latent_dimension"):
        if size == k:
            continue
        wide = runs.pivot(index="iteration", columns="trial", values="relative_error").ffill()
        median = wide.median(axis=1)
        median = median[median.index <= 3 * end]
        axes.plot(median.index, median, color="0.1", linestyle="-.")
        middle = len(median) // 2
        style.label_line(
            axes, median.index[middle], median.iloc[middle], f"$k={size}$, no noise", "0.1"
        )
    axes.set_yscale("log")
    axes.set_ylim(FLOOR, 10)
    axes.set_xlim(0, None)
    axes.set_xlabel("iteration $i$")
    axes.set_ylabel(r"median of $\|x_i-x_0\|/\|x_0\|$")


def draw_rates(axes: Axes, curves: pd.DataFrame) -> None:
    """One curve a network at its largest step below HHHV's, against nu i / 2^d, and HHHV's rate."""
    curves = curves[curves["step"] == curves.groupby("shape")["step"].transform("max")]
    reach = 0.0
    keys = ["latent_dimension", "measurements", "shape", "step", "depth"]
    for number, ((_, m, shape, step, depth), table) in enumerate(curves.groupby(keys, sort=True)):
        time = table["iteration"] * step / 2**depth
        every = max(1, int(np.searchsorted(time, 6)))
        axes.plot(
            time,
            table["median_error"],
            color=style.PALETTE[number],
            marker=style.MARKERS[number],
            markevery=every,
            label=f"{shape}, $m={m}$",
        )
        reach = max(reach, float(time[table["median_error"] > 1e-14].max()))
        fraction = step / 2**depth
    line = np.linspace(0, reach, 50)
    rate = np.log(1 - 7 / 8 * fraction) / fraction
    style.predicted(axes, line, np.exp(rate * line))
    words = "dashed: rate\nof HHHV's\nThm 3.1\n(recalled)"
    style.label_line(axes, 0, FLOOR, words, xytext=(3, 3))
    axes.set_xlim(0, reach)
    axes.set_yscale("log")
    axes.set_ylim(FLOOR, 10)
    axes.set_xlabel(r"$\nu i/2^d$")
    axes.set_ylabel(r"median of $\|x_i-x_0\|/\|x_0\|$")
    axes.legend(loc="upper right", fontsize=style.NOTE_SIZE)
