"""Draw the scorecard from the ledger."""

import sys

from genprior.figures.style import save
from genprior.report.scorecard import draw
from genprior.tables import read_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw(read_json(snakemake.input.ledger), snakemake.params.settings["confidence"])
save(figure, snakemake.output.pdf, snakemake.output.png)
