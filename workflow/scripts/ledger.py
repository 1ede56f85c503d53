"""Judge every claim by its rule."""

import sys
from pathlib import Path

import pandas as pd
import yaml

from genprior.claims.ledger import as_table, ledger
from genprior.tables import seconds_of, write_csv, write_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)

entries = ledger(
    yaml.safe_load(Path(snakemake.input.claims).read_text()),
    pd.concat([pd.read_csv(path) for path in snakemake.input.measures], ignore_index=True),
    snakemake.params.confidence,
    snakemake.params.size,
    {table: seconds_of(snakemake.input[table]) for table in snakemake.params.tables},
)
write_json(entries, snakemake.output.json)
write_csv(as_table(entries), snakemake.output.table)
