"""The landscape at k = 2: the risk over a square, for x0 = (1, 0) and A = I."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.model.problem import Problem
from genprior.model.theory import contracted_cosine
from genprior.studies.landscape.batch import forward
from genprior.studies.landscape.plane import CODE, network, turned
from genprior.studies.landscape.schemas import PLANE
from genprior.types import Array, Row

SCHEMA = PLANE


def square(extent: float, resolution: int) -> Array:
    """The points of a regular grid on [-extent, extent]^2, columns, shape (2, resolution^2)."""
    ticks = np.linspace(-extent, extent, resolution)
    return np.stack(np.meshgrid(ticks, ticks)).reshape(2, -1)


def heights(problem: Problem, points: Array, batches: int) -> tuple[Array, Array]:
    """2^d times the empirical and the expected risk at every column, shape (b,) each.

    Args:
        problem: that of recovering x0 = (1, 0), A = I.
        points: shape (2, b).
        batches: in how many batches the columns pass the network.
    """
    depth, y = problem.depth, problem.measurements[:, None]
    empirical = [
        2**depth / 2 * np.sum((forward(problem.weights, batch)[0] - y) ** 2, axis=0)
        for batch in np.array_split(points, batches, axis=1)
    ]
    size, angle = np.hypot(*points), np.abs(np.arctan2(points[1], points[0]))
    expected = (size**2 + 1 - 2 * size * contracted_cosine(angle, depth)) / 2
    return np.concatenate(empirical), expected


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a point of the square.

    Args:
        seed: the configuration's seed.
        part: ``widths`` of the network; ``extent`` and ``resolution`` of the square.
    """
    one = network(seed, part["widths"])
    points = square(part["extent"], part["resolution"])
    problem = Problem.of_code(turned(one), None, CODE)
    found = heights(problem, points, part["resolution"])
    for (x, y), empirical, expected in zip(points.T, *found, strict=True):
        yield {
            "shape": "-".join(map(str, one.shape)),
            "x": x,
            "y": y,
            "empirical": empirical,
            "expected": expected,
        }
