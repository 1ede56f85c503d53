"""Ways back through a network by the transposes of its weights.

Sources: PLUGIn, x_{i+1} = x_i - eta W_1^T ... W_d^T (G(x_i) - y), descent with the activation masks
dropped (Joshi, Li, Plan, Yilmaz, NeurIPS 2021).  Reversal in one pass (Arora, Liang, Ma, arXiv
1511.05653): with W ~ N(0, 1/n), E[W^T relu(W x)] = x / 2, so 2 W^T relu(W x) is the estimate; for
non-negative codes its positive part.
"""

import numpy as np

from genprior.model.networks import generate
from genprior.types import Array, Weights

DIVERGED = 1e6  # the code has norm 1
STATIONARY = 1e-13  # relative change at which the iteration stops (PLUGIn, section 4)


def transpose(weights: Weights, residual: Array) -> Array:
    """W_1^T ... W_d^T r, shape (k,): the way back without masks."""
    for layer in reversed(weights):
        residual = layer.T @ residual
    return residual


def iterate(
    weights: Weights, output: Array, start: Array, step: float, max_iterations: int
) -> tuple[Array, int, str]:
    """PLUGIn from a start: the last iterate, the iterations, and why it stopped.

    Reasons: ``stationary``, ``diverged`` or ``cap``.
    """
    x = start
    for iteration in range(max_iterations):
        change = step * transpose(weights, generate(weights, x) - output)
        x = x - change
        size = float(np.linalg.norm(x))
        if not size < DIVERGED:
            return x, iteration + 1, "diverged"
        if np.linalg.norm(change) < STATIONARY * size:
            return x, iteration + 1, "stationary"
    return x, max_iterations, "cap"


def reverse(weights: Weights, output: Array, nonnegative: bool) -> Array:
    """The code estimated by one pass through the transposes, shape (k,).

    Inner layers hold outputs of ReLUs, so their estimates are cut at zero; the code's own is cut
    only if it is known to be ``nonnegative``.
    """
    x = output
    for number in reversed(range(len(weights))):
        x = 2 * (weights[number].T @ x)
        if number > 0 or nonnegative:
            x = np.maximum(x, 0)
    return x
