"""Draw a figure from the tables that it needs."""

import sys
from importlib import import_module

from genprior.figures.journal import drawn_for
from genprior.figures.style import save
from genprior.frames import read_tables

sys.stderr = open(snakemake.log[0], "w", buffering=1)
settings = snakemake.params.settings

tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
with drawn_for(settings["style"]):
    figure = import_module(settings["module"]).draw(tables, settings["configured"])
    save(figure, snakemake.output.pdf, snakemake.output.png)
