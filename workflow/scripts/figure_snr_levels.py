"""Draw error against k at several signal-to-noise ratios."""

import sys

import pandas as pd

from genprior.figures.small_print import levels
from genprior.figures.style import save
from genprior.studies.noise.figure_snr_levels import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.read_csv(snakemake.input.points),
    levels(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
