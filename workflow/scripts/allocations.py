"""Which trials every cell gets in a round, from the outcomes of the rounds before it."""

import sys

from genprior.experiments.rounds import allotment
from genprior.experiments.summaries import read_recoveries
from genprior.tables import write_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

trials = read_recoveries(
    snakemake.input.recoveries, outcomes=snakemake.input.outcomes, **params.success
)
rows = allotment(trials, params.axis, int(params.round), params.trials, params.allocation)
write_json(rows, snakemake.output.json)
