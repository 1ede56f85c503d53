"""Cells, trends, end points and claims of the landscape studies."""

import sys

import pandas as pd

from genprior.studies.landscape.claims import claims_table
from genprior.studies.landscape.summary import cells_table, ends_table, read_rows, trends_table
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
confidence, settings = snakemake.params.confidence, snakemake.params.settings

rows = {study: read_rows(snakemake.input[study]) for study in snakemake.params.studies}
numbers = {study: table for study, table in rows.items() if "value" in table}
ends = {study: table for study, table in rows.items() if "value" not in table}
cells = [cells_table(table, study, confidence) for study, table in numbers.items()]
write_csv(pd.concat(cells), snakemake.output.cells)
write_csv(trends_table(numbers, confidence), snakemake.output.trends)
ended = [
    ends_table(table, settings[study]["radius"], confidence).assign(study=study)
    for study, table in ends.items()
]
write_csv(pd.concat(ended), snakemake.output.ends)
write_csv(claims_table(rows, settings, confidence), snakemake.output.claims)
