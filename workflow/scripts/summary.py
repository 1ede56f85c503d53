"""Tables for figures from the rows of a family's studies."""

import sys
from importlib import import_module

from genprior.frames import read_tables, write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
settings = snakemake.params.settings

summary = import_module(f"genprior.studies.{settings['family']}.summary")
rows = {study: read_tables(sorted(snakemake.input[study])) for study in settings["studies"]}
for name, table in summary.tables(rows, settings["configured"]).items():
    write_csv(table, snakemake.output[name])
