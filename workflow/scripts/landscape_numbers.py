"""Numbers of random networks for one grid of a landscape study; one row a network and measure."""

import sys
from time import process_time

from genprior.experiments.blocks import block_from_params
from genprior.studies.landscape.studies import study_rows
from genprior.tables import OBSERVATIONS, write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params


def report(done, of):
    if done % 25 == 0 or done == of:
        print(f"{done} of {of} networks", file=sys.stderr)


rows = study_rows(
    params.study,
    params.seed,
    block_from_params(params.job["block"]),
    params.job["settings"],
    report,
)
write_rows(rows, OBSERVATIONS, snakemake.output.table, process_time())
