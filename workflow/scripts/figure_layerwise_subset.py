"""Draw inversion from part of the output."""

import sys

import pandas as pd

from genprior.figures.small_print import subset
from genprior.figures.style import save
from genprior.studies.layerwise.figure_layerwise_subset import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.read_csv(snakemake.input.points),
    pd.read_csv(snakemake.input.estimates),
    subset(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
