"""Draw a 50% transition against the latent dimension."""

import sys

import pandas as pd

from genprior.figures.figure_scaling import draw
from genprior.figures.style import conditions, save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw(
    pd.read_csv(snakemake.input.transitions[0]),
    pd.read_csv(snakemake.input.scaling[0]),
    snakemake.params.axis,
    conditions(snakemake.params.conditions),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
