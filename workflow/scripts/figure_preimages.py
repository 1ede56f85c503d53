"""Draw pre-images of two layers that are not convex."""

import sys

from genprior.figures.style import save
from genprior.studies.layerwise.figure_preimages import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

save(draw(), snakemake.output.pdf, snakemake.output.png)
