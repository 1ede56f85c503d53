"""Descend on every instance of a block; one row an iteration."""

import sys

from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params
from genprior.experiments.recovery import convergence_rows
from genprior.tables import CONVERGENCE, read_rows, write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)

block = block_from_params(snakemake.params.block)
rows = convergence_rows(
    snakemake.params.seed,
    block,
    Settings.from_config(snakemake.params.descent, block.cells[0].depth),
    expected=read_rows(snakemake.input.instances),
)
write_rows(rows, CONVERGENCE, snakemake.output.table)
