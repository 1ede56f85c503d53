"""The empirical risk along rays from 0, where G is linear and everything is exact.

G(r w) = r G(w) for r >= 0, so f(r w) = |r a - y|^2 / 2 with a = A G(w): a parabola whose foot and
slope at 0 are inner products.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from genprior.model.instances import Instance
from genprior.model.networks import generate
from genprior.model.problem import Problem
from genprior.model.theory import rho
from genprior.studies.landscape.batch import forward, unit
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Array, Row

SCHEMA = OBSERVATIONS
CODES = 8  # in each network, over which the minimiser on a ray is averaged


def ray_minimiser(problem: Problem, code: Array, direction: Array) -> float:
    """The r >= 0 that minimises f(r w), as a multiple of |x0|, for the unit vector w.

    NaN where the network sends the ray to 0, so that f is constant along it.
    """
    problem.network.require_plain("the minimiser on a ray")
    a = problem.sense(generate(problem.weights, direction / np.linalg.norm(direction)))
    if not a.any():
        return float("nan")
    y = problem.measurements
    return max(0.0, float(a @ y) / float(a @ a)) / float(np.linalg.norm(code))


def across(code: Array, stream: np.random.Generator) -> Array:
    """A random unit vector orthogonal to the code, shape (k,)."""
    drawn = stream.standard_normal(len(code))
    return unit(drawn - code * (drawn @ code) / float(code @ code))


def mean_ray_minimiser(one: Instance, side: Array) -> float:
    """The minimiser on the ray through -x0, as a multiple of |x0|, averaged over CODES codes.

    The codes lie at equal angles in the plane of the instance's code and ``side``.  Each has the
    same law, and their mean scatters less over networks than any one of them.  Rays that the
    network sends to 0 are left out.
    """
    size = float(np.linalg.norm(one.code))
    found = []
    for turn in 2 * np.pi * np.arange(CODES) / CODES:
        code = np.cos(turn) * one.code + np.sin(turn) * size * side
        found.append(ray_minimiser(Problem.of_code(one.weights, one.sensing, code), code, -code))
    found = [one for one in found if one == one]
    return float(np.mean(found)) if found else float("nan")


def saddle_profile(problem: Problem, code: Array, side: Array, angles: Sequence[float]) -> Array:
    """2^d f / |x0|^2 on the circle of radius rho_d |x0| through -rho_d x0 and the unit vector
    ``side``, at angles s to -x0, minus its value at -rho_d x0; the mean of both sides, shape
    (len(angles),).

    Over networks its mean tends to the closed form, which is -C_d s^3 for small s.
    """
    depth, size = problem.depth, float(np.linalg.norm(code))
    turns = np.concatenate([[0.0], angles, -np.asarray(angles)])
    circle = -np.outer(code, np.cos(turns)) + size * np.outer(side, np.sin(turns))
    signals, _ = forward(problem.weights, rho(depth) * circle)
    residuals = problem.sense(signals) - problem.measurements[:, None]
    risks = 2**depth * np.sum(residuals**2, axis=0) / (2 * size**2)
    half = len(angles)
    return (risks[1 : half + 1] + risks[half + 1 :]) / 2 - risks[0]


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The minimiser on the ray through -x0 and, beyond one layer, the saddle's profile."""
    side = across(one.code, draws(Role.POINTS))
    found = {"ray minimiser": mean_ray_minimiser(one, side)}
    if len(one.weights) > 1:
        problem = Problem.of_code(one.weights, one.sensing, one.code)
        angles = settings["angles"]
        profile = saddle_profile(problem, one.code, side, angles)
        found |= {
            f"saddle profile at {angle:g}": float(value)
            for angle, value in zip(angles, profile, strict=True)
        }
    return found


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
