"""The range-restricted isometry (RRIC): how far A is from an isometry on the generator's range.

The constant is a supremum over all points, and a search bounds it from below (see ``gram``).

Source: HV v3, Definition 3 (the condition), Proposition 6 (a Gaussian A satisfies it).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.model.instances import Instance
from genprior.model.problem import Problem
from genprior.studies.landscape.batch import forward, normal, pull, random_units, unit
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Row

SCHEMA = OBSERVATIONS


def isometry_constant(
    problem: Problem, stream: np.random.Generator, quadruples: int, steps: int
) -> tuple[float, float]:
    """Lower bounds of the RRIC constant of A on the range: by random quadruples, and by ascent.

    The quantity is |<A p, A q> - <p, q>| / (|p| |q|), p = G(x1) - G(x2), q = G(x3) - G(x4).
    """
    problem.network.require_plain("the isometry constant")
    weights, k = problem.weights, problem.shape[0]
    points = [random_units(k, quadruples, stream) for _ in range(4)]
    half = quadruples // 2  # half of the quadruples start with p = q, where A distorts a length
    for free, tied in [(0, 2), (1, 3)]:
        points[tied][:, :half] = points[free][:, :half]
    best, drawn = 0.0, None
    for length in np.geomspace(0.3, 3e-3, steps):
        passes = [forward(weights, x) for x in points]
        p, q = passes[0][0] - passes[1][0], passes[2][0] - passes[3][0]
        sizes = np.linalg.norm(p, axis=0), np.linalg.norm(q, axis=0)
        p, q = p / sizes[0], q / sizes[1]
        excess_p, excess_q = normal(problem, p) - p, normal(problem, q) - q
        value = np.sum(p * excess_q, axis=0)
        drawn = float(np.abs(value).max()) if drawn is None else drawn
        best = max(best, float(np.abs(value).max()))
        slopes = [
            np.sign(value) * (excess_q - value * p) / sizes[0],
            np.sign(value) * (excess_p - value * q) / sizes[1],
        ]
        for i, (_, masks) in enumerate(passes):
            gradient = (-1) ** i * pull(weights, masks, slopes[i // 2])
            norm = np.linalg.norm(gradient, axis=0)
            points[i] = unit(points[i] + length * gradient / np.where(norm > 0, norm, 1.0))
    return drawn, best


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The RRIC constant of A on the range of a network, searched."""
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    drawn, searched = isometry_constant(problem, draws(Role.POINTS), **settings["search"])
    return {"isometry, drawn": drawn, "isometry, searched": searched}


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
