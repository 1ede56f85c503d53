"""From the configuration's key ``landscape`` to cells, and to the one job of each grid of cells."""

from collections.abc import Mapping
from typing import Any

from genprior.experiments.blocks import Block
from genprior.experiments.grid import cells_of
from genprior.experiments.jobs import block_params
from genprior.studies.plans import Part, Study

TABLES = ("cells", "trends", "ends", "shares")
# Studies whose rows are those of another study's module.
SHARED = {"effort": "drift", "minima": "census", "second": "census", "negation": "census"}
Settings = Mapping[str, Any]


def grids(study: Settings) -> dict[str, Block]:
    """A study's grids of cells by name, ``grid-1`` and so on, each with all its trials.

    A grid is an experiment of ``genprior.experiments.grid`` but for three liberties: without
    ``measurement_ratio`` or ``measurements`` it has A = I, ``widths`` lists several networks, and
    ``trials`` of its own go before the study's.

    Raises:
        ValueError: if two points of a grid round to the same cell.
    """
    named = {}
    for number, networks in enumerate(study["networks"], start=1):
        sensed = "measurement_ratio" in networks or "measurements" in networks
        grid = {**networks, "sensing": "gaussian" if sensed else "identity"}
        alone = [grid | {"widths": widths} for widths in networks.get("widths", [])] or [grid]
        cells = [cell for experiment in alone for cell in cells_of(experiment)]
        name = f"grid-{number}"
        named[name] = Block(name, tuple(cells), 0, networks.get("trials", study["trials"]) - 1)
    return named


def grid_jobs(study: Settings) -> dict[str, list[Part]]:
    """One job a grid, of one part: its block and the study's own settings.

    A grid's own ``descent`` goes before the study's.  The radius of end points is no setting of
    rows, for it is applied to them later.
    """
    settings = {key: study[key] for key in study if key not in ("networks", "trials", "radius")}
    if "radius" in study and "search" in study:
        settings["radius"] = study["radius"]
    jobs = {}
    for (name, block), networks in zip(grids(study).items(), study["networks"], strict=True):
        own = networks.get("descent", {})
        chosen = settings | ({"descent": settings["descent"] | own} if own else {})
        jobs[name] = [{"block": block_params(block), "settings": chosen}]
    return jobs


def plane_jobs(plane: Settings, *keys: str) -> dict[str, list[Part]]:
    """One job, one part a network, with these keys of the configuration."""
    chosen = {key: plane[key] for key in keys}
    return {"plane": [{"widths": widths} | chosen for widths in plane["widths"]]}


def studies(config: Settings) -> dict[str, Study]:
    """The studies of the landscape."""
    landscape = config["landscape"]
    on_grids = {
        name: Study(SHARED.get(name, name), grid_jobs(study))
        for name, study in landscape.items()
        if name != "plane"
    }
    plane = landscape["plane"]
    return on_grids | {
        "risks": Study("risks", plane_jobs(plane, "extent", "resolution")),
        "paths": Study("paths", plane_jobs(plane, "extent", "starts", "descent")),
    }
