"""Cells: the points of a grid, each identified by what it is and never by where it stands."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from genprior.model.laws import label, law_text, measures_all, own_text

MOST_CELLS = 100_000  # of a grid; a run of more would never end
TOO_MANY_CELLS = f"the grid has more than {MOST_CELLS} cells"


@dataclass(frozen=True)
class Cell:
    """One point of a grid.

    Attributes:
        shape: (k, n_1, ..., n_d).
        law: the laws of A and of the network, as one text (``model.laws.label``).
        measurements: m.
        expansivity: the nominal n_i / n_{i-1} that the shape was rounded from, or None where the
            widths are given.
    """

    shape: tuple[int, ...]
    law: str
    measurements: int
    expansivity: float | None

    @property
    def latent_dimension(self) -> int:
        return self.shape[0]

    @property
    def depth(self) -> int:
        return len(self.shape) - 1


def expansive_shape(latent_dimension: int, expansivity: float, depth: int) -> tuple[int, ...]:
    """(k, k e, k e^2, ..., k e^d), each width rounded to the nearest integer."""
    return tuple(round(latent_dimension * expansivity**i) for i in range(depth + 1))


def label_of(experiment: Mapping[str, Any]) -> str:
    """The laws of an experiment, as one text; files are named by their digests."""
    return label(*(_text(experiment.get(key, "gaussian")) for key in ("sensing", "network")))


def _text(given: str | Mapping[str, Any]) -> str:
    if isinstance(given, str):
        return law_text(given)
    if "digest" in given:
        return own_text(given["digest"])
    return law_text(given["law"], given.get("density"))


def files_of(experiment: Mapping[str, Any]) -> dict[str, str]:
    """The files of an experiment's own network and sensing matrix, as far as it has any."""
    network, sensing = experiment.get("network"), experiment["sensing"]
    found = {}
    if isinstance(network, Mapping) and "weights" in network:
        found["weights"] = network["weights"]
    if isinstance(sensing, Mapping) and "matrix" in sensing:
        found["matrix"] = sensing["matrix"]
    return found


def cells_of(experiment: Mapping[str, Any]) -> list[Cell]:
    """Every cell of an experiment's grid, in the order latent dimension, network, m.

    Raises:
        ValueError: if two points of the grid round to the same cell, or there are too many.
    """
    axes = ("latent_dimension", "expansivity", "measurement_ratio", "measurements")
    if prod(len(experiment.get(axis, [0])) for axis in axes) > MOST_CELLS:
        raise ValueError(TOO_MANY_CELLS)
    cells, law = [], label_of(experiment)
    for k in experiment["latent_dimension"]:
        if "widths" in experiment:
            networks = [((k, *experiment["widths"]), None)]
        else:
            networks = [
                (expansive_shape(k, e, experiment["depth"]), float(e))
                for e in experiment["expansivity"]
            ]
        for shape, expansivity in networks:
            if measures_all(law):
                counts = [shape[-1]]
            elif "measurement_ratio" in experiment:
                counts = [round(k * ratio) for ratio in experiment["measurement_ratio"]]
            else:
                counts = experiment["measurements"]
            cells += [Cell(shape, law, m, expansivity) for m in counts]
    identities = [(cell.shape, cell.measurements) for cell in cells]
    twins = [identity for identity, count in Counter(identities).items() if count > 1]
    if twins:
        raise ValueError(
            f"two points of the grid are the same cell (shape, m) {sorted(twins)[0]}: "
            "grid values lie closer than one neuron or one measurement"
        )
    return cells


def group_cells_by_shape(cells: Sequence[Cell]) -> dict[tuple[int, ...], list[Cell]]:
    """Cells that share their network, in order: one drawing of the weights serves them all."""
    groups: dict[tuple[int, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.shape, []).append(cell)
    return groups
