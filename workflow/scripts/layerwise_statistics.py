"""Points and estimates of all layer-wise studies."""

import sys

from genprior.layerwise.summaries import SUMMARIES, estimates_table, read
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

estimates = []
for topic in params.topics:
    rows = read(snakemake.input[topic], params.relative_error)
    points, measured = SUMMARIES[topic](rows, params.confidence)
    write_csv(points, snakemake.output[topic])
    estimates += measured
write_csv(estimates_table(estimates), snakemake.output.estimates)
