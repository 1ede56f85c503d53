"""Forward and backward passes of many points at once, in plain matrix products.

Points, signals and directions are columns.  A pre-activation of exactly zero counts as inactive
(HV's diag(W x > 0)); ``networks.activation_pattern`` settles such ties one point at a time.
"""

import numpy as np

from genprior.model.problem import Problem
from genprior.types import Array, Weights

Masks = list[np.ndarray]


def unit(points: Array) -> Array:
    """Every column scaled to length one."""
    return points / np.linalg.norm(points, axis=0)


def random_units(dimension: int, count: int, stream: np.random.Generator) -> Array:
    """Independent uniform directions, shape (k, count)."""
    return unit(stream.standard_normal((dimension, count)))


def at_angles(code: Array, angles: Array, stream: np.random.Generator) -> Array:
    """Unit vectors at these angles to the code, in random planes through it, shape (k, count)."""
    axis = code / np.linalg.norm(code)
    across = stream.standard_normal((len(code), len(angles)))
    across = unit(across - np.outer(axis, axis @ across))
    return np.cos(angles) * axis[:, None] + np.sin(angles) * across


def forward(weights: Weights, points: Array) -> tuple[Array, Masks]:
    """G of every column, shape (n_d, b), and the masks of active neurons, (n_i, b) a layer."""
    masks = []
    for layer in weights:
        points = layer @ points
        masks.append(points > 0)
        points = points * masks[-1]
    return points, masks


def push(weights: Weights, masks: Masks, points: Array) -> Array:
    """L_x z for every column z, with the masks of x: shape (n_d, b)."""
    for layer, mask in zip(weights, masks, strict=True):
        points = mask * (layer @ points)
    return points


def pull(weights: Weights, masks: Masks, signals: Array) -> Array:
    """L_x^T s for every column s, with the masks of x: shape (k, b)."""
    for layer, mask in zip(reversed(weights), reversed(masks), strict=True):
        signals = layer.T @ (mask * signals)
    return signals


def normal(problem: Problem, signals: Array) -> Array:
    """A^T A s for every column s."""
    return problem.sense_back(problem.sense(signals))


def directions(problem: Problem, points: Array) -> tuple[Array, Masks]:
    """The paper's direction v at every column, shape (k, b), and the masks there.

    Raises:
        UnsupportedNetwork: for a network that is not plain.
    """
    problem.network.require_plain("the landscape of a problem")
    signals, masks = forward(problem.weights, points)
    residuals = problem.sense(signals) - problem.measurements[:, None]
    return pull(problem.weights, masks, problem.sense_back(residuals)), masks
