"""Draw a figure from the tables that it needs and the claims that it bears on."""

import sys
from importlib import import_module

from genprior.claims.claim import read_claims, read_papers
from genprior.claims.ledger import entries_of, read_estimates
from genprior.figures.journal import drawn_for
from genprior.figures.style import save
from genprior.frames import read_tables

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given, settings = snakemake.input, snakemake.params.settings

tables = {need: read_tables(given[need]) for need in settings["needs"]}
tables["claims"] = entries_of(
    settings["claims"],
    read_claims(given.claims),
    read_papers(given.papers),
    read_estimates(given.claim_estimates),
    settings["confidence"],
)
with drawn_for(settings["style"]):
    figure = import_module(settings["module"]).draw(tables, settings["configured"])
    save(figure, snakemake.output.pdf, snakemake.output.png)
