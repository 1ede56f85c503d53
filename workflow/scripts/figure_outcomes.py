"""Draw where and why runs fail."""

import sys

from genprior.figures.outcomes import draw
from genprior.figures.style import conditions, save
from genprior.summaries import read_recoveries

sys.stderr = open(snakemake.log[0], "w", buffering=1)

trials = read_recoveries(
    snakemake.input.recoveries, outcomes=snakemake.input.outcomes, **snakemake.params.success
)
figure = draw(trials, conditions(snakemake.params.conditions))
save(figure, snakemake.output.pdf, snakemake.output.png)
