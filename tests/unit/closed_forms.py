"""Closed forms that only the tests compare with: HV's own sums, derivatives, phase retrieval.

Notation and sources as in ``genprior.model.theory``; HLV is Hand, Leong & Voroninski (arXiv
1807.04261).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from genprior.model.theory import angle_between, angle_map, angle_orbit, expected_curvatures
from genprior.types import Array


def angle_map_slope(angle: ArrayLike) -> Array:
    """g'(t) = (pi - t) sin t / (pi sin g(t)), with its limit 1 at t = 0."""
    t = np.asarray(angle, dtype=float)
    image = np.sin(angle_map(t))
    known = image > 0
    return np.where(known, (np.pi - t) * np.sin(t) / (np.pi * np.where(known, image, 1.0)), 1.0)


def rho_by_sum(depth: int) -> float:
    """rho_d as HV write it: sum_i (sin t_i / pi) prod_{j>i} (pi - t_j) / pi with t_0 = pi."""
    orbit = angle_orbit(np.pi, depth)[:depth]
    total = 0.0
    for i in range(depth):
        total += np.sin(orbit[i]) / np.pi * np.prod(1.0 - orbit[i + 1 :] / np.pi)
    return float(total)


def rho_by_recursion(depth: int) -> float:
    """rho_{d+1} = (1 - t_d / pi) rho_d + sin(t_d) / pi, rho_0 = 0 (HV, section 5)."""
    value = 0.0
    for t_i in angle_orbit(np.pi, depth)[:depth]:
        value = (1.0 - t_i / np.pi) * value + np.sin(t_i) / np.pi
    return float(value)


def expected_hessian(x: Array, code: Array, depth: int) -> Array:
    """The Hessian of f^E at x != 0, shape (k, k)."""
    along, in_plane, across = expected_curvatures(x, code, depth)
    x_hat = x / np.linalg.norm(x)
    outside = code - (code @ x_hat) * x_hat
    sine = np.linalg.norm(outside) / np.linalg.norm(code)
    hessian = across * np.eye(len(x)) + (along - across) * np.outer(x_hat, x_hat)
    if sine > 1e-12:
        u = outside / np.linalg.norm(outside)
        hessian += (in_plane - across) * np.outer(u, u)
    return hessian / 2**depth


@dataclass(frozen=True)
class Valley:
    """The floor of the expected risk at each angle t to x0, for |x0| = 1.

    Attributes:
        radius: the minimising |x|, cos g^(d)(t).
        height: 2^d f^E there, sin^2(g^(d)(t)) / 2, which increases with t.
    """

    radius: Array
    height: Array


def valley(angle: ArrayLike, depth: int) -> Valley:
    """The valley of the expected risk (see ``Valley``)."""
    last = angle_orbit(angle, depth)[-1]
    return Valley(np.cos(last), np.sin(last) ** 2 / 2)


def phase_cosine(angle: ArrayLike) -> Array:
    """(2/pi) (sin p + (pi/2 - p) cos p): what |A .| does to the cosine of an angle p (HLV)."""
    p = np.asarray(angle, dtype=float)
    return 2 / np.pi * (np.sin(p) + (np.pi / 2 - p) * np.cos(p))


def phase_rho(depth: int) -> float:
    """The second critical point of phase retrieval is -phase_rho x0; 2/pi at d = 1 (HLV)."""
    return float(phase_cosine(angle_orbit(np.pi, depth)[-1]))


def expected_phase_risk(x: Array, code: Array, depth: int) -> float:
    """The limit of || |A G(x)| - |A G(x0)| ||^2 / 2 (HLV); x = 0 has no cross term."""
    r, r0 = np.linalg.norm(x), np.linalg.norm(code)
    cross = r * r0 * phase_cosine(angle_orbit(angle_between(x, code), depth)[-1]) if r > 0 else 0.0
    return float((r**2 + r0**2 - 2 * cross) / 2 ** (depth + 1))
