"""Draw where descent ends."""

import sys

import pandas as pd

from genprior.figures.style import save
from genprior.studies.landscape.figure_census import conditions, draw
from genprior.studies.landscape.summary import read_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

figure = draw(
    read_rows(snakemake.input.second),
    pd.read_csv(snakemake.input.ends),
    params.settings["second"]["radius"],
    conditions(params.settings, params.confidence),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
