"""Descend on every instance of a block; one row an iteration."""

import sys
from time import process_time

from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params
from genprior.experiments.convergence import convergence_rows
from genprior.experiments.schemas import CONVERGENCE
from genprior.job import log_to
from genprior.progress import reported
from genprior.tables import read_rows, write_rows

log_to(snakemake.log[0])
settings = snakemake.params.settings

block = block_from_params(settings["block"])
expected = read_rows(snakemake.input.instances)
descent = Settings.from_config(settings["descent"], block.cells[0].depth)
rows = convergence_rows(settings["seed"], block, descent, expected)
write_rows(reported(rows, sys.stderr), CONVERGENCE, snakemake.output.table, process_time)
