"""What becomes of runs: certified outcomes along the expansivity, and the kinks' codimension."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from genprior.experiments.summaries import judged
from genprior.figures import small_print, style
from genprior.figures.conditions import conditions, step_of

TITLE = "what becomes of runs, by proof: recovery, kink minima, dead layers, smooth minima"
CATEGORY = "What becomes of a run"
NEEDS = {"recoveries": "recoveries/measurements-d2/", "outcomes": "outcomes/measurements-d2/"}
CLAIMS = ["OWN-kinks", "OWN-smooth", "OWN-threshold", "OWN-certified", "OWN-decided"]
SETTINGS = ["experiments.measurements-d2", "descent", "success"]
CAPTION = """What becomes of runs of gradient descent at d = 2, by proof. (a) to (c) The shares of
runs that converge to x0, end at kink minima, at minima of a network that passes on too few
dimensions ("dead"), at smooth minima other than x0, or stay undecided, against the expansivity, at three m/k.
(d) How many pre-activations vanish at the kink minima: medians with deciles. A kink certificate
proves a local minimum near the run's end, not that the run stays there for ever."""

WORDS = {
    "recovery": "recovery",
    "smooth": "smooth minimum",
    "kink": "kink minimum",
    "dead": "dead layers",
    "zero": "shrinks to 0",
    "undecided": "undecided",
}
WANTED = (1, 2, 6)  # m/k of the panels, as near as the grid has them


def draw(tables: Mapping[str, Any], settings: Mapping[str, Any]) -> Figure:
    """Shares of the outcomes along the expansivity at three m/k; the kinks' codimension."""
    trials = judged(tables["recoveries"], tables["outcomes"], **settings["success"])
    depth, k = int(trials["depth"].iloc[0]), int(trials["latent_dimension"].iloc[0])
    given = trials["measurement_ratio"].unique()
    ratios = sorted({min(given, key=lambda one: abs(one - wanted)) for wanted in WANTED})
    figure, panels = style.new_figure(style.PAGE, 3.3, len(ratios) + 1)
    for axes, ratio in zip(panels, ratios, strict=False):
        composition(axes, trials[trials["measurement_ratio"] == ratio])
    codimensions(panels[-1], trials[trials["outcome"] == "kink"], trials["expansivity"].unique())
    style.letters(panels, [f"$m/k={ratio:g}$" for ratio in ratios])
    panels[0].set_ylabel("share of runs")
    for axes in panels:
        axes.set_xlabel(style.EXPANSIVITY)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside right center", fontsize=style.NOTE_SIZE + 0.5, reverse=True
    )
    style.finding(figure, message(trials))
    style.verdicts(figure, tables["claims"].values())
    differ = int((trials["certified"] != trials["below_threshold"]).sum())
    text = small_print.joined(
        rf"$d={depth}$, $k={k}$",
        "minima are flat where $m<k$",
        "(d) all $m/k$, medians with deciles",
        f"threshold and certificate differ on {differ:,} of {len(trials):,} runs",
        conditions(settings, SETTINGS[:1], step_of(trials)),
    )
    style.note(figure, text)
    return figure


def message(trials: pd.DataFrame) -> str:
    """How the failures that are decided are made up."""
    failures = trials[~trials["outcome"].isin(["recovery", "undecided"])]["outcome"]
    if failures.empty:
        return "No failure is decided"
    shares = failures.value_counts(normalize=True).reindex(["kink", "dead", "smooth"], fill_value=0)
    undecided = (trials["outcome"] == "undecided").mean()
    return (
        f"Of {len(failures):,} failures that are decided {shares['kink']:.0%} end at kink minima, "
        f"{shares['dead']:.0%} behind dead layers and {shares['smooth']:.0%} at smooth minima; "
        f"{undecided:.0%} of all runs stay undecided"
    )


def composition(axes: Axes, trials: pd.DataFrame) -> None:
    """A stacked bar an expansivity, one beside the other."""
    shares = pd.crosstab(trials["expansivity"], trials["outcome"], normalize="index")
    shares = shares.reindex(columns=list(WORDS), fill_value=0.0).sort_index()
    place, bottom = np.arange(len(shares)), np.zeros(len(shares))
    for kind, words in WORDS.items():
        axes.bar(
            place,
            shares[kind],
            bottom=bottom,
            width=1.0,
            color=style.OUTCOME[kind],
            edgecolor="0.35",
            linewidth=0.3,
            hatch=style.OUTCOME_HATCHES.get(kind),
            label=words,
        )
        bottom += shares[kind].to_numpy()
    axes.set_xticks(place, [f"{e:g}" for e in shares.index], fontsize=style.NOTE_SIZE)
    axes.set_xlim(-0.5, len(shares) - 0.5)
    axes.set_ylim(0, 1)


def codimensions(axes: Axes, kinks: pd.DataFrame, expansivities: Sequence[float]) -> None:
    """The codimension of kink minima against the expansivity."""
    groups = kinks.groupby("expansivity")["codimension"]
    middle, low, high = groups.median(), groups.quantile(0.1), groups.quantile(0.9)
    axes.errorbar(
        middle.index,
        middle,
        yerr=[middle - low, high - middle],
        fmt=style.OUTCOME_MARKERS["kink"],
        color=style.legible(style.OUTCOME["kink"]),
        capsize=1.5,
        elinewidth=0.8,
    )
    axes.set_xscale("log")
    axes.set_xlim(style.log_edges(sorted(expansivities))[[0, -1]])
    axes.set_ylim(0, None)
    axes.yaxis.get_major_locator().set_params(integer=True)
    style.plain_ticks(axes.xaxis, [1, 1.5, 2, 3, 5, 8])
    axes.set_ylabel("codimension of the kink")
