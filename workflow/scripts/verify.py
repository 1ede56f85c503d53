"""Hold ledger and figures against the committed ones."""

from pathlib import Path

from genprior.claims.comparison import as_table, compared, compared_figures
from genprior.files import digest
from genprior.frames import write_csv
from genprior.job import log_to
from genprior.tables import read_json

log_to(snakemake.log[0])
given = snakemake.input


def digests(paths):
    """Digests of files by their names."""
    return {Path(path).name: digest(path)[:12] for path in paths}


rows = compared(read_json(given.ledger), read_json(given.expected))
if given.committed:
    of_seconds = {
        f"{name}.{ending}"
        for name in snakemake.params.settings["seconds"]
        for ending in ("pdf", "png")
    }
    rows += compared_figures(digests(given.committed), digests(given.figures), of_seconds)
write_csv(as_table(rows), snakemake.output.table)
