"""Keep a configuration that lies outside of the checkout beside its results."""

from pathlib import Path

from genprior.job import log_to
from genprior.tables import write_text

log_to(snakemake.log[0])

write_text(Path(snakemake.input.file).read_text(encoding="utf-8"), snakemake.output.file)
