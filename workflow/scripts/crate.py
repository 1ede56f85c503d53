"""Describe a finished run as an RO-Crate, and read it back."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from genprior.job import log_to
from genprior.report.crate import faults, metadata
from genprior.tables import read_json, write_json

log_to(snakemake.log[0])

folder = Path(snakemake.output.json).parent
files = sorted(map(Path, snakemake.input.files))
facts = read_json(snakemake.input.facts)
now = datetime.now(UTC).isoformat(timespec="seconds")
write_json(metadata(folder, files, facts, now), snakemake.output.json)
if told := faults(folder):
    sys.exit("The crate is not valid:\n" + "\n".join(told))
