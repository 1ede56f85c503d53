"""Write the report: ledger, interactive diagrams, figures, provenance."""

import pandas as pd

from genprior.experiments.summaries import read_judged
from genprior.job import log_to
from genprior.report.diagrams import cell_details, diagram
from genprior.report.page import picture, render
from genprior.tables import read_json, write_text

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings

trials = {
    name: read_judged(paths["recoveries"], paths["outcomes"], settings["success"])
    for name, paths in settings["trials"].items()
}
diagrams = {
    name: {
        "figure": diagram(pd.read_csv(success)),
        "cells": cell_details(trials[name], pd.read_parquet(traces)),
    }
    for name, success, traces in zip(settings["diagrams"], given.success, given.traces, strict=True)
}
seconds = {name: float(table["seconds"].sum()) for name, table in trials.items()}
pictures = [picture(name, facts, seconds) for name, facts in settings["figures"].items()]
page = render(
    read_json(given.ledger),
    pictures,
    diagrams,
    read_json(given.facts),
    settings["statistics"]["confidence"],
)
write_text(page, snakemake.output.html)
