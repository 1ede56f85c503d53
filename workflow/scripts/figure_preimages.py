"""Draw pre-images of two layers that are not convex."""

import sys

from genprior.studies.layerwise.figure_preimages import draw
from genprior.figures.style import save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

save(draw(), snakemake.output.pdf, snakemake.output.png)
