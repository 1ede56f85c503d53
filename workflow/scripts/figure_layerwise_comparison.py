"""Draw success against k of all methods."""

import sys

import pandas as pd

from genprior.figures.small_print import comparison
from genprior.figures.style import save
from genprior.studies.layerwise.figure_layerwise_comparison import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
caps = {"short": settings["short_cap"], "long": settings["long_cap"]}
figure = draw(
    pd.read_csv(snakemake.input.points),
    pd.read_csv(snakemake.input.estimates),
    caps,
    comparison(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
