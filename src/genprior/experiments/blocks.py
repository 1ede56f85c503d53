"""A block, the cells and trials of one job, with its instances and their rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from genprior.experiments.grid import Cell, group_cells_by_shape
from genprior.model.instances import Instance, digest, instances
from genprior.types import Row


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


def block_from_params(
    params: Mapping[str, Any], allotment: Sequence[Mapping[str, Any]] | None = None
) -> Block:
    """The inverse of ``block_params``, tolerant of tuples that became lists on the way.

    Args:
        params: the block as JSON.
        allotment: the rows of its round's allocation (``rounds.allotment``), if it has one.
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


def identity_row(cell: Cell, trial: int) -> Row:
    """What a trial is: the columns that all tables of trials share."""
    return {
        "shape": "-".join(map(str, cell.shape)),
        "depth": cell.depth,
        "latent_dimension": cell.latent_dimension,
        "expansivity": cell.expansivity,
        "sensing": cell.law,
        "measurements": cell.measurements,
        "trial": trial,
    }


def block_instances(seed: int, block: Block) -> Iterator[tuple[Cell, int, Instance]]:
    """The instances of a block: by network, then by trial, then by m."""
    for shape in group_cells_by_shape(block.cells):
        for trial in block.trials:
            cells = [cell for cell in block.cells_at(trial) if cell.shape == shape]
            if not cells:
                continue
            counts = [cell.measurements for cell in cells]
            drawn = instances(seed, cells[0].law, shape, trial, counts)
            for cell, one in zip(cells, drawn, strict=True):
                yield cell, trial, one


def instance_rows(seed: int, block: Block) -> list[Row]:
    """Identity, seed and digest of every instance of a block."""
    return [
        identity_row(cell, trial) | {"seed": str(seed), "digest": digest(one)}
        for cell, trial, one in block_instances(seed, block)
    ]
