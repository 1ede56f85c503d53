"""Rows of some parts of a neighbouring study."""

import sys
from time import process_time

from genprior.studies.layerwise.plan import rows_of
from genprior.studies.neighbours_studies import STUDIES
from genprior.tables import write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

make, schema = STUDIES[params.topic]
rows = rows_of(params.parts, make, params.seed, sys.stderr)
write_rows(rows, schema, snakemake.output.table, process_time())
