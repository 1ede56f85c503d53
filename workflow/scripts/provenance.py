"""Record what made the results."""

import sys

from genprior.provenance import provenance
from genprior.tables import write_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)

write_json(provenance(snakemake.params.settings["config"]), snakemake.output.json)
