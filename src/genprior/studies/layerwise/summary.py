"""The layer-wise studies' points, for figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from genprior.statistics.points import judged, points, spread
from genprior.studies.layerwise.theory import inverted, inverted_layer
from genprior.types import Array


def tables(
    rows: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """One table a study.

    Args:
        rows: each study's rows.
        settings: ``success`` and ``statistics`` of the configuration.
    """
    error = settings["success"]["relative_error"]
    confidence = settings["statistics"]["confidence"]
    trials = {study: judged(rows[study], error) for study in ("noise", "layer", "depth", "subset")}
    return {
        "noise": noise(trials["noise"], confidence),
        "comparison": comparison(compared(rows["comparison"], error), confidence),
        "layer": layer(trials["layer"], confidence),
        "depth": depth(trials["depth"], confidence),
        "subset": points(trials["subset"], ["shape", "slope", "share"], confidence),
        "hardness": hardness(rows["hardness"]),
    }


def noise(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Points with the median noise and the median seconds."""
    keys = ["shape", "slope", "law", "method", "level"]
    table, groups = points(trials, keys, confidence), trials.groupby(keys, sort=True)
    return table.assign(
        **{column: groups[column].median().to_numpy() for column in ("relative_noise", "seconds")}
    )


def layer(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Points beside the share that the closed form expects."""
    table = points(trials, ["inputs", "latent_dimension", "ratio"], confidence)
    cells = zip(table["inputs"], table["latent_dimension"], table["ratio"], strict=True)
    return table.assign(
        expected=[inverted_layer(inputs, int(k), round(ratio * k)) for inputs, k, ratio in cells]
    )


def depth(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Points beside the share that the closed form expects."""
    keys = ["expansivity", "depth", "latent_dimension"]
    shapes = trials.groupby(keys, sort=True)["shape"].first()
    return points(trials, keys, confidence).assign(expected=expected_shares(shapes).to_numpy())


def expected_shares(shapes: pd.Series) -> pd.Series:
    """The share of networks of each shape, such as 5-15-45, that the closed form expects."""
    return shapes.map(lambda shape: inverted(tuple(map(int, shape.split("-")))))


def comparison(trials: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Points of every method with quartiles of the seconds, from ``compared`` trials."""
    keys = ["method", "latent_dimension"]
    return points(trials, keys, confidence).assign(**spread(trials, keys, "seconds"))


def compared(rows: pd.DataFrame, relative_error: float) -> pd.DataFrame:
    """The comparison's trials with ``success``, and descent also judged in the others' time.

    The certificate's success is its proof and not its error.
    """
    trials = judged(rows, relative_error)
    proved = trials["method"] == "certificate"
    trials["success"] = trials["success"].where(~proved, trials["status"] == "recovery")
    return pd.concat([trials, *_in_time_of(trials)], ignore_index=True)


def _in_time_of(trials: pd.DataFrame) -> list[pd.DataFrame]:
    """Descent under the long cap, judged after the seconds that a direct method took there.

    A run's iterations are taken to cost the same each.  The clock makes these rows depend on the
    machine, which no other result does.
    """
    identity = ["latent_dimension", "trial"]
    descent = trials[trials["method"] == "descent-long"].set_index(identity)
    in_time = []
    for other in ("linear-program", "least-squares"):
        allowed = trials[trials["method"] == other].set_index(identity)["seconds"]
        per_iteration = descent["seconds"] / descent["iterations"].clip(lower=1)
        reached = descent["iterations_to_success"] >= 0
        needed = descent["iterations_to_success"] * per_iteration
        within = descent.assign(
            success=reached & (needed <= allowed.reindex(descent.index)),
            method=f"descent-in-time-of-{other}",
            seconds=allowed.reindex(descent.index),
        )
        in_time.append(within.reset_index())
    return in_time


def agreement(formulas: pd.DataFrame) -> Array:
    """Whether inversion and brute force agree on each formula, in all ways that were tried."""
    agree = (
        (formulas["satisfiable"] == formulas["invertible"])
        & (formulas["invertible"] == formulas["witness"])
        & formulas["assignments_agree"]
    )
    return agree.to_numpy()


def hardness(formulas: pd.DataFrame) -> pd.DataFrame:
    """How many formulas of each kind agreed, and how many were satisfiable."""
    return (
        formulas.assign(agree=agreement(formulas))
        .groupby(["family", "variables", "clauses"], sort=True)
        .agg(
            trials=("agree", "size"),
            agreements=("agree", "sum"),
            satisfiable=("satisfiable", "sum"),
        )
        .reset_index()
    )
