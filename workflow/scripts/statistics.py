"""Success, transitions and scaling of one experiment."""

import sys

from genprior.experiments.summaries import (
    outcomes_table,
    read_recoveries,
    scaling_table,
    success_table,
    transitions_table,
)
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

recoveries = read_recoveries(
    snakemake.input.recoveries, outcomes=snakemake.input.outcomes, **params.success
)
transitions = transitions_table(recoveries, params.axes, params.confidence)
write_csv(success_table(recoveries, params.confidence), snakemake.output.success)
write_csv(transitions.table, snakemake.output.transitions)
write_csv(scaling_table(transitions, params.confidence), snakemake.output.scaling)
write_csv(outcomes_table(recoveries), snakemake.output.outcomes)
