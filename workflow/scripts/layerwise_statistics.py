"""Points and estimates of one layer-wise study."""

import sys

from genprior.layerwise.summaries import SUMMARIES, estimates_table, read
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

points, estimates = SUMMARIES[params.topic](
    read(snakemake.input.rows, params.relative_error), params.confidence
)
write_csv(points, snakemake.output.points)
write_csv(estimates_table(estimates), snakemake.output.estimates)
