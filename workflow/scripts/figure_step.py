"""Draw the same instances' phase diagrams at two steps."""

import sys

import pandas as pd

from genprior.figures.figure_step import draw
from genprior.figures.style import conditions, save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

success = [pd.read_csv(path) for path in snakemake.input.success]
transitions = [pd.read_csv(path) for path in snakemake.input.transitions]
depths = [int(table["depth"].iloc[0]) for table in success]
keys = list(zip(depths, snakemake.params.steps, strict=True))
figure = draw(
    dict(zip(keys, success, strict=True)),
    dict(zip(keys, transitions, strict=True)),
    conditions(snakemake.params.conditions | {"step": "stated"}),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
