"""Points and estimates of one neighbouring study."""

import sys

from genprior.layerwise.summaries import estimates_table, read
from genprior.neighbours.summaries import SUMMARIES
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

points, estimates = SUMMARIES[params.topic](
    read(snakemake.input.rows, params.relative_error), params.confidence
)
write_csv(points, snakemake.output.points)
write_csv(estimates_table(estimates), snakemake.output.estimates)
