"""Error against iteration: at several signal-to-noise ratios (HHHV's Figure 3), and the rate."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.figures import small_print, style

TITLE = "error against iteration with noise (HHHV, Figure 3), and the rate without"
CATEGORY = "Noise"
NEEDS = {
    "points": "statistics/noise/paths.csv",
    "linear": "statistics/noise/linear.csv",
    "estimates": "claims/noise/linear.csv",
}
CLAIMS = ["HHHV-linear", "HHHV-rate"]
SETTINGS = ["noise.paths", "noise.linear", "descent.negation_check"]
CAPTION = """Relative error against iteration. Left: at three signal-to-noise ratios and without
noise, as in Figure 3 of Huang, Hand, Heckel and Voroninski (arXiv 1812.04176). Right: without
noise, at smaller steps, against nu i / 2^d, where the rate of their Theorem 3.1 is one line
(dashed). We recall that theorem and have not seen it in the paper's text; its constants are
confirmed in the proofs. It asks for a small multiple of the step 2^d/d^2 and for networks wide
enough for its two conditions."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Median error over trials: on the left a curve a ratio, on the right a curve a network.

    Args:
        tables: the studies' points, and the family's estimates.
        settings: the studies' sections, and whether descent checks for negation.
    """
    points = tables["points"]
    figure, (left, right) = style.new_figure(style.PAGE, 2.9, 2, sharey=True)
    for number, (snr, table) in enumerate(points.groupby("snr", sort=True)):
        label = "no noise" if np.isinf(snr) else f"SNR {snr:g}"
        left.plot(
            table["iteration"], table["median_error"], color=style.PALETTE[number], label=label
        )
    left.set_xlabel("iteration $i$")
    left.set_ylabel(r"median of $\|x_i-x_0\|/\|x_0\|$")
    left.set_title("with noise")
    left.legend(loc="upper right")
    _rates(right, tables["linear"], tables["estimates"])
    study, networks = settings["noise.paths"], settings["noise.linear"]["networks"]
    step = small_print.step(points["step_rule"].iloc[0])
    style.note(
        figure,
        small_print.joined(
            f"left: $k={study['latent_dimension']}$, {step}, {study['trials']} trials",
            small_print.SIGNAL_TO_NOISE,
            small_print.check(settings["descent.negation_check"]),
            f"right: medians of {style.span([one['trials'] for one in networks])} trials",
            "brackets: factor an iteration, fitted between errors of 1e-3 and 1e-12, over the "
            "theorem's (recalled)",
        ),
    )
    return figure


def _rates(axes: Axes, curves: pd.DataFrame, estimates: pd.DataFrame) -> None:
    """One curve a network at its largest step below HHHV's, against nu i / 2^d."""
    curves = curves[curves["step"] == curves.groupby("shape")["step"].transform("max")]
    rates = estimates[estimates["measure"] == "rate of convergence an iteration, fitted"]
    at = rates.set_index(["shape", "step_fraction"])
    keys = ["latent_dimension", "measurements", "shape", "step", "depth"]
    reach = 0.0
    for number, ((_, m, shape, step, depth), table) in enumerate(curves.groupby(keys, sort=True)):
        one = at.loc[(shape, step * depth**2 / 2**depth)]
        time = table["iteration"] * step / 2**depth
        axes.plot(
            time,
            table["median_error"],
            color=style.PALETTE[number],
            label=f"{shape}, $m={m}$ [{one['value']:.3f} / {one['reference']:.3f}]",
        )
        reach = max(reach, float(time[table["median_error"] > 1e-14].max()))
        theorem = np.log(one["reference"]) / (step / 2**depth)
    line = np.linspace(0, reach, 50)
    axes.plot(line, np.exp(theorem * line), color="0.4", linestyle="--", linewidth=0.8)
    axes.set_xlim(0, reach)
    axes.set_yscale("log")
    axes.set_ylim(1e-16, 3)
    axes.set_xlabel(r"$\nu i/2^d$")
    axes.set_title("without noise, smaller steps")
    axes.legend(loc="upper right", fontsize=6)
