"""The networks of the landscape at k = 2.

Everything is drawn for x0 = (1, 0), to which each network is turned and scaled, so that landscapes
of several widths can be laid side by side.
"""

from collections.abc import Sequence

import numpy as np

from genprior.model.instances import Instance, instance
from genprior.types import Array

CODE = np.array([1.0, 0.0])


def network(seed: int, widths: Sequence[int]) -> Instance:
    """The first random network of these widths at k = 2, A = I."""
    return instance(seed, "identity", (2, *widths), 0, widths[-1])


def turned(one: Instance) -> tuple[Array, ...]:
    """The weights after turning the latent plane so that the code lies along (1, 0)."""
    x, y = one.code / np.linalg.norm(one.code)
    return (one.weights[0] @ np.array([[x, -y], [y, x]]), *one.weights[1:])
