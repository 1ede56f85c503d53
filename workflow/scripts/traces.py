"""Follow the first trial of every cell of an experiment."""

import sys

from genprior.descent import Settings
from genprior.tables import CONVERGENCE, write_rows
from genprior.experiments.traces import trace_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)

experiment = snakemake.params.grid
settings = Settings.from_config(snakemake.params.descent, experiment["depth"])
rows = trace_rows(snakemake.params.seed, experiment, settings)
write_rows(rows, CONVERGENCE, snakemake.output.table)
