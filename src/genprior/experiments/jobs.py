"""How an experiment is cut into jobs; read while the workflow is planned, and by no job.

A block is what one job computes: the cells of one network shape or a few, or of one latent
dimension or a few where the experiment varies it, for a range of trials.  Where trials are
allocated in rounds, a block belongs to one round, and after the first that round's allocation says
which of the block's trials each cell has.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from genprior.experiments.blocks import Block
from genprior.experiments.grid import Cell, cells_of, files_of

MOST_JOBS = 50_000  # of an experiment or of a study; Snakemake would plan more for hours


class TooManyJobs(ValueError):
    """More jobs than can be planned."""


def refuse_too_many(networks: int, trials: int, trials_per_job: int) -> None:
    """Refuse more jobs than can be planned, before they are.

    Raises:
        TooManyJobs: with the number and what to do.
    """
    jobs = networks * -(-trials // trials_per_job)
    if jobs > MOST_JOBS:
        raise TooManyJobs(
            f"given {trials}, which are {jobs} jobs of {trials_per_job} trials; allowed: at most "
            f"{MOST_JOBS} jobs, so take fewer trials or a larger trials_per_job"
        )


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

    Raises:
        TooManyJobs: if there are too many blocks to plan.
    """
    groups: dict[str, list[Cell]] = {}
    by_latent_dimension = len(experiment["latent_dimension"]) > 1
    for cell in cells_of(experiment):
        name = f"k{cell.shape[0]}" if by_latent_dimension else "-".join(map(str, cell.shape))
        groups.setdefault(name, []).append(cell)
    blocks, files = {}, files_of(experiment)
    bundles = -(-len(groups) // networks_per_job)
    for _, trials in rounds_of(experiment):
        refuse_too_many(bundles, len(trials), trials_per_job)
    for together in batched(groups, networks_per_job):
        ends = dict.fromkeys([together[0], together[-1]])
        cells = tuple(cell for name in together for cell in groups[name])
        for number, trials in rounds_of(experiment):
            for first in trials[::trials_per_job]:
                last = min(first + trials_per_job, trials.stop) - 1
                label = "_".join(ends) if number is None else f"{'_'.join(ends)}.r{number}"
                name = f"{label}.t{first:03d}-{last:03d}"
                blocks[name] = Block(name, cells, first, last, number, **files)
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
