"""Write the folder that a web server shows as it is."""

import sys
from pathlib import Path

import pdoc

from genprior.report.site import write_site

sys.stderr = open(snakemake.log[0], "w", buffering=1)
given, folder = snakemake.input, Path(snakemake.output.folder)

write_site(folder, given.page, [*given.notebooks, *given.figures, *given.findings])
pdoc.render.configure(docformat="google")
pdoc.pdoc("genprior", output_directory=folder / "api")
