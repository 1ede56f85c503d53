"""Write the page: findings, ledger, phase diagrams, figures, provenance."""

from pathlib import Path

import pandas as pd

from genprior.claims.claim import read_papers
from genprior.claims.findings import findings
from genprior.experiments.summaries import read_judged
from genprior.job import log_to
from genprior.report.diagrams import diagram, tables_of_trials
from genprior.report.page import picture, render
from genprior.tables import read_json, write_text

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings

trials = {
    name: read_judged(paths["recoveries"], paths["outcomes"], settings["success"])
    for name, paths in settings["trials"].items()
}
traces = {Path(path).stem: pd.read_parquet(path) for path in given.traces}
diagrams = {
    name: diagram(
        axes,
        *map(pd.read_csv, tables),
        trials[name],
        traces.get(name),  # none of a method that is no descent
        tables_of_trials(settings["trials"][name]["instances"]),
    )
    for (name, axes), *tables in zip(
        settings["diagrams"].items(), given.success, given.transitions, strict=True
    )
}
seconds = {name: float(table["seconds"].sum()) for name, table in trials.items()}
entries = read_json(given.ledger)
page = render(
    entries,
    [picture(name, facts, seconds) for name, facts in settings["figures"].items()],
    diagrams,
    read_json(given.facts),
    settings["statistics"]["confidence"],
    page=snakemake.output.html,
    papers=read_papers(given.papers),
    findings=findings(entries),
    notebooks=settings["notebooks"],
    configuration=settings["configuration"],
)
write_text(page, snakemake.output.html)
