"""From a configured experiment to its cells, and from cells to the blocks that jobs compute.

A cell is one point of an experiment's grid.  Its identity is what it *is* (shape, sensing law,
number of measurements), never where it stands in a grid.  A block is what one job computes: the
cells of one network shape or a few, or of one latent dimension or a few where the experiment varies
it, for a range of trials.  Where trials are allocated in rounds, a block belongs to one round, and
after the first that round's allocation says which of the block's trials each cell has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One point of a grid.

    Attributes:
        shape: (k, n_1, ..., n_d).
        law: the sensing law.
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


@dataclass(frozen=True)
class Block:
    """The cells and trials of one job; ``name`` identifies it within its experiment.

    Attributes:
        first_trial, last_trial: the trials of every cell.
        round: the round of allocation that the block belongs to, or None without allocation.
        allotted: the first trial of each cell and the one after its last, where a round's
            allocation says so; of these the block has the trials that lie in its own range.
    """

    name: str
    cells: tuple[Cell, ...]
    first_trial: int
    last_trial: int
    round: int | None = None
    allotted: tuple[tuple[int, int], ...] | None = None

    @property
    def trials(self) -> range:
        return range(self.first_trial, self.last_trial + 1)

    def cells_at(self, trial: int) -> tuple[Cell, ...]:
        """The cells that have this trial."""
        if self.allotted is None:
            return self.cells
        both = zip(self.cells, self.allotted, strict=True)
        return tuple(cell for cell, (first, after) in both if first <= trial < after)


def expansive_shape(latent_dimension: int, expansivity: float, depth: int) -> tuple[int, ...]:
    """(k, k e, k e^2, ..., k e^d), each width rounded to the nearest integer."""
    return tuple(round(latent_dimension * expansivity**i) for i in range(depth + 1))


def cells_of(experiment: Mapping[str, Any]) -> list[Cell]:
    """Every cell of an experiment's grid, in the order latent dimension, network, m.

    Raises:
        ValueError: if two points of the grid round to the same cell.
    """
    cells = []
    for k in experiment["latent_dimension"]:
        if "widths" in experiment:
            networks = [((k, *experiment["widths"]), None)]
        else:
            networks = [
                (expansive_shape(k, e, experiment["depth"]), float(e))
                for e in experiment["expansivity"]
            ]
        for shape, expansivity in networks:
            if experiment["sensing"] == "identity":
                counts = [shape[-1]]
            elif "measurement_ratio" in experiment:
                counts = [round(k * ratio) for ratio in experiment["measurement_ratio"]]
            else:
                counts = experiment["measurements"]
            cells += [Cell(shape, experiment["sensing"], m, expansivity) for m in counts]
    identities = [(cell.shape, cell.measurements) for cell in cells]
    twins = {identity for identity in identities if identities.count(identity) > 1}
    if twins:
        raise ValueError(
            f"two points of the grid are the same cell (shape, m) {sorted(twins)[0]}: "
            "grid values lie closer than one neuron or one measurement"
        )
    return cells


def blocks_of(
    experiment: Mapping[str, Any], trials_per_job: int, networks_per_job: int = 1
) -> dict[str, Block]:
    """An experiment's blocks by name, such as ``20-60-180.t000-024`` or ``k40.r1.t003-027``.

    With allocation, the blocks of a round after the first span every trial that a cell could get.

    Args:
        experiment: the experiment as configured.
        trials_per_job: how many trials of its cells a block holds at most.
        networks_per_job: how many network shapes, or latent dimensions where the experiment varies
            them, share a block at most; such a block is named from its first to its last.
    """
    groups: dict[str, list[Cell]] = {}
    by_latent_dimension = len(experiment["latent_dimension"]) > 1
    for cell in cells_of(experiment):
        name = f"k{cell.shape[0]}" if by_latent_dimension else "-".join(map(str, cell.shape))
        groups.setdefault(name, []).append(cell)
    blocks = {}
    for together in batched(groups, networks_per_job):
        ends = dict.fromkeys([together[0], together[-1]])
        cells = tuple(cell for name in together for cell in groups[name])
        for number, trials in rounds_of(experiment):
            for first in trials[::trials_per_job]:
                last = min(first + trials_per_job, trials.stop) - 1
                label = "_".join(ends) if number is None else f"{'_'.join(ends)}.r{number}"
                name = f"{label}.t{first:03d}-{last:03d}"
                blocks[name] = Block(name, cells, first, last, number)
    return blocks


def rounds_of(experiment: Mapping[str, Any]) -> list[tuple[int | None, range]]:
    """The rounds of an experiment with the trials that a cell can get in them; None: no rounds."""
    if "allocation" not in experiment:
        return [(None, range(experiment["trials"]))]
    first, most = experiment["allocation"]["first"], experiment["allocation"]["most"]
    later = range(1, experiment["allocation"]["rounds"])
    return [(0, range(first)), *((number, range(first, most)) for number in later)]


def batched(names: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Names in tuples of a size, the last perhaps shorter (itertools.batched, from Python 3.12)."""
    rest = iter(names)
    while batch := tuple(islice(rest, size)):
        yield batch


def block_params(block: Block) -> dict[str, Any]:
    """A block as JSON: all that its instances depend on besides the seed."""
    return {key: value for key, value in asdict(block).items() if value is not None}


def block_from_params(
    params: Mapping[str, Any], allotment: Sequence[Mapping[str, Any]] | None = None
) -> Block:
    """The inverse of ``block_params``, tolerant of tuples that became lists on the way.

    Args:
        params: the block as JSON.
        allotment: the rows of its round's allocation (``summaries.allotment``), if it has one.
    """
    cells = tuple(Cell(**(cell | {"shape": tuple(cell["shape"])})) for cell in params["cells"])
    block = Block(**params | {"cells": cells})
    if allotment is None:
        return block
    ranges = {
        (row["shape"], row["measurements"]): (row["first_trial"], row["next_trial"])
        for row in allotment
    }
    return replace(
        block,
        allotted=tuple(ranges["-".join(map(str, c.shape)), c.measurements] for c in cells),
    )


def transition_axes(experiment: Mapping[str, Any]) -> list[str]:
    """The axes along which success is a curve with a 50% point: those with three values or more.

    Where k varies together with another axis, the transition lies along the other axis and its
    location is a function of k.
    """
    counts = experiment.get("measurement_ratio", experiment.get("measurements", []))
    lengths = {"measurements": len(counts), "expansivity": len(experiment.get("expansivity", []))}
    axes = [axis for axis, length in lengths.items() if length >= 3]
    return axes or (["latent_dimension"] if len(experiment["latent_dimension"]) >= 3 else [])


def group_cells_by_shape(cells: Sequence[Cell]) -> dict[tuple[int, ...], list[Cell]]:
    """Cells that share their network, in order: one drawing of the weights serves them all."""
    groups: dict[tuple[int, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.shape, []).append(cell)
    return groups
