"""Success, transitions and scaling of one experiment."""

from genprior.experiments.summaries import (
    outcomes_table,
    read_judged,
    scaling_table,
    success_table,
    transitions_table,
)
from genprior.frames import write_csv
from genprior.job import log_to

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings
confidence = settings["statistics"]["confidence"]

trials = read_judged(given.recoveries, given.outcomes, settings["success"])
transitions = transitions_table(trials, settings["axes"], confidence)
write_csv(success_table(trials, confidence), snakemake.output.success)
write_csv(transitions.table, snakemake.output.transitions)
write_csv(scaling_table(transitions, confidence), snakemake.output.scaling)
write_csv(outcomes_table(trials), snakemake.output.outcomes)
