"""Which trials every cell gets in a round, from the outcomes of the rounds before it."""

import sys

from genprior.experiments.rounds import allocate
from genprior.experiments.summaries import read_judged
from genprior.tables import write_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given, settings = snakemake.input, snakemake.params.settings

trials = read_judged(given.recoveries, given.outcomes, settings["success"])
rows = allocate(
    trials, settings["axis"], settings["round"], settings["trials"], settings["allocation"]
)
write_json(rows, snakemake.output.json)
