"""Identity, seed and digest of every instance of a block."""

from time import process_time

from genprior.experiments.blocks import block_from_params, instance_rows
from genprior.experiments.schemas import INSTANCES
from genprior.job import log_to
from genprior.tables import read_json, write_rows

log_to(snakemake.log[0])
settings = snakemake.params.settings

block = block_from_params(settings["block"], *map(read_json, snakemake.input.allocation))
rows = instance_rows(settings["seed"], block)
write_rows(rows, INSTANCES, snakemake.output.table, process_time)
