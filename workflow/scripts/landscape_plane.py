"""The landscape at k = 2: the risk over a square, and paths of descent across it."""

import sys

from genprior.descent import Settings
from genprior.model.instances import instance
from genprior.studies.landscape.plane import path_rows, risk_rows
from genprior.tables import PATHS, PLANE, write_rows

sys.stderr = open(snakemake.log[0], "w", buffering=1)
plane = snakemake.params.plane

risks, paths = [], []
for widths in plane["widths"]:
    one = instance(snakemake.params.seed, "identity", (2, *widths), 0, widths[-1])
    settings = Settings.from_config(plane["descent"], len(widths))
    risks += risk_rows(one, plane["extent"], plane["resolution"])
    paths += path_rows(one, settings, plane["starts"], plane["extent"])
write_rows(risks, PLANE, snakemake.output.risks)
write_rows(paths, PATHS, snakemake.output.paths)
