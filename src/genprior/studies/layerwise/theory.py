"""What is expected of random layers, in closed form.

Which inputs satisfy the equations of the active rows is a matter of a subspace and a cone.  The
null space of r Gaussian rows is a uniformly random subspace, also given the signs of the rows,
for a row and its negative have the same.  The input is the only one exactly where that subspace
meets the cone of feasible directions at the origin alone, and the chance of it is a sum of the
cone's intrinsic volumes (Amelunxen, Lotz, McCoy and Tropp, Information and Inference 3, 2014).
"""

from functools import cache

import numpy as np
from scipy import stats

from genprior.types import Array

# Half the rows of a Gaussian layer are active and give an equation each; the input is determined
# once there are as many as the dimension of what is left open: the k inputs, or the statistical
# dimension of the cone z >= 0 at a point with k / 2 zeros, k / 2 + k / 4.
EXPECTED_TRANSITION = {"free": 2.0, "nonnegative": 1.5}


def determined(latent_dimension: int, widths: Array) -> Array:
    """P(Bin(n, 1/2) >= k): the active rows of a Gaussian layer of width n determine k inputs."""
    return np.asarray(stats.binom.sf(latent_dimension - 1, np.asarray(widths, int), 0.5))


def pinned(width: int, inputs: int, zeros: int) -> Array:
    """P(an inner layer's input is determined), by its number of active rows, shape (width + 1,).

    The input is known to be non-negative and has ``zeros`` zeros, so that its cone of feasible
    directions is a product of lines and ``zeros`` half-lines; its j-th intrinsic volume is
    v_j = P(Bin(zeros, 1/2) = j - (inputs - zeros)).  With r rows the chance is
    1 - 2 (v_{r+1} + v_{r+3} + ...), and one from r = inputs on.  A cone without half-lines is the
    whole space, which needs as many rows as inputs.
    """
    rows = np.arange(width + 1)
    if zeros == 0:
        return np.where(rows >= inputs, 1.0, 0.0)
    volumes = np.zeros(max(inputs, width) + 4)
    volumes[inputs - zeros : inputs + 1] = stats.binom.pmf(np.arange(zeros + 1), zeros, 0.5)
    tails = volumes.copy()
    for parity in (0, 1):
        tails[parity::2] = volumes[parity::2][::-1].cumsum()[::-1]
    return np.where(rows >= inputs, 1.0, np.clip(1 - 2 * tails[rows + 1], 0, 1))


@cache
def inverted(shape: tuple[int, ...]) -> float:
    """P(all layers of a random network determine their inputs), shape (k, n_1, ..., n_d).

    The first layer's input has any sign; an inner layer's has as many zeros as the layer before
    it has inactive rows.  A wrong input that happens to be found is not counted.
    """
    k, first, *rest = shape
    active = np.arange(first + 1)
    chance = np.where(active >= k, stats.binom.pmf(active, first, 0.5), 0.0)
    for inputs, width in zip(shape[1:], rest, strict=False):
        rows = stats.binom.pmf(np.arange(width + 1), width, 0.5)
        chance = sum(
            chance[r] * rows * pinned(width, inputs, inputs - r)
            for r in np.flatnonzero(chance > 1e-12)
        )
    return float(np.sum(chance))


@cache
def inverted_layer(inputs: str, latent_dimension: int, width: int) -> float:
    """P(one Gaussian layer determines its input): of any sign, ``free``, or a Gaussian's positive
    part and known to be ``nonnegative``."""
    if inputs == "free":
        return float(determined(latent_dimension, width))
    active = stats.binom.pmf(np.arange(width + 1), width, 0.5)
    zeros = stats.binom.pmf(np.arange(latent_dimension + 1), latent_dimension, 0.5)
    chances = [active @ pinned(width, latent_dimension, z) for z in range(latent_dimension + 1)]
    return float(zeros @ np.array(chances))
