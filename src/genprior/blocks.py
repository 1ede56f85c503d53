"""A block's instances, drawn network by network, and their rows of the instances table."""

from collections.abc import Iterator
from typing import Any

from genprior.experiments import Block, Cell, group_cells_by_shape
from genprior.instances import Instance, digest, instances

Row = dict[str, Any]


def identity_row(cell: Cell, trial: int) -> Row:
    """What a trial is: the columns that instances and recoveries share."""
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
        identity_row(cell, trial) | {"seed": seed, "digest": digest(one)}
        for cell, trial, one in block_instances(seed, block)
    ]
