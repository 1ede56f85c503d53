"""Draw relative error against iteration."""

import sys

import pandas as pd

from genprior.descent import step_size
from genprior.figures.figure_convergence import draw
from genprior.figures.style import conditions, save

sys.stderr = open(snakemake.log[0], "w", buffering=1)

curves = pd.concat([pd.read_parquet(path) for path in snakemake.input.curves])
depth = int(curves["depth"].iloc[0])
step = step_size(snakemake.params.conditions["step"], depth)
figure = draw(curves, step, depth, conditions(snakemake.params.conditions))
save(figure, snakemake.output.pdf, snakemake.output.png)
