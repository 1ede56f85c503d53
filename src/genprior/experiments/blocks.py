"""A block, the cells and trials of one job, with its instances and their rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from genprior.experiments.grid import Cell, group_cells_by_shape
from genprior.model.instances import Instance, array_digest, digest, instances, network_digest
from genprior.model.laws import laws_of, named
from genprior.model.networks import Network
from genprior.model.stored import read_network, read_sensing, require_digest
from genprior.types import Array, Row


@dataclass(frozen=True)
class Block:
    """The cells and trials of one job; ``name`` identifies it within its experiment.

    Attributes:
        first_trial, last_trial: the trials of every cell.
        round: the round of allocation that the block belongs to, or None without allocation.
        allotted: the first trial of each cell and the one after its last, where a round's
            allocation says so; of these the block has the trials that lie in its own range.
        weights, matrix: the files of a network and of a sensing matrix of one's own, relative to
            the working directory; their digests stand in the cells' laws.
    """

    name: str
    cells: tuple[Cell, ...]
    first_trial: int
    last_trial: int
    round: int | None = None
    allotted: tuple[tuple[int, int], ...] | None = None
    weights: str | None = None
    matrix: str | None = None

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


class Own(TypedDict):
    """A network and a sensing matrix of one's own, None for what is random."""

    network: Network | None
    matrix: Array | None


def own_of(law: str, weights: str | None, matrix: str | None) -> Own:
    """What a user's files hold.

    Args:
        law: the label with their digests.
        weights, matrix: the files, if any.

    Raises:
        StoredError: if a file cannot be used, or is no longer the one that the label names.
    """
    sensing_law, network_law = laws_of(law)
    own = Own(network=None, matrix=None)
    if weights is not None:
        own["network"] = read_network(weights)
        require_digest(weights, network_digest(own["network"]), named(network_law).inside)
    if matrix is not None:
        own["matrix"] = read_sensing(matrix)
        require_digest(matrix, array_digest({"A": own["matrix"]}), named(sensing_law).inside)
    return own


def block_instances(seed: int, block: Block) -> Iterator[tuple[Cell, int, Instance]]:
    """The instances of a block: by network, then by trial, then by m.

    Raises:
        StoredError: for a file of a network or a sensing matrix that was edited or moved since the
            block was planned.
    """
    own = own_of(block.cells[0].law, block.weights, block.matrix) if block.cells else {}
    for shape in group_cells_by_shape(block.cells):
        for trial in block.trials:
            cells = [cell for cell in block.cells_at(trial) if cell.shape == shape]
            if not cells:
                continue
            counts = [cell.measurements for cell in cells]
            drawn = instances(seed, cells[0].law, shape, trial, counts, **own)
            for cell, one in zip(cells, drawn, strict=True):
                yield cell, trial, one


def instance_rows(seed: int, block: Block) -> list[Row]:
    """Identity, seed and digest of every instance of a block."""
    return [
        identity_row(cell, trial) | {"seed": str(seed), "digest": digest(one)}
        for cell, trial, one in block_instances(seed, block)
    ]
