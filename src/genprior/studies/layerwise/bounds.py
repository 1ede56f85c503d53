"""How far the l_inf program's answer can be from the truth: LJDD's bound, computed.

LJDD bound the error by 2^d eps / c_inf^d, c_inf a constant with ||W_I z||_inf >= c_inf ||z||_inf
on the rows I that carry a signal.  On a given instance each layer's own constant can be bounded
from below by 1 / ||W_I^+||_inf, the largest absolute row sum of the pseudo-inverse, which turns the
theorem into a number.
"""

from collections.abc import Sequence

import numpy as np

from genprior.methods.numerics.inversion import Inversion
from genprior.model.problem import Problem
from genprior.types import Array


def conditioning(rows: Array) -> float:
    """||R^+||_inf of a matrix R, shape (n, k): ||z||_inf <= ||R^+||_inf ||R z||_inf.

    Infinite unless R has full column rank.
    """
    if len(rows) < rows.shape[1] or np.linalg.matrix_rank(rows) < rows.shape[1]:
        return float("inf")
    return float(np.abs(np.linalg.pinv(rows)).sum(axis=1).max())


def l_inf_bound(
    problem: Problem,
    activations: Sequence[Array],
    inversion: Inversion,
    slope: float = 0.0,
) -> float:
    """A bound on ||z - z0||_inf for an answer of the l_inf programs, infinite where there is none.

    Layer by layer, from the last: if the outputs are known within e and the program ended with
    the deviation delta, then |s_j w_j.(z - z0)| <= delta + e on every row j that the program took
    at its sign and that truly has it (s_j the slope of phi there), hence
    ||z - z0||_inf <= ||(S W)_I^+||_inf (delta + e), which is the next layer's e.

    Args:
        problem: the network, and as measurements the noisy output of its last layer.
        activations: the true outputs of all layers.
        inversion: what the programs answered.
        slope: the slope of the activation below zero.
    """
    x = problem.measurements
    error = float(np.abs(x - activations[-1]).max())
    for layer, truth, found in zip(
        reversed(problem.weights), reversed(activations), inversion.layers, strict=True
    ):
        sure = (x > found.threshold) & (truth > 0)
        scale = np.ones(len(x))
        if slope > 0:
            below = (x < -found.threshold) & (truth < 0)
            scale[below] = slope
            sure |= below
        error = conditioning((scale[:, None] * layer)[sure]) * (found.deviation + error)
        x = found.z
    return error
