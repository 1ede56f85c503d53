"""Two-layer networks whose pre-image of a point is not convex, and their picture in the docs.

    python -m genprior.studies.layerwise.preimages docs/preimages.png

LJDD (Lei, Jalal, Dhillon, Dimakis, arXiv 1906.07437, abstract) state that there are such; these two
are ours.
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.types import Array, Weights

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


def draw() -> Figure:
    """The pre-image of 1 under the diamond network and of 0 under the wedge network."""
    figure, panels = style.new_figure(style.COLUMN, 2.3, 2)
    axis = np.linspace(-REACH, REACH, GRID)
    colour, chord = style.PALETTE[0], style.PALETTE[1]
    panels[0].contour(axis, axis, output_on(diamond(), axis), levels=[1.0], colors=[colour])
    inside = output_on(wedge(), axis) <= 0
    panels[1].contourf(axis, axis, inside, levels=[0.5, 1.5], colors=[colour], alpha=0.45)
    style.letters(panels, ["$|x_1|+|x_2|=1$", "$(x_1^+-x_2^+)^+=0$"])
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
        "blue: pre-image of 1 (a) and of 0 (b) under a network of two layers; "
        "circles: two of its points; cross: their midpoint, which lies outside",
    )
    return figure


if __name__ == "__main__":
    path = Path(sys.argv[1])
    style.save(draw(), path.with_suffix(".pdf"), path)
    path.with_suffix(".pdf").unlink()
