"""Draw passes and evaluations against the batch size."""

import sys

import pandas as pd

from genprior.figures.small_print import stochastic
from genprior.figures.style import save
from genprior.studies.stochastic.figure_stochastic import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.read_csv(snakemake.input.points),
    stochastic(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
