"""The instances of a block, proved to be those that its instances table describes."""

from collections.abc import Iterator, Sequence

from genprior.experiments.blocks import Block, block_instances, identity_row
from genprior.experiments.grid import Cell
from genprior.model.instances import Instance, digest
from genprior.types import Row


class InstanceMismatch(ValueError):
    """A rebuilt instance is not, bit for bit, the one that the instances table describes."""


def verified_instances(
    seed: int, block: Block, expected: Sequence[Row]
) -> Iterator[tuple[Cell, int, Instance]]:
    """The instances of a block, each checked against its row of the instances table.

    Raises:
        InstanceMismatch: if an instance differs from the one in the table.
    """
    for row, (cell, trial, one) in zip(expected, block_instances(seed, block), strict=True):
        if row["digest"] != digest(one):
            raise InstanceMismatch(
                f"instance {identity_row(cell, trial)} has digest {digest(one)}, but the "
                f"instances table says {row['digest']}: it was made by another version of NumPy; "
                "delete the table and run again"
            )
        yield cell, trial, one
