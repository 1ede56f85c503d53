"""Draw PLUGIn's phase diagram."""

import sys

import pandas as pd

from genprior.figures.small_print import plugin
from genprior.figures.style import save
from genprior.studies.transposes.figure_plugin import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

settings = snakemake.params.settings
figure = draw(
    pd.read_csv(snakemake.input.points),
    pd.read_csv(snakemake.input.estimates),
    plugin(settings),
)
save(figure, snakemake.output.pdf, snakemake.output.png)
