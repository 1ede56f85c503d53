"""Draw success against the latent dimension at fixed widths."""

import sys

import pandas as pd

from genprior.figures.figure_success_against_k import draw
from genprior.figures.style import conditions, save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw(
    pd.read_csv(snakemake.input.success[0]),
    pd.read_csv(snakemake.input.transitions[0]),
    conditions(snakemake.params.conditions),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
