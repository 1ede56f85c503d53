"""Decide what became of every run of a block; one row a trial."""

import sys
from time import process_time

from genprior.descent import Settings
from genprior.experiments.blocks import block_from_params
from genprior.experiments.outcomes import outcome_rows
from genprior.experiments.schemas import OUTCOMES
from genprior.job import log_to
from genprior.progress import reported
from genprior.tables import read_json, read_rows, write_rows

log_to(snakemake.log[0])
settings = snakemake.params.settings

block = block_from_params(settings["block"], *map(read_json, snakemake.input.allocation))
expected = read_rows(snakemake.input.instances)
# Where the method is no descent there are no such settings, and its points stay where they are.
given, depth = settings.get("descent"), block.cells[0].depth
descent = None if given is None else Settings.from_config(given, depth)
recoveries = read_rows(snakemake.input.recoveries)
rows = outcome_rows(settings["seed"], block, descent, expected, recoveries)
rows = reported(rows, sys.stderr, len(expected))
write_rows(rows, OUTCOMES, snakemake.output.table, process_time)
