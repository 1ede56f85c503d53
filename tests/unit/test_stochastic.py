"""Stochastic descent over the rows of A."""

import numpy as np
import pandas as pd

from genprior.methods.numerics.batches import rows_of
from genprior.model.instances import instance
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction
from genprior.studies.stochastic import batches


def test_batches_add_up_to_the_full_descent_direction():
    one = instance(4242, "gaussian", (4, 20, 50), 0, 12)
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    full = descent_direction(problem, one.start)
    parts = [
        descent_direction(rows_of(problem, np.arange(first, first + 3)), one.start)
        for first in range(0, 12, 3)
    ]
    np.testing.assert_allclose(np.mean(parts, axis=0), full)


def test_stochastic_descent_needs_fewer_passes_than_full_descent():
    part = {
        "latent_dimension": 5,
        "widths": [60, 150],
        "measurements": 50,
        "batch": [5, 50],
        "step": "2^d/d^2",
        "max_passes": 500,
        "relative_error": 1e-3,
        "trials": [0, 3],
    }
    rows = pd.DataFrame(batches.rows(4242, part))
    assert np.isfinite(rows["passes"]).all()
    by_batch = rows.pivot(index="trial", columns="batch", values="passes")
    assert (by_batch[5] < by_batch[50]).all()
