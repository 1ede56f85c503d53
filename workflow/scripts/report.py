"""Write the report: ledger, interactive diagrams, figures, provenance."""

import sys
from pathlib import Path

import pandas as pd

from genprior.experiments.summaries import read_judged
from genprior.report.diagrams import cell_details, diagram
from genprior.report.page import Picture, render
from genprior.tables import read_json, write_text

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given, settings = snakemake.input, snakemake.params.settings

trials = {
    name: read_judged(tables["recoveries"], tables["outcomes"], settings["success"])
    for name, tables in settings["trials"].items()
}
seconds = {name: float(table["seconds"].sum()) for name, table in trials.items()}
diagrams = {
    name: {
        "figure": diagram(pd.read_csv(success)),
        "cells": cell_details(trials[name], pd.read_parquet(traces)),
    }
    for name, success, traces in zip(settings["diagrams"], given.success, given.traces, strict=True)
}
pictures = []
for name, facts in settings["figures"].items():
    behind = [seconds[experiment] for experiment in facts["experiments"]]
    pictures.append(
        Picture(
            name=name,
            png=Path(facts["png"]).read_bytes(),
            caption=" ".join(facts["caption"].split()),
            rule=facts["rule"],
            script=facts["script"],
            data=tuple(facts["data"]),
            seconds=sum(behind) if behind else None,
        )
    )
page = render(
    read_json(given.ledger),
    pictures,
    diagrams,
    read_json(given.facts),
    settings["statistics"]["confidence"],
)
write_text(page, snakemake.output.html)
