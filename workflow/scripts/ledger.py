"""Judge every claim by its rule."""

from pathlib import Path

import pandas as pd
import yaml

from genprior.claims.claim import claims_of, papers_of
from genprior.claims.ledger import as_table, ledger
from genprior.frames import write_csv
from genprior.job import log_to
from genprior.statistics.estimates import from_table
from genprior.tables import seconds_of, write_json

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings

entries = ledger(
    claims_of(yaml.safe_load(Path(given.claims).read_text())),
    papers_of(yaml.safe_load(Path(given.papers).read_text())),
    [one for path in given.estimates for one in from_table(pd.read_csv(path)) if one.claim],
    settings["statistics"]["confidence"],
    settings["size"],
    {table: seconds_of(given[table]) for table in settings["tables"]},
)
write_json(entries, snakemake.output.json)
write_csv(as_table(entries), snakemake.output.table)
