"""ReLU networks G(x) = relu(W_d ... relu(W_2 relu(W_1 x))) and their linear pieces.

Source: Hand & Voroninski (arXiv 1705.07576), section 1.  A network is the tuple of its weights
``(W_1, ..., W_d)``, ``W_i`` of shape (n_i, n_{i-1}) with n_0 = k the latent dimension; no biases.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from genprior.types import Array, Weights


def to_singles(matrix: Array) -> Array:
    """The entries rounded to single precision, in a float64 array.

    Weights of networks are stored in single precision as a rule.  All is computed in double
    precision; an engine may keep such a matrix in half the bytes and change no bit of a result.
    """
    return matrix.astype(np.float32).astype(np.float64)


def sample_weights(shape: Sequence[int], stream: np.random.Generator) -> tuple[Array, ...]:
    """Gaussian weights W_i ~ N(0, 1/n_i), drawn layer by layer and row by row, ``to_singles``.

    Args:
        shape: (k, n_1, ..., n_d), the latent dimension followed by the layer widths.
        stream: the random stream, which is advanced.

    Source: HV v3, section 1 (the law under which Theorem 1 holds).
    """
    return tuple(
        to_singles(stream.standard_normal((rows, columns)) / np.sqrt(rows))
        for columns, rows in pairwise(shape)
    )


def shape_of(weights: Weights) -> tuple[int, ...]:
    """(k, n_1, ..., n_d) of a network."""
    return (weights[0].shape[1], *(layer.shape[0] for layer in weights))


def generate(weights: Weights, x: Array) -> Array:
    """The signal G(x), shape (n_d,), of a latent code x, shape (k,)."""
    for layer in weights:
        x = np.maximum(layer @ x, 0.0)
    return x


def activation_pattern(
    weights: Weights, x: Array, tie_direction: Array | None = None
) -> tuple[NDArray[np.bool_], ...]:
    """Which neurons are active at x, or just beside it.

    A neuron whose pre-activation is exactly zero counts as it would at ``x + delta w`` for an
    infinitesimal delta > 0 and w = ``tie_direction``; without one it counts as inactive, which
    is the convention diag(W x > 0) of HV.

    Returns one boolean array of shape (n_i,) a layer.
    """
    pattern = []
    w = np.zeros_like(x) if tie_direction is None else tie_direction
    for layer in weights:
        pre_activation, drift = layer @ x, layer @ w
        active = (pre_activation > 0) | ((pre_activation == 0) & (drift > 0))
        x, w = active * pre_activation, active * drift
        pattern.append(active)
    return tuple(pattern)


def region_map(weights: Weights, pattern: Sequence[NDArray[np.bool_]]) -> Array:
    """L_x = W_{d,+,x} ... W_{1,+,x}, shape (n_d, k): G(x) = L_x x where ``pattern`` holds."""
    linear = np.eye(weights[0].shape[1])
    for layer, active in zip(weights, pattern, strict=True):
        linear = active[:, None] * (layer @ linear)
    return linear
