"""Decide what became of every descent of a block; one row a trial."""

import sys
from time import process_time

from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params
from genprior.experiments.recovery import progress_to
from genprior.tables import OUTCOMES, read_json, read_rows, write_rows
from genprior.experiments.outcomes import outcome_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)

block = block_from_params(snakemake.params.block, *map(read_json, snakemake.input.allocation))
rows = outcome_rows(
    snakemake.params.seed,
    block,
    Settings.from_config(snakemake.params.descent, block.cells[0].depth),
    expected=read_rows(snakemake.input.instances),
    recoveries=read_rows(snakemake.input.recoveries),
    report=progress_to(sys.stderr),
)
write_rows(rows, OUTCOMES, snakemake.output.table, process_time())
