"""Tables for figures and estimates for claims from the rows of a family's studies."""

from importlib import import_module

from genprior.frames import read_tables, write_csv
from genprior.job import log_to
from genprior.statistics.estimates import to_table

log_to(snakemake.log[0])
settings = snakemake.params.settings

summary, measures = (
    import_module(f"genprior.studies.{settings['family']}.{name}")
    for name in ("summary", "measures")
)
rows = {study: read_tables(sorted(snakemake.input[study])) for study in settings["studies"]}
for name, table in summary.tables(rows, settings["configured"]).items():
    write_csv(table, snakemake.output[name])
estimates = measures.estimates(rows, settings["configured"])
write_csv(to_table(estimates), snakemake.output.estimates)
