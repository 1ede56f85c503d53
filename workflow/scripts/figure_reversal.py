"""Draw the error of reversal by the transposes."""

import sys

import pandas as pd

from genprior.figures.small_print import reversal
from genprior.figures.style import save
from genprior.studies.transposes.figure_reversal import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.read_csv(snakemake.input.points),
    reversal(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
