"""From the configuration's key ``landscape`` to cells, and to the one job of each grid of cells."""

from collections.abc import Mapping
from typing import Any

from genprior.experiments.blocks import Block
from genprior.experiments.grid import cells_of
from genprior.experiments.jobs import block_params

Settings = Mapping[str, Any]


def grids(study: Settings) -> dict[str, Block]:
    """A study's grids of cells by name, ``grid-1`` and so on, each with all its trials.

    A grid is an experiment of ``genprior.experiments.grid`` but for two liberties: without
    ``measurement_ratio`` or ``measurements`` it has A = I, and ``widths`` lists several networks.

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
        named[name] = Block(name, tuple(cells), 0, study["trials"] - 1)
    return named


def job(study: Settings, grid: str) -> dict[str, Any]:
    """All that one grid's rows depend on besides the seed, as JSON.

    A grid's own ``descent`` goes before the study's.
    """
    settings = {key: study[key] for key in study if key not in ("networks", "trials", "radius")}
    if "radius" in study and "search" in study:
        settings["radius"] = study["radius"]
    own = study["networks"][int(grid.removeprefix("grid-")) - 1].get("descent", {})
    if own:
        settings["descent"] = settings["descent"] | own
    return {"block": block_params(grids(study)[grid]), "settings": settings}
