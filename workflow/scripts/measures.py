"""Estimates for the claims about the main experiments."""

from genprior.experiments.measures import estimates
from genprior.frames import read_tables, write_csv
from genprior.job import log_to
from genprior.statistics.estimates import to_table

log_to(snakemake.log[0])
settings = snakemake.params.settings

tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
write_csv(to_table(estimates(tables, settings["configured"])), snakemake.output.estimates)
