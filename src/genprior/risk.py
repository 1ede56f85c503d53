"""The empirical risk f(x) = ||A G(x) - y||^2 / 2 and the paper's descent direction v.

Source: HV, equation (1) and the definition of v_{x,x0} that follows it.  The sensing matrix A has
shape (m, n_d); ``None`` stands for A = I, which is inversion.
"""

import numpy as np

from genprior.networks import Array, Weights, activation_pattern, generate


def measure(sensing: Array | None, signal: Array) -> Array:
    """The measurements A s, shape (m,), of a signal s, shape (n_d,)."""
    return signal if sensing is None else sensing @ signal


def empirical_risk(weights: Weights, sensing: Array | None, measurements: Array, x: Array) -> float:
    """f(x) = ||A G(x) - y||^2 / 2."""
    residual = measure(sensing, generate(weights, x)) - measurements
    return 0.5 * float(residual @ residual)


def descent_direction(
    weights: Weights,
    sensing: Array | None,
    measurements: Array,
    x: Array,
    tie_direction: Array | None = None,
) -> Array:
    """v = L_x^T A^T (A L_x x - y), shape (k,): the gradient of f wherever f is differentiable.

    Elsewhere v is the limit of the gradients at x + delta w as delta falls to 0, for the generic
    direction w = ``tie_direction`` (HV, section 1).
    """
    pattern = activation_pattern(weights, x, tie_direction)
    signal = x
    for layer, active in zip(weights, pattern, strict=True):
        signal = active * (layer @ signal)
    residual = measure(sensing, signal) - measurements
    v = residual if sensing is None else sensing.T @ residual
    for layer, active in zip(reversed(weights), reversed(pattern), strict=True):
        v = layer.T @ (active * v)
    return np.asarray(v)
