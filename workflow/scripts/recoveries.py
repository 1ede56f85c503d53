"""Descend on every instance of a block; one row a trial."""

import sys
from time import process_time

from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params
from genprior.experiments.recovery import progress_to, recovery_rows
from genprior.tables import RECOVERIES, read_json, read_rows, write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)

block = block_from_params(snakemake.params.block, *map(read_json, snakemake.input.allocation))
rows = recovery_rows(
    snakemake.params.seed,
    block,
    Settings.from_config(snakemake.params.descent, block.cells[0].depth),
    expected=read_rows(snakemake.input.instances),
    report=progress_to(sys.stderr),
)
write_rows(rows, RECOVERIES, snakemake.output.table, process_time())
