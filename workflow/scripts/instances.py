"""Identity, seed and digest of every instance of a block."""

import sys
from time import process_time

from genprior.experiments.blocks import block_from_params, instance_rows
from genprior.experiments.schemas import INSTANCES
from genprior.tables import read_json, write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
settings = snakemake.params.settings

block = block_from_params(settings["block"], *map(read_json, snakemake.input.allocation))
rows = instance_rows(settings["seed"], block)
write_rows(rows, INSTANCES, snakemake.output.table, process_time)
