"""Draw the scorecard from the ledger."""

from genprior.figures.style import save
from genprior.job import log_to
from genprior.report.scorecard import draw
from genprior.tables import read_json

log_to(snakemake.log[0])

figure = draw(read_json(snakemake.input.ledger), snakemake.params.settings["confidence"])
save(figure, snakemake.output.pdf, snakemake.output.png)
