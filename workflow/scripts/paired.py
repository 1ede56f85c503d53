"""One experiment beside others on its grid, cell by cell on the trials that both have."""

from genprior.experiments.comparisons import paired_table
from genprior.experiments.summaries import read_judged
from genprior.frames import write_csv
from genprior.job import log_to

log_to(snakemake.log[0])
settings = snakemake.params.settings


def trials_of(tables):
    """An experiment's trials, judged."""
    return read_judged(tables["recoveries"], tables["outcomes"], settings["success"])


others = {name: trials_of(tables) for name, tables in settings["others"].items()}
table = paired_table(trials_of(settings["own"]), others, settings["statistics"]["confidence"])
write_csv(table, snakemake.output.table)
