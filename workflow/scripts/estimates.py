"""A table of estimates for claims, from the tables of a few studies."""

import sys
from importlib import import_module

from genprior.frames import read_tables, write_csv
from genprior.statistics.estimates import to_table

sys.stderr = open(snakemake.log[0], "w", buffering=1)
settings = snakemake.params.settings

folder = "experiments" if settings["family"] == "experiments" else f"studies.{settings['family']}"
measures = import_module(f"genprior.{folder}.measures")
tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
found = measures.estimates(settings["group"], tables, settings["configured"])
write_csv(to_table(found), snakemake.output.table)
