"""Follow the first trials of every cell of an experiment."""

import sys
from time import process_time

from genprior.descent import Settings
from genprior.experiments.grid import cells_of
from genprior.experiments.schemas import CONVERGENCE
from genprior.experiments.traces import trace_rows
from genprior.job import log_to
from genprior.progress import reported
from genprior.tables import write_rows

log_to(snakemake.log[0])
settings = snakemake.params.settings

descent = Settings.from_config(settings["descent"], cells_of(settings["grid"])[0].depth)
rows = trace_rows(settings["seed"], settings["grid"], descent)
write_rows(reported(rows, sys.stderr), CONVERGENCE, snakemake.output.table, process_time)
