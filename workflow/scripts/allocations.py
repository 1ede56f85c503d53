"""Which trials every cell gets in a round, from the outcomes of the rounds before it."""

from genprior.experiments.rounds import allocate
from genprior.experiments.summaries import read_judged
from genprior.job import log_to
from genprior.tables import write_json

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings

trials = read_judged(given.recoveries, given.outcomes, settings["success"])
rows = allocate(
    trials, settings["axis"], settings["round"], settings["trials"], settings["allocation"]
)
write_json(rows, snakemake.output.json)
