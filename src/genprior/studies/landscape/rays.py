"""The empirical risk along rays from 0, where G is linear and everything is exact.

G(r w) = r G(w) for r >= 0, so f(r w) = |r a - y|^2 / 2 with a = A G(w): a parabola whose foot and
slope at 0 are inner products.
"""

from collections.abc import Sequence

import numpy as np

from genprior.model.networks import generate
from genprior.model.risk import measure
from genprior.model.theory import rho
from genprior.studies.landscape.batch import forward, normal, pull, random_units, unit
from genprior.types import Array, Weights


def ray_minimiser(weights: Weights, sensing: Array | None, code: Array, direction: Array) -> float:
    """The r >= 0 that minimises f(r w), as a multiple of |x0|, for the unit vector w."""
    a = measure(sensing, generate(weights, direction / np.linalg.norm(direction)))
    y = measure(sensing, generate(weights, code))
    return max(0.0, float(a @ y) / float(a @ a)) / float(np.linalg.norm(code))


def slopes_at_zero(
    weights: Weights, sensing: Array | None, code: Array, points: Array
) -> tuple[Array, Array]:
    """The one-sided derivatives D_w f(0) = -<A G(w), A G(x0)> along unit columns w, and their
    gradients in w."""
    target = normal(sensing, generate(weights, code)[:, None])
    signals, masks = forward(weights, points)
    gradient = -pull(weights, masks, np.broadcast_to(target, signals.shape))
    return np.sum(points * gradient, axis=0), gradient


def largest_slope_at_zero(
    weights: Weights,
    sensing: Array | None,
    code: Array,
    stream: np.random.Generator,
    starts: int,
    steps: int,
) -> tuple[float, float]:
    """2^d D_w f(0) / |x0| at its largest over w: random directions, then ascent from them and -x0.

    Both are lower bounds of the supremum over all w.
    """
    scale = 2 ** len(weights) / np.linalg.norm(code)
    points = random_units(len(code), starts, stream)
    drawn = slopes_at_zero(weights, sensing, code, points)[0].max()
    points = np.column_stack([points, -code / np.linalg.norm(code)])
    best = drawn
    for length in np.geomspace(0.5, 1e-3, steps):
        values, gradient = slopes_at_zero(weights, sensing, code, points)
        best = max(best, values.max())
        tangent = gradient - points * np.sum(points * gradient, axis=0)
        norm = np.linalg.norm(tangent, axis=0)
        points = unit(points + length * tangent / np.where(norm > 0, norm, 1.0))
    return float(drawn * scale), float(best * scale)


def saddle_profile(
    weights: Weights,
    sensing: Array | None,
    code: Array,
    stream: np.random.Generator,
    angles: Sequence[float],
) -> Array:
    """2^d f / |x0|^2 on the circle of radius rho_d |x0| in a random plane through x0, at angles s
    to -x0, minus its value at -rho_d x0; the mean of both sides, shape (len(angles),).

    Over networks its mean tends to the closed form, which is -C_d s^3 for small s.
    """
    depth, size = len(weights), float(np.linalg.norm(code))
    across = stream.standard_normal(len(code))
    across = unit(across - code * (across @ code) / size**2)
    turns = np.concatenate([[0.0], angles, -np.asarray(angles)])
    circle = -np.outer(code, np.cos(turns)) + size * np.outer(across, np.sin(turns))
    signals, _ = forward(weights, rho(depth) * circle)
    residuals = measure(sensing, signals) - measure(sensing, generate(weights, code))[:, None]
    risks = 2**depth * np.sum(residuals**2, axis=0) / (2 * size**2)
    half = len(angles)
    return (risks[1 : half + 1] + risks[half + 1 :]) / 2 - risks[0]
