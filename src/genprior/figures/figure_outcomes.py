"""Where and why runs fail: the certified outcomes over expansivity and m/k."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.experiments.summaries import judged
from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of
from genprior.model.theory import rho

TITLE = "where and why runs fail, by proof: kink minima, dead layers, smooth minima"
CATEGORY = "What becomes of a run"
NEEDS = {"recoveries": "recoveries/measurements-d2/", "outcomes": "outcomes/measurements-d2/"}
CLAIMS = ["OWN-kinks", "OWN-threshold", "OWN-certified", "OWN-decided"]
SETTINGS = ["experiments.measurements-d2", "descent", "success"]
CAPTION = """What becomes of runs of gradient descent at d = 2, by proof. Top: the share of runs
that end at kink minima, at minima of a network that passes on too few dimensions ("dead"), at
smooth minima other than x0, and undecided. Bottom, from the left: how many pre-activations vanish
at the certified failures; where these lie relative to the line through x0; how far they are from x0
and from -rho_2 x0; and where the success threshold and the certificate disagree. A kink certificate
proves a local minimum near the run's end, not that the run stays there for ever."""

CLASSES = {
    "kink": ("kink minimum", style.PALETTE[3], "o"),
    "dead": ("dead layers", style.PALETTE[7], "s"),
    "smooth": ("smooth minimum", style.PALETTE[0], "^"),
}
CELL = ["expansivity", "measurement_ratio"]


def share_map(axes: Axes, trials: pd.DataFrame, kind: str):
    """The share of each cell's runs that end in one class."""
    shares = (trials["outcome"] == kind).groupby([trials[name] for name in CELL]).mean()
    return style.probability_map(axes, shares.rename("proportion").reset_index(), *CELL)


