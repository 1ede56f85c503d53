"""Write one archive to deposit."""

from pathlib import Path

from genprior.job import log_to
from genprior.report.archive import write_archive

log_to(snakemake.log[0])
given = snakemake.input

paths = {Path(path) for path in (*given.results, *given.rows, *given.figures, *given.about)}
write_archive(paths, Path(snakemake.output.zip))
