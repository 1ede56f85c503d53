"""Judge every claim by its rule."""

import sys
from pathlib import Path

import pandas as pd
import yaml

from genprior.claims.ledger import as_table, ledger
from genprior.statistics.estimates import from_table
from genprior.tables import seconds_of, write_csv, write_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given, settings = snakemake.input, snakemake.params.settings

entries = ledger(
    yaml.safe_load(Path(given.claims).read_text()),
    [one for path in given.measures for one in from_table(pd.read_csv(path)) if one.claim],
    settings["statistics"]["confidence"],
    settings["size"],
    {table: seconds_of(given[table]) for table in settings["tables"]},
)
write_json(entries, snakemake.output.json)
write_csv(as_table(entries), snakemake.output.table)
