"""Judge every claim by its rule."""

import sys

from genprior.claims.claim import read_claims, read_papers
from genprior.claims.ledger import as_table, ledger, read_estimates
from genprior.frames import write_csv
from genprior.tables import seconds_of, write_json

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given, settings = snakemake.input, snakemake.params.settings

claims = read_claims(given.claims)
behind = {
    claim.id: {path for table in claim.tables for path in given.get(table, [])} for claim in claims
}
entries = ledger(
    claims,
    read_papers(given.papers),
    read_estimates(given.estimates),
    settings["statistics"]["confidence"],
    settings["size"],
    {claim: seconds_of(paths) for claim, paths in behind.items() if paths},
    settings["figures"],
)
write_json(entries, snakemake.output.json)
write_csv(as_table(entries), snakemake.output.table)
