"""Draw error against noise, a dot a run."""

import sys

import pandas as pd

from genprior.figures.small_print import noise
from genprior.figures.style import save
from genprior.studies.layerwise.figure_layerwise_noise import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.concat([pd.read_parquet(path) for path in snakemake.input.rows]),
    pd.read_csv(snakemake.input.points),
    noise(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
