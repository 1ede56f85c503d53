"""The points of the studies of what is possible, for figures."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from genprior.statistics.estimates import located, transition
from genprior.statistics.points import judged, points
from genprior.statistics.transitions import Transition

CURVE = ["method", "depth", "expansivity", "latent_dimension"]


def tables(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """One table a study, and where success passes one half.

    Args:
        rows: each study's rows.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    confidence = settings["statistics"]["confidence"]
    trials = proved(rows["growth"], settings["success"]["relative_error"])
    return {
        "thresholds": rows["thresholds"],
        "errors": errors(rows["errors"]),
        "growth": points(trials, [*CURVE, "measurements"], confidence),
        "transitions": pd.DataFrame(
            [
                cell
                | {"status": fit.status, "trials": len(group)}
                | {"location": place.value, "low": place.low, "high": place.high}
                | {"step_rule": group["step_rule"].iloc[0]}
                for cell, group, fit in transitions(trials, confidence)
                for place in [located(fit, len(group), 1 / cell["latent_dimension"])]
            ]
        ),
    }


def proved(trials: pd.DataFrame, relative_error: float) -> pd.DataFrame:
    """Trials with ``success``: descent's is its certificate, AMP's its error."""
    trials, descends = judged(trials, relative_error), trials["method"] == "descent"
    trials["success"] = trials["success"].where(~descends, trials["certified"].eq(True))
    return trials


def transitions(
    trials: pd.DataFrame, confidence: float
) -> Iterator[tuple[dict[str, Any], pd.DataFrame, Transition]]:
    """Every curve of success along m with its fit: its cell, its trials, where it passes 1/2."""
    for cell, group in trials.groupby(CURVE, sort=True):
        if group["measurements"].nunique() > 2:
            fit = transition(group, "measurements", confidence, ["shape", "trial"])
            yield dict(zip(CURVE, cell, strict=True)), group, fit


def errors(runs: pd.DataFrame) -> pd.DataFrame:
    """The median error by iteration with quartiles, and the prediction."""
    keys = ["depth", "expansivity", "latent_dimension", "measurements", "iteration", "predicted"]
    groups = runs.groupby(keys, sort=True)["relative_error"]
    return (
        groups.quantile([0.25, 0.5, 0.75])
        .unstack()
        .set_axis(["low", "median", "high"], axis=1)
        .reset_index()
    )
