"""An audit of HV's descent direction: how short can v be away from the three critical points?

The quantity is 2^d |v(x)| / max(|x|, |x0|) over x outside balls of one radius about x0, -rho_d x0
and 0.  HV's Theorem 4 (v3) bounds it below for all x at once.  A search finds points, so it bounds
the minimum from above.  It describes and decides nothing: at a kink minimum v is one-sided and need
not be short although nothing descends, so what refutes is a proved minimum (study ``minima``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.model.instances import Instance
from genprior.model.problem import Problem
from genprior.model.theory import rho
from genprior.studies.landscape.batch import at_angles, directions, normal, pull, push, random_units
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Array, Row

SCHEMA = OBSERVATIONS
REACH = 2.0  # points are searched within this many |x0| of 0


def leave_balls(points: Array, centres: Array, radius: float) -> Array:
    """Columns inside a ball move out along its radius; those that overlap keep them are NaN."""
    for centre in centres:
        offset = points - centre[:, None]
        distance = np.linalg.norm(offset, axis=0)
        inside = (distance < radius) & (distance > 0)
        # A hair outside, so that rounding cannot put a point back in.
        points = np.where(
            inside,
            centre[:, None] + offset * (radius * (1 + 1e-9) / np.where(inside, distance, 1.0)),
            points,
        )
    kept = np.all(
        [np.linalg.norm(points - centre[:, None], axis=0) >= radius for centre in centres], axis=0
    )
    return np.where(kept, points, np.nan)


def ball_centres(code: Array, depth: int) -> Array:
    """x0, -rho_d x0 and 0, shape (3, k)."""
    return np.array([code, -rho(depth) * code, 0.0 * code])


def _lengths(problem: Problem, code: Array, points: Array) -> tuple[Array, Array, list]:
    v, masks = directions(problem, points)
    scale = np.maximum(np.linalg.norm(points, axis=0), np.linalg.norm(code))
    length = 2**problem.depth * np.linalg.norm(v, axis=0) / scale
    return np.where(np.isnan(length), np.inf, length), v, masks


def shortest_direction(
    problem: Problem,
    code: Array,
    stream: np.random.Generator,
    *,
    radius: float,
    points: int,
    starts: int,
    steps: int,
) -> tuple[float, float]:
    """The shortest direction found by drawing points, and by minimising from the worst of them.

    Half of the points have uniform directions, half uniform angles to x0; radii are uniform.  Each
    step of the minimisation tries, from every point, the fall of |v|^2 within its linear piece at
    three lengths, the descent step and random moves of shrinking size, and keeps the best.

    Args:
        radius: of the balls, in units of |x0|.
        points, starts, steps: how many points are drawn, minimised from, and for how long.
    """
    weights, depth = problem.weights, problem.depth
    k, size = len(code), float(np.linalg.norm(code))
    centres, ball = ball_centres(code, depth), radius * size
    drawn = np.column_stack(
        [
            random_units(k, points - points // 2, stream),
            at_angles(code, stream.uniform(0, np.pi, points // 2), stream),
        ]
    )
    x = leave_balls(drawn * stream.uniform(0, REACH * size, points), centres, ball)
    length, _, _ = _lengths(problem, code, x)
    first = float(length.min())
    x = x[:, np.argsort(length)[:starts]]
    length, v, masks = _lengths(problem, code, x)
    for reach in np.geomspace(0.3, 1e-3, steps):
        bent = pull(weights, masks, normal(problem, push(weights, masks, v)))
        moves = [0.0 * v, -(2**depth) * v, *(-(4**depth) * t * bent for t in (0.1, 0.4, 1.5))]
        moves += [reach * size * stream.standard_normal(x.shape) / np.sqrt(k) for _ in range(4)]
        trials = leave_balls(np.hstack([x + move for move in moves]), centres, ball)
        lengths, vs, trial_masks = _lengths(problem, code, trials)
        best = np.argmin(lengths.reshape(len(moves), -1), axis=0)
        best = best * x.shape[1] + np.arange(x.shape[1])
        x, v, length = trials[:, best], vs[:, best], np.minimum(length, lengths[best])
        masks = [mask[:, best] for mask in trial_masks]
    return first, float(length.min())


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The shortest direction, by drawing and by searching."""
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    drawn, searched = shortest_direction(
        problem, one.code, draws(Role.POINTS), radius=settings["radius"], **settings["search"]
    )
    return {"shortest, drawn": drawn, "shortest, searched": searched}


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
