"""Hold the ledger against the expected one; fail with the differences."""

import sys
from pathlib import Path

from genprior.claims.comparison import differences
from genprior.tables import read_json, write_text

entries, expected = map(read_json, (snakemake.input.ledger, snakemake.input.expected))
told = list(differences(entries, expected))
Path(snakemake.log[0]).write_text("\n".join(told))
if told:
    sys.exit("The verdicts are not the expected ones:\n" + "\n".join(told))
write_text(f"{len(entries)} claims as expected\n", snakemake.output.table)
