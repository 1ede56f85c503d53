"""Estimates for the claims about the main experiments."""

import sys

from genprior.experiments.measures import estimates
from genprior.statistics.estimates import to_table
from genprior.tables import read_tables, write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
settings = snakemake.params.settings

tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
write_csv(to_table(estimates(tables, settings["configured"])), snakemake.output.estimates)
