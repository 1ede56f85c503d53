"""Collect the estimates that bear on a claim."""

import sys

import pandas as pd

from genprior.studies.layerwise.claims import claims_table, published_figure
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)

estimates = [pd.read_csv(path) for path in snakemake.input.estimates]
published = published_figure(
    pd.read_csv(snakemake.input.success[0]), pd.read_csv(snakemake.input.transitions[0])
)
write_csv(claims_table([*estimates, published]), snakemake.output.table)
