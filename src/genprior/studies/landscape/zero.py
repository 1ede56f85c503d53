"""The one-sided slopes of the empirical risk at 0, which is a maximum if all of them fall.

HV (v3): D_w f(0) < 0 for all w (Theorem 1), and below -|x0| / (8 pi 2^d) (Theorem 4).  A search
bounds the largest slope from below, so a positive one refutes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.model.instances import Instance
from genprior.model.networks import generate
from genprior.model.problem import Problem
from genprior.studies.landscape.batch import forward, normal, pull, random_units, unit
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Array, Row

SCHEMA = OBSERVATIONS


def slopes_at_zero(problem: Problem, code: Array, points: Array) -> tuple[Array, Array]:
    """The one-sided derivatives D_w f(0) = -<A G(w), A G(x0)> along unit columns w, and their
    gradients in w."""
    problem.network.require_plain("the risk's slope at 0")
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


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The largest slope at 0, by drawing and by searching."""
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    drawn, searched = largest_slope_at_zero(
        problem, one.code, draws(Role.SEARCH), **settings["search"]
    )
    return {"slope at 0, drawn": drawn, "slope at 0, searched": searched}


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
