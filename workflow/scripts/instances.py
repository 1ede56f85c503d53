"""Identity, seed and digest of every instance of a block."""

import sys
from time import process_time

from genprior.experiments.blocks import instance_rows
from genprior.experiments.blocks import block_from_params
from genprior.tables import INSTANCES, read_json, write_rows

sys.stderr = open(snakemake.log[0], "w")

block = block_from_params(snakemake.params.block, *map(read_json, snakemake.input.allocation))
rows = instance_rows(snakemake.params.seed, block)
write_rows(rows, INSTANCES, snakemake.output.table, process_time())
