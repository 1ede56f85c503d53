"""Measure the claims about the main job's descents."""

import sys

import pandas as pd

from genprior.experiments.measures_of_descents import measures
from genprior.experiments.summaries import read_recoveries
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)

tables = {
    (experiment, kind): pd.read_csv(path)
    for kind, experiments in snakemake.params.experiments.items()
    for experiment, path in zip(experiments, snakemake.input[kind], strict=True)
}
steps = tuple(
    read_recoveries(
        snakemake.input[f"{step}_recoveries"],
        outcomes=snakemake.input[f"{step}_outcomes"],
        **snakemake.params.success,
    )
    for step in ("default", "bold")
)
write_csv(measures(tables, steps, snakemake.params.confidence), snakemake.output.table)
