"""What the success of the main experiments depends on, as small print."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import pandas as pd

from genprior.figures import small_print

SENSING = {
    "gaussian": r"$A_{ij}\sim N(0,1/m)$",
    "rademacher": r"$A_{ij}=\pm m^{-1/2}$",
    "identity": small_print.INVERSION,
}
DESCENTS = ("descent", "descent-to-proof")
FILES = {"weights", "matrix"}
AS_STATED = "step as stated"  # in the panels


def conditions(settings: Mapping[str, Any], experiments: Sequence[str], step: str) -> str:
    """Weights, sensing, descent, success and trials of a figure's experiments.

    Args:
        settings: of the figure: its experiments, ``descent`` and ``success``.
        experiments: the dotted keys of the experiments; the first speaks for all but the trials.
        step: the phrase about the step (``step_of``).
    """
    several = [settings[key] for key in experiments]
    allocated = any("allocation" in experiment for experiment in several)
    return small_print.joined(
        descents(settings, experiments[0], step),
        success(settings["success"]),
        small_print.trials([experiment["trials"] for experiment in several])
        + (" on average, more near one half" if allocated else ""),
    )


def descents(settings: Mapping[str, Any], experiment: str, step: str) -> str:
    """Weights, sensing and descent of one experiment: all that its runs depend on.

    Args:
        settings: of the figure: its experiment and ``descent``.
        experiment: its dotted key.
        step: the phrase about the step (``step_of``).
    """
    chosen = settings[experiment]
    descent = settings["descent"] | chosen.get("descent", {})
    if not descends(chosen):
        return small_print.joined(*instance(chosen), *method(chosen))
    return small_print.joined(
        *instance(chosen),
        *method(chosen),
        step,
        small_print.check(descent["negation_check"]),
        small_print.cap(descent["max_iterations"]),
    )


def descends(chosen: Mapping[str, Any]) -> bool:
    """Whether an experiment's method is a descent, to which the settings of descent apply."""
    given = chosen.get("method", "descent")
    return (given if isinstance(given, str) else given["name"]) in DESCENTS


def method(chosen: Mapping[str, Any]) -> list[str]:
    """An experiment's method with its settings; nothing for descent, which needs no word."""
    given = chosen.get("method", "descent")
    name, settings = (given, {}) if isinstance(given, str) else (given["name"], given)
    if name == "descent":
        return []
    rest = {key.replace("_", " "): one for key, one in settings.items() if key != "name"}
    return [f"method: {in_words(name)}", *(f"{key} {in_words(one)}" for key, one in rest.items())]


def instance(chosen: Mapping[str, Any]) -> tuple[str, str, str]:
    """The laws of an experiment's weights and sensing, code and start, or where they are from."""
    sensing, network = chosen["sensing"], chosen.get("network")
    known = isinstance(sensing, str) and sensing in SENSING
    return (
        small_print.WEIGHTS if network is None else f"weights: {in_words(network)}",
        SENSING[sensing] if known else f"$A$: {in_words(sensing)}",
        small_print.CODE_AND_START,
    )


def in_words(value: Any) -> str:
    """A value of the configuration as plain text in a figure, where a dollar begins no formula and
    a semicolon no phrase."""
    if isinstance(value, Mapping):
        named = {key: in_words(one) for key, one in value.items() if key != "digest"}
        named |= {key: PurePath(named[key]).name for key in FILES & named.keys()}
        alone = {"law"} | FILES  # which say enough without their key
        return ", ".join(one if key in alone else f"{key} {one}" for key, one in named.items())
    return str(value).replace("$", r"\$").replace(";", ",")


def success(settings: Mapping[str, Any]) -> str:
    """What counts as success, as configured under ``success``."""
    if settings["judged_by"] == "certificate":
        return "success: certified convergence to $x_0$"
    return small_print.success(settings["relative_error"])


def step_of(table: pd.DataFrame) -> str:
    """The step of a table's rows: one rule, or one rule a depth."""
    depths = table.groupby("step_rule", sort=False)["depth"].unique()
    if len(depths) == 1:
        return f"step {small_print.step(depths.index[0])}"
    return "step " + ", ".join(
        f"{small_print.step(rule)} at $d={','.join(map(str, where))}$"
        for rule, where in depths.items()
    )
