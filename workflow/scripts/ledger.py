"""Judge every claim by its rule."""

from genprior.claims.claim import read_claims, read_papers
from genprior.claims.ledger import as_table, ledger, read_estimates, why_untested
from genprior.configuration.pieces import PUBLISHED
from genprior.frames import write_csv
from genprior.job import log_to
from genprior.tables import seconds_of, write_json

log_to(snakemake.log[0])
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
    why_untested(claims, list(given.keys()), settings["size"], PUBLISHED),
)
write_json(entries, snakemake.output.json)
write_csv(as_table(entries), snakemake.output.table)
