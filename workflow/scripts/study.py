"""Rows of some parts of a study."""

import sys
from importlib import import_module
from time import process_time

from genprior.job import log_to
from genprior.progress import reported
from genprior.tables import write_rows

log_to(snakemake.log[0])
settings = snakemake.params.settings

topic = import_module(f"genprior.studies.{settings['family']}.{settings['module']}")
rows = (row for part in settings["parts"] for row in topic.rows(settings["seed"], part))
write_rows(reported(rows, sys.stderr), topic.SCHEMA, snakemake.output.table, process_time)
