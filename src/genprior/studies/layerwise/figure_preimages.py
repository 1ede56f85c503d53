"""Two-layer networks whose pre-image of a point is not convex, drawn."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.types import Array, Weights

TITLE = "two-layer networks with a pre-image that is not convex"
CATEGORY = "One layer at a time"
NEEDS = {}
CLAIMS = ["LJDD-hard"]
SETTINGS = []
CAPTION = """Two-layer networks whose pre-image of a point is not convex (Lei, Jalal, Dhillon,
Dimakis, arXiv 1906.07437, state that there are such)."""

REACH = 1.6
GRID = 401


def diamond() -> tuple[Array, Array]:
    """A network whose pre-image of (1,) is {|x_1| + |x_2| = 1}: connected, not convex."""
    return np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]), np.ones((1, 4))


def wedge() -> tuple[Array, Array]:
    """A network whose pre-image of (0,) is {x_1^+ <= x_2^+}: with interior, not convex."""
    return np.eye(2), np.array([[1.0, -1.0]])


def output_on(weights: Weights, axis: Array) -> Array:
    """G over a square grid of the plane, shape (g, g)."""
    plane = np.stack(np.meshgrid(axis, axis), axis=-1)
    for layer in weights:
        plane = np.maximum(plane @ layer.T, 0.0)
    return plane[..., 0]


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """The pre-image of 1 under the diamond network and of 0 under the wedge network."""
    figure, panels = style.new_figure(style.COLUMN, 2.3, 2)
    axis = np.linspace(-REACH, REACH, GRID)
    colour, chord = style.PALETTE[0], style.PALETTE[1]

    panels[0].contour(axis, axis, output_on(diamond(), axis), levels=[1.0], colors=[colour])
    panels[0].set_title("$|x_1|+|x_2|=1$")

    inside = output_on(wedge(), axis) <= 0
    panels[1].contourf(axis, axis, inside, levels=[0.5, 1.5], colors=[colour], alpha=0.45)
    panels[1].set_title("$(x_1^+-x_2^+)^+=0$")
    far = np.array([[0.0, -1.2], [1.2, 1.2]])

    for axes, points in zip(panels, (np.array([[1.0, 0.0], [-1.0, 0.0]]), far), strict=True):
        axes.plot(*points.T, color=chord, marker="o", linestyle="--")
        middle = points.mean(axis=0)
        axes.plot(*middle, color=chord, marker="x", markersize=6, markeredgewidth=1.5)
        axes.set_aspect("equal")
        axes.set_xticks([-1, 0, 1])
        axes.set_yticks([-1, 0, 1])
        axes.set_xlabel("$x_1$")
    panels[0].set_ylabel("$x_2$")
    style.note(
        figure,
        "blue: pre-image of 1 (left) and of 0 (right) under a network of two layers; "
        "circles: two of its points; cross: their midpoint, which lies outside",
    )
    return figure
