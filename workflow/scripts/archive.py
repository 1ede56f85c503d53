"""Write one archive to deposit."""

import sys
from pathlib import Path

from genprior.report.archive import write_archive

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given = snakemake.input

paths = {Path(path) for path in (*given.results, *given.rows, *given.figures, *given.about)}
write_archive(paths, Path(snakemake.output.zip))
