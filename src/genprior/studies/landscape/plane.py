"""The landscape at k = 2: the risk over a square, and gradient descent across it.

Everything is drawn for x0 = (1, 0), to which each network is turned and scaled, so that landscapes
of several widths can be laid side by side.
"""

import numpy as np

from genprior.descent import Settings
from genprior.descent.compiled import Problem
from genprior.model.instances import Instance
from genprior.model.networks import generate
from genprior.model.theory import contracted_cosine
from genprior.studies.landscape.batch import forward
from genprior.types import Array, Row

CODE = np.array([1.0, 0.0])


def turned(one: Instance) -> tuple[Array, ...]:
    """The weights after turning the latent plane so that the code lies along (1, 0)."""
    x, y = one.code / np.linalg.norm(one.code)
    return (one.weights[0] @ np.array([[x, -y], [y, x]]), *one.weights[1:])


def square(extent: float, resolution: int) -> Array:
    """The points of a regular grid on [-extent, extent]^2, columns, shape (2, resolution^2)."""
    ticks = np.linspace(-extent, extent, resolution)
    return np.stack(np.meshgrid(ticks, ticks)).reshape(2, -1)


def risk_rows(one: Instance, extent: float, resolution: int) -> list[Row]:
    """2^d times the empirical and the expected risk over the square, A = I, for x0 = (1, 0)."""
    weights, points = turned(one), square(extent, resolution)
    depth = len(weights)
    y = generate(weights, CODE)[:, None]
    empirical = [
        2**depth / 2 * np.sum((forward(weights, part)[0] - y) ** 2, axis=0)
        for part in np.array_split(points, resolution, axis=1)
    ]
    size, angle = np.hypot(*points), np.abs(np.arctan2(points[1], points[0]))
    expected = (size**2 + 1 - 2 * size * contracted_cosine(angle, depth)) / 2
    return [
        {"shape": "-".join(map(str, one.shape)), "x": x, "y": y, "empirical": f, "expected": g}
        for (x, y), f, g in zip(points.T, np.concatenate(empirical), expected, strict=True)
    ]


def path_rows(one: Instance, settings: Settings, starts: int, extent: float) -> list[Row]:
    """Iterates of descent from starts on a circle; one row an iterate."""
    problem = Problem(turned(one), None)
    y = problem.measure(CODE)
    rows = []
    for number in range(starts):
        angle = 2 * np.pi * (number + 0.5) / starts
        start = 0.9 * extent * np.array([np.cos(angle), np.sin(angle)])
        end = problem.descend(y, start, one.tie_direction, settings, settings.max_iterations + 1)
        rows += [
            {
                "shape": "-".join(map(str, one.shape)),
                "start": number,
                "iteration": iteration,
                "x": x,
                "y": height,
            }
            for iteration, (x, height) in enumerate(end.path)
        ]
    return rows
