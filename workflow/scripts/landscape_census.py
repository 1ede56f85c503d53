"""Where descent ends from many starts on each network of a grid; one row a run."""

import sys
from time import process_time

from genprior.experiments.blocks import block_from_params
from genprior.studies.landscape.census import census_rows
from genprior.tables import ENDS, write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
job = snakemake.params.job


def report(done, of):
    if done % 10 == 0 or done == of:
        print(f"{done} of {of} networks", file=sys.stderr)


rows = census_rows(snakemake.params.seed, block_from_params(job["block"]), job["settings"], report)
write_rows(rows, ENDS, snakemake.output.table, process_time())
