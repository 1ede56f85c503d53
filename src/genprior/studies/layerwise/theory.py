"""What is expected of a single random layer, in closed form."""

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
