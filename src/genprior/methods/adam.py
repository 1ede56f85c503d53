"""Adam from several starts, of which the one with the smallest measurement loss is kept.

Sources: Bora, Jalal, Price, Dimakis (arXiv 1703.03208), section 5, for restarts chosen by
||A G(x) - y||; Kingma and Ba (arXiv 1412.6980), Algorithm 1, for the step.
"""

import numpy as np

from genprior.methods import settings as shared
from genprior.methods.contract import Found
from genprior.model.networks import affine, layers_of, sigmoid
from genprior.model.problem import Problem
from genprior.types import Array

NAME = "adam"


class Settings(shared.Settings):
    """Adam with restarts."""

    restarts: shared.Count = 10
    """Runs, the first from the trial's start, the others from codes of the law N(0, I_k)."""
    steps: shared.Count = 1000
    """Steps of each run."""
    learning_rate: shared.Positive = 0.1
    """The learning rate of the first step."""
    final_rate: shared.Positive = 1e-4
    """The learning rate of the last step; between the two it changes by a constant factor.  With a
    constant rate, as in Bora et al., runs end too far from a minimum for a proof of it."""
    beta_1: shared.Share = 0.9
    """The decay of the mean of gradients."""
    beta_2: shared.Share = 0.999
    """The decay of the mean of squared gradients."""
    epsilon: shared.Positive = 1e-8
    """What is added to the root of the mean of squares."""


def require(problem: Problem) -> None:
    """Every problem."""


def recover(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    stream: np.random.Generator,
) -> Found:
    """The best of the runs; the stream draws their starts. ``iterations`` counts all runs'."""
    others = stream.standard_normal((settings.restarts - 1, len(start)))
    x = np.column_stack([start, *others])
    mean, square = np.zeros_like(x), np.zeros_like(x)
    for step, rate in enumerate(rates(settings), start=1):
        _, slopes = losses_and_gradients(problem, x)
        mean += (1 - settings.beta_1) * (slopes - mean)
        square += (1 - settings.beta_2) * (slopes**2 - square)
        root = np.sqrt(square / (1 - settings.beta_2**step)) + settings.epsilon
        x = x - rate * (mean / (1 - settings.beta_1**step)) / root
    losses, slopes = losses_and_gradients(problem, x)
    best = int(np.argmin(losses))
    return Found(
        x=x[:, best].copy(),
        iterations=settings.restarts * settings.steps,
        stop="cap",
        loss=float(losses[best]),
        gradient_norm=float(np.linalg.norm(slopes[:, best])),
    )


def rates(settings: Settings) -> Array:
    """The learning rate of every step."""
    return np.geomspace(settings.learning_rate, settings.final_rate, settings.steps)


def losses_and_gradients(problem: Problem, x: Array) -> tuple[Array, Array]:
    """f and its gradient at several codes, the columns of x, shape (k, r): shapes (r,), (k, r)."""
    signal, factors = x, []
    for layer, bias, slope in layers_of(problem.network):
        before = affine(layer, bias, signal)
        factors.append(np.where(before > 0, 1.0, slope))
        signal = factors[-1] * before
    if problem.network.last == "sigmoid":
        signal = sigmoid(before)
        factors[-1] = signal * sigmoid(-before)
    residual = problem.sense(signal) - problem.measurements[:, None]
    back = problem.sense_back(residual)
    for layer, factor in zip(reversed(problem.weights), reversed(factors), strict=True):
        back = layer.T @ (factor * back)
    return 0.5 * (residual**2).sum(axis=0), back
