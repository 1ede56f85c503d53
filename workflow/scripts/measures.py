"""Estimates for the claims about the main experiments."""

import sys

from genprior.experiments.measures import estimates
from genprior.frames import read_tables, write_csv
from genprior.statistics.estimates import to_table

sys.stderr = open(snakemake.log[0], "w", buffering=1)
settings = snakemake.params.settings

tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
write_csv(to_table(estimates(tables, settings["configured"])), snakemake.output.estimates)
