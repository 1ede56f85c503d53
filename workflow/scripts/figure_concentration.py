"""Draw how networks and sensing matrices concentrate."""

import sys

import pandas as pd

from genprior.figures.style import save
from genprior.studies.landscape.figure_concentration import conditions, draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw(
    pd.read_csv(snakemake.input.cells),
    conditions(snakemake.params.trials, snakemake.params.confidence),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
