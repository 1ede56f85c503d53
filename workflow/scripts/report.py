"""Write the report: ledger, interactive diagrams, figures, provenance."""

import json
import sys
from pathlib import Path

import pandas as pd

from genprior.report.diagrams import cell_details, diagram
from genprior.report.page import Picture, render
from genprior.experiments.summaries import read_recoveries
from genprior.tables import write_text

sys.stderr = open(snakemake.log[0], "w", buffering=1)

given, params = snakemake.input, snakemake.params
entries, provenance = (json.loads(Path(path).read_text()) for path in (given.ledger, given.facts))

trials = {
    name: read_recoveries(tables["recoveries"], outcomes=tables["outcomes"], **params.success)
    for name, tables in params.trials.items()
}
seconds = {name: float(table["seconds"].sum()) for name, table in trials.items()}
diagrams = {
    name: {
        "figure": diagram(pd.read_csv(success)),
        "cells": cell_details(trials[name], pd.read_parquet(traces)),
    }
    for name, success, traces in zip(params.diagrams, given.success, given.traces, strict=True)
}
pictures = []
for name, facts in params.figures.items():
    behind = [seconds[experiment] for experiment in facts["experiments"]]
    pictures.append(
        Picture(
            name=name,
            png=Path(facts["png"]).read_bytes(),
            caption=" ".join(Path(facts["caption"]).read_text().split()),
            rule=facts["rule"],
            script=facts["script"],
            data=tuple(facts["data"]),
            seconds=sum(behind) if behind else None,
        )
    )
write_text(
    render(entries, pictures, diagrams, provenance, params.confidence), snakemake.output.html
)
