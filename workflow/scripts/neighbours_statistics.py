"""Points and estimates of all neighbouring studies."""

import sys

from genprior.studies.layerwise.estimates import summarised
from genprior.studies.neighbours_summaries import SUMMARIES
from genprior.tables import write_csv

sys.stderr = open(snakemake.log[0], "w", buffering=1)
params = snakemake.params

tables = {topic: snakemake.input[topic] for topic in params.topics}
points, estimates = summarised(SUMMARIES, tables, params.relative_error, params.confidence)
for topic in params.topics:
    write_csv(points[topic], snakemake.output[topic])
write_csv(estimates, snakemake.output.estimates)
