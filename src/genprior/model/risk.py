"""The empirical risk f(x) = ||A G(x) - y||^2 / 2 and the paper's descent direction v.

Source: HV, equation (1) and the definition of v_{x,x0} that follows it.
"""

from math import fsum, inf, sqrt

import numpy as np

from genprior.model.networks import (
    activation_pattern,
    affine,
    gains,
    generate,
    layers_of,
    sigmoid,
)
from genprior.model.problem import Problem
from genprior.types import Array


def residual(problem: Problem, x: Array) -> Array:
    """A G(x) - y, shape (m,), at a latent code x, shape (k,)."""
    return problem.sense(generate(problem.network, x)) - problem.measurements


def empirical_risk(problem: Problem, x: Array) -> float:
    """f(x) = ||A G(x) - y||^2 / 2 at a latent code x, shape (k,)."""
    misfit = residual(problem, x)
    return 0.5 * float(misfit @ misfit)


def descent_direction(problem: Problem, x: Array, tie_direction: Array | None = None) -> Array:
    """v = L_x^T A^T (A L_x x - y), shape (k,): the gradient of f wherever f is differentiable.

    Elsewhere v is the limit of the gradients at x + delta w as delta falls to 0, for the generic
    direction w = ``tie_direction`` (HV, section 1).  With biases, a leaky relu or a linear end
    L_x is the Jacobian of G's piece all the same; with a sigmoid it is that of G.
    """
    network = problem.network
    layers = layers_of(network)
    pattern = activation_pattern(network, x, tie_direction)
    factors = [gains(active, slope) for active, (*_, slope) in zip(pattern, layers, strict=True)]
    signal = x
    for (layer, bias, _), factor in zip(layers, factors, strict=True):
        signal = factor * affine(layer, bias, signal)
    if network.last == "sigmoid":
        signal, factors[-1] = sigmoid(signal), sigmoid(signal) * sigmoid(-signal)
    v = problem.sense_back(problem.sense(signal) - problem.measurements)
    for (layer, *_), factor in zip(reversed(layers), reversed(factors), strict=True):
        v = layer.T @ (factor * v)
    return np.asarray(v)


def relative_error(x: Array, code: Array) -> float:
    """||x - x0|| / ||x0||, from correctly rounded sums: the same bits everywhere.

    Infinite where x has run away so far that squares overflow.
    """
    error = x - code
    if not np.all(np.abs(error) < 1e150):
        return inf
    return sqrt(fsum(error**2) / fsum(code**2))
