"""Draw the landscape at k = 2 as surfaces."""

import sys

import pandas as pd

from genprior.figures.style import save
from genprior.studies.landscape.figure_landscape_plane import conditions, draw_surfaces

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw_surfaces(
    pd.read_parquet(snakemake.input.risks), conditions(snakemake.params.plane, paths=False)
)
save(figure, snakemake.output.pdf, snakemake.output.png)
