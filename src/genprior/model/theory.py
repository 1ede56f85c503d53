"""Closed forms of the theory: angle map, expected risk, its derivatives and critical points.

Notation.  t is the angle between x and the code x0, g the angle map that one layer applies to
angles, t_0 = t, t_{i+1} = g(t_i), and c_i = cos t_i.  The cosines obey c_{i+1} = psi(c_i) with
psi'(c_i) = (pi - t_i) / pi, which is regular everywhere, so all derivatives below go through them:

    xi = prod_i psi'(c_i),      d c_d / d t = -xi sin t,      zeta = c_d - xi cos t.

The last identity turns the paper's sum for zeta into one cosine and makes the expected risk the law
of cosines with a contracted angle (``expected_risk``); the tests check it against the paper's sums.

Source: Hand & Voroninski (HV, arXiv 1705.07576v3, by whose numbers the project names statements),
equations (1) and (2) and sections 4 and 5.
"""

import numpy as np
from numpy.typing import ArrayLike

from genprior.types import Array


def angle_between(x: Array, y: Array) -> float:
    """The angle of two nonzero vectors in [0, pi], accurate at both ends (W. Kahan)."""
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    return float(2.0 * np.arctan2(np.linalg.norm(x - y), np.linalg.norm(x + y)))


def angle_map(angle: ArrayLike) -> Array:
    """g(t) = arccos(((pi - t) cos t + sin t) / pi), elementwise on [0, pi] (HV, section 1).

    Evaluated through sin(g/2), which keeps full accuracy where the arc cosine loses half of it.
    """
    t = np.asarray(angle, dtype=float)
    half = np.sin(t / 2) ** 2 - (np.sin(t) - t * np.cos(t)) / (2 * np.pi)
    return 2.0 * np.arcsin(np.sqrt(np.maximum(half, 0.0)))


def angle_orbit(angle: ArrayLike, depth: int) -> Array:
    """t_0 = t, t_1 = g(t), ..., t_d along a new first axis of length d + 1."""
    orbit = [np.asarray(angle, dtype=float)]
    for _ in range(depth):
        orbit.append(angle_map(orbit[-1]))
    return np.stack(orbit)


def contracted_cosine(angle: ArrayLike, depth: int) -> Array:
    """c_d(t) = cos g^(d)(t): the cosine between G(x) and G(x0) as the widths go to infinity."""
    return np.cos(angle_orbit(angle, depth)[-1])


def contraction(angle: ArrayLike, depth: int) -> Array:
    """xi = prod_{i<d} (pi - t_i) / pi (HV, section 4)."""
    return np.prod(1.0 - angle_orbit(angle, depth)[:depth] / np.pi, axis=0)


def contracted_cosine_curvature(angle: ArrayLike, depth: int) -> Array:
    """The second derivative of c_d in t, by c_{i+1}'' = psi' c_i'' + psi'' (c_i')^2."""
    t = np.asarray(angle, dtype=float)
    slope, curvature = -np.sin(t), -np.cos(t)
    for t_i in angle_orbit(t, depth)[:depth]:
        sine = np.sin(t_i)
        # (c_i')^2 / sin t_i goes to zero with sin t, like sin t itself.
        bend = np.where(sine > 0, slope**2 / (np.pi * np.where(sine > 0, sine, 1.0)), 0.0)
        factor = 1.0 - t_i / np.pi
        slope, curvature = factor * slope, factor * curvature + bend
    return curvature


def rho(depth: int) -> float:
    """rho_d: the expected risk's second critical point is -rho_d x0.  rho_1 = 0, rho_2 = 1/pi.

    HV give a sum; it equals cos g^(d)(pi).
    """
    return float(contracted_cosine(np.pi, depth))


def swap_matrix(x: Array, y: Array) -> Array:
    """M: the symmetric matrix that swaps the directions of x and y and kills the rest, (k, k)."""
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    cosine = float(np.cos(angle_between(x, y)))
    across = y - (x @ y) * x
    sine = np.linalg.norm(across)
    if sine < 1e-12:  # (anti)parallel: M sends x to y = +x or -x
        return np.sign(cosine) * np.outer(x, x)
    u = across / sine
    return cosine * (np.outer(x, x) - np.outer(u, u)) + sine * (np.outer(x, u) + np.outer(u, x))


def expected_gram(x: Array, y: Array) -> Array:
    """Q_{x,y} = E[W_{+,x}^T W_{+,y}] for W_ij ~ N(0, 1/n), shape (k, k) (HV, equation (2))."""
    t = angle_between(x, y)
    identity = np.eye(len(x))
    return (np.pi - t) / (2 * np.pi) * identity + np.sin(t) / (2 * np.pi) * swap_matrix(x, y)


def expected_risk(x: Array, code: Array, depth: int) -> float:
    """f^E = 2^-(d+1) (|x|^2 + |x0|^2 - 2 |x| |x0| cos g^(d)(t)), t the angle of x and x0.

    The risk's limit as the widths and m go to infinity; at x = 0 the cross term vanishes.
    """
    r, r0 = np.linalg.norm(x), np.linalg.norm(code)
    if r == 0:
        return float(r0**2 / 2 ** (depth + 1))
    cosine = contracted_cosine(angle_between(x, code), depth)
    return float((r**2 + r0**2 - 2 * r * r0 * cosine) / 2 ** (depth + 1))


def expected_image(x: Array, y: Array, depth: int) -> Array:
    """The limit of L_x^T L_y y: 2^-d (xi y + zeta |y| x / |x|), shape (k,) (HV, Lemma 8)."""
    t = angle_between(x, y)
    xi = contraction(t, depth)
    zeta = contracted_cosine(t, depth) - xi * np.cos(t)
    return (xi * y + zeta * np.linalg.norm(y) / np.linalg.norm(x) * x) / 2**depth


def expected_direction(x: Array, code: Array, depth: int) -> Array:
    """h_{x,x0}, shape (k,): the limit of the descent direction v, and the gradient of f^E (HV)."""
    return x / 2**depth - expected_image(x, code, depth)


def expected_curvatures(x: Array, code: Array, depth: int) -> tuple[float, float, float]:
    """The eigenvalues of 2^d times the Hessian of f^E at x.

    Returns them along x, across x in the plane of x and x0, and across that plane.  The first is 1
    everywhere because |x| |x0| cos g^(d)(t) is homogeneous of degree one in x.
    """
    t, ratio = angle_between(x, code), np.linalg.norm(code) / np.linalg.norm(x)
    cosine, xi = contracted_cosine(t, depth), contraction(t, depth)
    in_plane = 1.0 - ratio * (cosine + contracted_cosine_curvature(t, depth))
    across = 1.0 - ratio * (cosine - xi * np.cos(t))
    return 1.0, float(in_plane), float(across)


def saddle_coefficient(depth: int) -> float:
    """C_d: with |x0| = 1, 2^d f^E falls by C_d s^3 when -rho_d x0 turns by a small angle s.

    C_d = rho_d / (3 pi) prod_{0<i<d} (1 - t_i / pi) with t_0 = pi; C_2 = 1 / (6 pi^2).
    """
    orbit = angle_orbit(np.pi, depth)[1:depth]
    return float(rho(depth) / (3 * np.pi) * np.prod(1.0 - orbit / np.pi))
