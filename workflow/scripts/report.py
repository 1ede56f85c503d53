"""Write the page: findings, ledger, phase diagrams, figures, provenance."""

import pandas as pd

from genprior.claims.claim import read_papers
from genprior.claims.findings import Finding, findings
from genprior.experiments.summaries import read_judged
from genprior.experiments.told import finding_of
from genprior.job import log_to
from genprior.report.diagrams import diagram, read_curves, tables_of_trials
from genprior.report.page import picture, render
from genprior.tables import read_json, write_text

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings

trials = {
    name: read_judged(paths["recoveries"], paths["outcomes"], settings["success"])
    for name, paths in settings["trials"].items()
}
diagrams = {
    name: diagram(
        axes,
        *map(pd.read_csv, tables),
        trials[name],
        read_curves(settings["trials"][name]["recoveries"]),
        tables_of_trials(settings["trials"][name]["instances"]),
    )
    for (name, axes), *tables in zip(
        settings["diagrams"].items(), given.success, given.transitions, strict=True
    )
}
own = []
for place, (figure, one) in enumerate(settings.get("own", {}).items()):
    found = finding_of(one["experiment"], *map(pd.read_csv, given.own[3 * place : 3 * place + 3]))
    own.append(Finding(f"Experiment {one['name']}", f"{found}.", (), figure))
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
    findings=[*own, *findings(entries)],
    notebooks=settings["notebooks"],
    configuration=settings["configuration"],
)
write_text(page, snakemake.output.html)
