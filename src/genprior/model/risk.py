"""The empirical risk f(x) = ||A G(x) - y||^2 / 2 and the paper's descent direction v.

Source: HV, equation (1) and the definition of v_{x,x0} that follows it.
"""

from math import fsum, inf, sqrt

import numpy as np

from genprior.model.networks import activation_pattern, generate
from genprior.model.problem import Problem
from genprior.types import Array


def residual(problem: Problem, x: Array) -> Array:
    """A G(x) - y, shape (m,), at a latent code x, shape (k,)."""
    return problem.sense(generate(problem.weights, x)) - problem.measurements


def empirical_risk(problem: Problem, x: Array) -> float:
    """f(x) = ||A G(x) - y||^2 / 2 at a latent code x, shape (k,)."""
    misfit = residual(problem, x)
    return 0.5 * float(misfit @ misfit)


def descent_direction(problem: Problem, x: Array, tie_direction: Array | None = None) -> Array:
    """v = L_x^T A^T (A L_x x - y), shape (k,): the gradient of f wherever f is differentiable.

    Elsewhere v is the limit of the gradients at x + delta w as delta falls to 0, for the generic
    direction w = ``tie_direction`` (HV, section 1).
    """
    weights = problem.weights
    pattern = activation_pattern(weights, x, tie_direction)
    signal = x
    for layer, active in zip(weights, pattern, strict=True):
        signal = active * (layer @ signal)
    v = problem.sense_back(problem.sense(signal) - problem.measurements)
    for layer, active in zip(reversed(weights), reversed(pattern), strict=True):
        v = layer.T @ (active * v)
    return np.asarray(v)


def relative_error(x: Array, code: Array) -> float:
    """||x - x0|| / ||x0||, from correctly rounded sums: the same bits everywhere.

    Infinite where x has run away so far that squares overflow.
    """
    error = x - code
    if not np.all(np.abs(error) < 1e150):
        return inf
    return sqrt(fsum(error**2) / fsum(code**2))
