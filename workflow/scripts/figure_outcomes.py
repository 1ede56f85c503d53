"""Draw where and why runs fail."""

import sys

from genprior.experiments.summaries import read_recoveries
from genprior.figures.figure_outcomes import draw
from genprior.figures.style import conditions, save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

trials = read_recoveries(
    snakemake.input.recoveries, outcomes=snakemake.input.outcomes, **snakemake.params.success
)
# The figure's bars are its own: it has no confidence intervals.
note = conditions(snakemake.params.conditions).rpartition("; bars: ")[0]
figure = draw(trials, note)
save(figure, snakemake.output.pdf, snakemake.output.png)
