"""A table of estimates for claims, from the tables of a few studies."""

from importlib import import_module

from genprior.frames import read_tables, write_csv
from genprior.job import log_to
from genprior.statistics.estimate import to_table

log_to(snakemake.log[0])
settings = snakemake.params.settings

folder = "experiments" if settings["family"] == "experiments" else f"studies.{settings['family']}"
measures = import_module(f"genprior.{folder}.measures")
tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
found = measures.estimates(settings["group"], tables, settings["configured"])
write_csv(to_table(found), snakemake.output.table)
