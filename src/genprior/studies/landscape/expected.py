"""What the audit is held against: HV's bound at 0, and its answer for the expected field."""

from functools import cache

import numpy as np

from genprior.model.theory import contracted_cosine, contraction, rho
from genprior.studies.landscape.audit import REACH

STEEPEST = -1 / (8 * np.pi)  # HV's bound of 2^d D_w f(0) / |x0| (v3, Theorem 4)


@cache
def expected_shortest(depth: int, radius: float) -> float:
    """The audit's minimum for the expected direction h, on a fine grid in its plane of symmetry.

    The plane holds the minimum because h lies in the span of x and x0.
    """
    points = [
        (r * np.cos(t), r * np.sin(t))
        for r, t in [np.meshgrid(np.linspace(1e-3, REACH, 1000), np.linspace(0, np.pi, 1000))]
    ]
    angles = np.linspace(0, np.pi, 100_001)
    for centre in (1.0, -rho(depth), 0.0):
        edge = radius * (1 + 1e-9)
        points.append((centre + edge * np.cos(angles), edge * np.sin(angles)))
    a, b = (np.concatenate([pair[i].ravel() for pair in points]) for i in (0, 1))
    outside = np.all([np.hypot(a - c, b) >= radius for c in (1.0, -rho(depth), 0.0)], axis=0)
    a, b = a[outside], b[outside]
    size, angle = np.hypot(a, b), np.arctan2(b, a)
    xi = contraction(angle, depth)
    zeta = contracted_cosine(angle, depth) - xi * np.cos(angle)
    stretch = 1.0 - zeta / size
    return float(np.min(np.hypot(stretch * a - xi, stretch * b) / np.maximum(size, 1.0)))
