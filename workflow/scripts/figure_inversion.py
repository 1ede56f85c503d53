"""Draw success against expansivity for each depth."""

import sys

import pandas as pd

from genprior.figures.figure_inversion import draw
from genprior.figures.style import conditions, save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

success = [pd.read_csv(path) for path in snakemake.input.success]
transitions = [pd.read_csv(path) for path in snakemake.input.transitions]
depths = [int(table["depth"].iloc[0]) for table in success]
figure = draw(
    dict(zip(depths, success, strict=True)),
    dict(zip(depths, transitions, strict=True)),
    conditions(snakemake.params.conditions),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
