"""Draw the default figure of an experiment."""

import pandas as pd

from genprior.figures.default import draw
from genprior.figures.journal import drawn_for
from genprior.figures.style import save
from genprior.job import log_to

log_to(snakemake.log[0])
given, settings = snakemake.input, snakemake.params.settings

tables = {name: pd.read_csv(given[name]) for name in ("success", "transitions", "scaling")}
with drawn_for(settings["style"]):
    save(draw(tables, settings), snakemake.output.pdf, snakemake.output.png)
