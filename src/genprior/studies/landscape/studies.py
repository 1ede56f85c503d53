"""The studies whose rows are numbers of one random network: names, and what each measures."""

from collections.abc import Callable
from typing import Any

from genprior.experiments.blocks import Block, block_instances, identity_row
from genprior.model.instances import Instance, Role, stream
from genprior.studies.landscape.audit import shortest_direction
from genprior.studies.landscape.concentration import gram_values, isometry_values, layer_values
from genprior.studies.landscape.rays import largest_slope_at_zero, ray_minimiser, saddle_profile
from genprior.types import Row

Values = dict[str, float]
Settings = dict[str, Any]


def _gram(one: Instance, points, search, settings: Settings) -> Values:
    return gram_values(one.weights[0], points, settings["search"])


def _layers(one: Instance, points, search, settings: Settings) -> Values:
    return layer_values(one.weights, one.code, points, search, settings["points"])


def _isometry(one: Instance, points, search, settings: Settings) -> Values:
    return isometry_values(one.weights, one.sensing, points, settings["search"])


def _audit(one: Instance, points, search, settings: Settings) -> Values:
    network = one.weights, one.sensing, one.code
    effort = settings["search"]
    drawn, searched = shortest_direction(*network, points, radius=settings["radius"], **effort)
    slope_drawn, slope = largest_slope_at_zero(*network, search, effort["points"], effort["steps"])
    return {
        "shortest, drawn": drawn,
        "shortest, searched": searched,
        "slope at 0, drawn": slope_drawn,
        "slope at 0, searched": slope,
    }


def _rays(one: Instance, points, search, settings: Settings) -> Values:
    network = one.weights, one.sensing, one.code
    values = {"ray minimiser": ray_minimiser(*network, -one.code)}
    if len(one.weights) > 1:
        profile = saddle_profile(*network, points, settings["angles"])
        values |= {
            f"saddle profile at {angle:g}": float(value)
            for angle, value in zip(settings["angles"], profile, strict=True)
        }
    return values


STUDIES: dict[str, Callable[..., Values]] = {
    "gram": _gram,
    "layers": _layers,
    "isometry": _isometry,
    "audit": _audit,
    "rays": _rays,
}


def study_rows(
    study: str,
    seed: int,
    block: Block,
    settings: Settings,
    report: Callable[[int, int], None] = lambda done, of: None,
) -> list[Row]:
    """One row a network and measure.

    Args:
        study: a name in ``STUDIES``.
        seed: the configuration's seed.
        block: cells and trials.
        settings: the study's own settings.
        report: called with (networks done, networks in all).
    """
    rows: list[Row] = []
    total = len(block.cells) * len(block.trials)
    for done, (cell, trial, one) in enumerate(block_instances(seed, block), start=1):
        points = stream(seed, Role.LANDSCAPE_POINTS, one.shape, trial)
        search = stream(seed, Role.LANDSCAPE_SEARCH, one.shape, trial)
        values = STUDIES[study](one, points, search, settings)
        identity = identity_row(cell, trial)
        rows += [identity | {"measure": name, "value": value} for name, value in values.items()]
        report(done, total)
    return rows
