"""Draw error against iteration at several signal-to-noise ratios."""

import sys

import pandas as pd

from genprior.figures.small_print import paths
from genprior.figures.style import save
from genprior.studies.noise.figure_snr_paths import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.read_csv(snakemake.input.points),
    pd.read_csv(snakemake.input.estimates),
    paths(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
