"""Record what made the results."""

from genprior.job import log_to
from genprior.provenance import provenance
from genprior.tables import write_json

log_to(snakemake.log[0])

write_json(provenance(snakemake.params.settings["config"]), snakemake.output.json)
