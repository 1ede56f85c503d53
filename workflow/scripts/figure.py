"""Draw a figure from the tables that it needs."""

from importlib import import_module

from genprior.figures.style import save
from genprior.frames import read_tables
from genprior.job import log_to

log_to(snakemake.log[0])
settings = snakemake.params.settings

tables = {need: read_tables(snakemake.input[need]) for need in settings["needs"]}
figure = import_module(settings["module"]).draw(tables, settings["configured"])
save(figure, snakemake.output.pdf, snakemake.output.png)
