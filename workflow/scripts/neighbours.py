"""Rows of some parts of a neighbouring study."""

import sys

from genprior.neighbours.studies import STUDIES
from genprior.tables import write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

make, schema = STUDIES[params.topic]
rows = []
for number, part in enumerate(params.parts, start=1):
    for row in make(params.seed, part):
        rows.append(row)
        if len(rows) % 100 == 0:
            print(f"{len(rows)} rows, part {number} of {len(params.parts)}", file=sys.stderr)
write_rows(rows, schema, snakemake.output.table)
