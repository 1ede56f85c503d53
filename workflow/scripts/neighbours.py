"""Rows of one part of a neighbouring study."""

import sys

from genprior.neighbours.studies import STUDIES
from genprior.tables import write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

make, schema = STUDIES[params.topic]
rows = []
for row in make(params.seed, params.part):
    rows.append(row)
    if len(rows) % 100 == 0:
        print(f"{len(rows)} rows", file=sys.stderr)
write_rows(rows, schema, snakemake.output.table)
