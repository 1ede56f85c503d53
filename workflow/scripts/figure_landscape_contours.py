"""Draw the landscape at k = 2 as contours with paths of descent."""

import sys

import pandas as pd

from genprior.figures.style import save
from genprior.studies.landscape.figure_landscape_plane import conditions, draw_contours

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw_contours(
    pd.read_parquet(snakemake.input.risks),
    pd.read_parquet(snakemake.input.paths),
    conditions(snakemake.params.plane, paths=True),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
