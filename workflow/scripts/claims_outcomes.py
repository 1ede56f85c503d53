"""Measure the claims about what becomes of runs."""

import sys

from genprior.experiments.measures_of_outcomes import measures
from genprior.experiments.summaries import read_recoveries
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)

trials = {
    experiment: read_recoveries(
        [path for path in snakemake.input.recoveries if f"/{experiment}/" in path],
        outcomes=[path for path in snakemake.input.outcomes if f"/{experiment}/" in path],
        **snakemake.params.success,
    )
    for experiment in snakemake.params.experiments
}
write_csv(measures(trials, snakemake.params.confidence), snakemake.output.table)
