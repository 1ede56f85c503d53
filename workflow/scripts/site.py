"""Write the folder that a web server shows as it is."""

from pathlib import Path

import pdoc

from genprior.job import log_to
from genprior.report.site import modules, write_site

log_to(snakemake.log[0])
given, folder = snakemake.input, Path(snakemake.output.folder)

write_site(folder, given.page, [*given.notebooks, *given.figures, *given.findings])
pdoc.render.configure(docformat="google")
pdoc.pdoc(*modules(), output_directory=folder / "api")
