"""The one-sided slopes of the empirical risk at 0, which is a maximum if all of them fall."""

import numpy as np

from genprior.model.networks import generate
from genprior.model.problem import Problem
from genprior.studies.landscape.batch import forward, normal, pull, random_units, unit
from genprior.types import Array


def slopes_at_zero(problem: Problem, code: Array, points: Array) -> tuple[Array, Array]:
    """The one-sided derivatives D_w f(0) = -<A G(w), A G(x0)> along unit columns w, and their
    gradients in w."""
    target = normal(problem, generate(problem.weights, code)[:, None])
    signals, masks = forward(problem.weights, points)
    gradient = -pull(problem.weights, masks, np.broadcast_to(target, signals.shape))
    return np.sum(points * gradient, axis=0), gradient


def largest_slope_at_zero(
    problem: Problem, code: Array, stream: np.random.Generator, starts: int, steps: int
) -> tuple[float, float]:
    """2^d D_w f(0) / |x0| at its largest over w: random directions, then ascent from them and -x0.

    Both are lower bounds of the supremum over all w.
    """
    scale = 2**problem.depth / np.linalg.norm(code)
    points = random_units(len(code), starts, stream)
    drawn = slopes_at_zero(problem, code, points)[0].max()
    points = np.column_stack([points, -code / np.linalg.norm(code)])
    best = drawn
    for length in np.geomspace(0.5, 1e-3, steps):
        values, gradient = slopes_at_zero(problem, code, points)
        best = max(best, values.max())
        tangent = gradient - points * np.sum(points * gradient, axis=0)
        norm = np.linalg.norm(tangent, axis=0)
        points = unit(points + length * tangent / np.where(norm > 0, norm, 1.0))
    return float(drawn * scale), float(best * scale)
