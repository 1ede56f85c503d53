"""Draw the angle map and its orbit."""

import sys

from genprior.figures.style import save
from genprior.studies.landscape.figure_angle_map import draw

sys.stderr = open(snakemake.log[0], "w", buffering=1)

figure = draw("closed forms; bounds: HV, section 1")
save(figure, snakemake.output.pdf, snakemake.output.png)