def disagreement_map(axes: Axes, trials: pd.DataFrame) -> None:
    """Runs that only the certificate calls recoveries, and runs that only the threshold does."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    for name, wrong, colour, marker, shift in [
        ("certificate only", trials["certified"] & ~trials["below_threshold"], 2, "o", 0.96),
        ("threshold only", trials["below_threshold"] & ~trials["certified"], 1, "D", 1.04),
    ]:
        counts = wrong.groupby([trials[column] for column in CELL]).sum().reset_index(name="runs")
        some = counts[counts["runs"] > 0]
        axes.scatter(
            some["expansivity"] * shift,
            some["measurement_ratio"],
            s=8.0 * some["runs"],
            color=style.PALETTE[colour],
            marker=marker,
            linewidth=0,
            alpha=0.8,
            label=f"{name}: {int(wrong.sum())}",
        )
    recovered = trials.groupby(CELL)["certified"].mean().unstack(0)
    if min(recovered.shape) > 1:
        axes.contour(
            recovered.columns, recovered.index, recovered, [0.5], colors="0.6", linewidths=0.8
        )
    axes.set_xlim(style.log_edges(sorted(trials["expansivity"].unique()))[[0, -1]])
    axes.set_ylim(style.log_edges(sorted(trials["measurement_ratio"].unique()))[[0, -1]])


def codimensions(axes: Axes, trials: pd.DataFrame) -> None:
    """The distribution of the codimension at each expansivity."""
    failures = trials[trials["outcome"].isin(["kink", "dead"])]
    for kind in ("kink", "dead"):
        label, colour, marker = CLASSES[kind]
        groups = failures[failures["outcome"] == kind].groupby("expansivity")["codimension"]
        middle = groups.median()
        low, high = groups.quantile(0.1), groups.quantile(0.9)
        axes.errorbar(
            middle.index * (0.97 if kind == "kink" else 1.03),
            middle,
            yerr=[middle - low, high - middle],
            fmt=marker,
            color=colour,
            capsize=1.5,
            elinewidth=0.8,
            label=label,
        )
    axes.set_xscale("log")
    label, colour, marker = CLASSES["smooth"]
    axes.plot([], [], marker, color=colour, label=label)
    axes.set_ylim(-0.4, 1.6 * axes.get_ylim()[1])
    axes.yaxis.get_major_locator().set_params(integer=True)


def positions(axes: Axes, failures: pd.DataFrame, depth: int) -> None:
    """Where the certified failures lie: along x0 and off its line."""
    for kind, (_, colour, marker) in CLASSES.items():
        some = failures[failures["outcome"] == kind]
        axes.plot(
            some["along"], some["off"], marker, color=colour, markersize=1.6, alpha=0.5, mew=0
        )
    for place, text, side in [
        (1.0, "$x_0$", "center"),
        (-rho(depth), rf"$-\rho_{depth} x_0$", "right"),
        (0.0, "$0$", "left"),
    ]:
        axes.plot([place], [0], "*", color="black", markersize=5, clip_on=False, zorder=5)
        axes.annotate(text, (place, 0), (0, 4), textcoords="offset points", fontsize=6, ha=side)
    axes.set_ylim(0, float(failures["off"].quantile(0.99)) * 1.1)
    low, high = failures["along"].quantile([0.01, 0.99])
    axes.set_xlim(min(low, -rho(depth)) - 0.3, max(high, 1.0) + 0.3)


def distances(axes: Axes, failures: pd.DataFrame) -> None:
    """The distribution of the distance to x0 and to -rho_d x0, by class."""
    for kind, (_, colour, _) in CLASSES.items():
        some = failures[failures["outcome"] == kind]
        for column, dashes in (("point_error", "-"), ("distance_to_mirror", ":")):
            values = np.sort(some[column].to_numpy())
            ranks = np.arange(1, len(values) + 1) / max(len(values), 1)
            axes.step(values, ranks, dashes, color=colour, linewidth=0.9, where="post")
    axes.plot([], [], "-", color="0.3", label="from $x_0$")
    axes.plot([], [], ":", color="0.3", label="from mirror")
    axes.set_xlim(0, float(failures["point_error"].quantile(0.98)) * 1.8)
    axes.set_ylim(0, 1.02)


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Maps of the classes of failure; below them codimension, position, distance, disagreement."""
    trials = judged(tables["recoveries"], tables["outcomes"], **settings["success"])
    depth, k = int(trials["depth"].iloc[0]), int(trials["latent_dimension"].iloc[0])
    figure, panels = style.new_figure(style.PAGE, 4.3, 4, 2)
    failures = trials[trials["outcome"].isin(CLASSES)]
    for axes, kind in zip(panels[0], [*CLASSES, "undecided"], strict=True):
        mesh = share_map(axes, trials, kind)
        title = CLASSES[kind][0] if kind in CLASSES else kind
        axes.set_title(f"{title}: {int((trials['outcome'] == kind).sum())}")
    figure.colorbar(mesh, ax=panels[0], label="share of runs", pad=0.01, aspect=20)
    codimensions(panels[1, 0], trials)
    positions(panels[1, 1], failures, depth)
    distances(panels[1, 2], failures)
    disagreement_map(panels[1, 3], trials)
    for axes in (*panels[0], panels[1, 0], panels[1, 3]):
        axes.set_xlabel(style.EXPANSIVITY)
        style.plain_ticks(axes.xaxis, [1, 2, 4, 8])
    for axes in (*panels[0], panels[1, 3]):
        style.plain_ticks(axes.yaxis, [0.5, 1, 2, 4, 8])
    panels[0, 0].set_ylabel("$m/k$")
    panels[1, 3].set_ylabel("$m/k$")
    panels[1, 0].set_ylabel("vanishing pre-activations")
    panels[1, 0].legend(loc="upper left", handletextpad=0.1, borderaxespad=0.2)
    panels[1, 1].set_xlabel(r"along $x_0$, in $\|x_0\|$")
    panels[1, 1].set_ylabel(r"off its line, in $\|x_0\|$")
    panels[1, 2].set_xlabel(r"distance in $\|x_0\|$")
    panels[1, 2].set_ylabel("share of the class")
    panels[1, 2].legend(loc="lower right", handlelength=1.2)
    panels[1, 3].set_title("readings that differ")
    for handle in panels[1, 3].legend(loc="lower right", handletextpad=0.1).legend_handles:
        handle.set_sizes([12])
    recovered = int((trials["outcome"] == "recovery").sum())
    shrunk = int((trials["outcome"] == "zero").sum())
    text = small_print.joined(
        rf"$d={depth}$, $k={k}$",
        rf"of {len(trials):,} runs {recovered:,} converge to $x_0$ and {shrunk} shrink to 0",
        "minima are flat where $m<k$",
        "bars: deciles",
        "grey line: half recover",
        "symbols grow with the number of runs",
        rf"mirror: $-\rho_{depth} x_0$",
        conditions(settings, SETTINGS[:1], step_of(trials)),
    )
    style.note(figure, text)
    return figure
