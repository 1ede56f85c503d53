"""Draw the audit of the descent direction."""

import sys

import pandas as pd

from genprior.figures.style import save
from genprior.studies.landscape.figure_audit import conditions, draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

figure = draw(
    pd.read_csv(snakemake.input.cells),
    params.radius,
    conditions(params.radius, params.trials, params.confidence),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
