"""Steps for networks of one's own: 2^d/d^2 is for random ones."""

from dataclasses import replace
from math import inf
from numbers import Real
from typing import Any

import numpy as np

from genprior.descent import STEP_RULES, Settings, step_size
from genprior.descent.pieces import lipschitz_bound, piece
from genprior.model.networks import activation_pattern
from genprior.model.problem import Problem

FITTED = ("curvature", "bound")  # to the problem at hand
RULES = (*FITTED, *STEP_RULES)
POINTS = 16  # pieces whose curvature is looked at


def step_for(problem: Problem, rule: str | float = "curvature") -> float:
    """The constant step nu of a rule.

    Within a piece the risk is ||M x - y||^2 / 2, and descent is stable there where nu is below
    2/||M||^2.  One step serves all pieces, so nu is

    * under ``curvature`` 1/max ||M||^2 over the pieces of a few points, always the same ones.
      Pieces that are more curved than these are not excluded;
    * under ``bound`` 1/(||A|| ||W_d|| ... ||W_1||)^2, which no piece exceeds, and which is small;
    * under ``2^d/d^2`` or ``2^d/2`` as said (HHHV), for random networks;
    * or a positive number, as it stands.

    Args:
        problem: the network and A; y does not count.
        rule: one of these.

    Raises:
        ValueError: for any other rule, or a network whose output never moves.

    >>> from genprior.api.problems import instance
    >>> one = instance((3, 30, 90), 30, seed=1)
    >>> problem = Problem.of_code(one.network, one.sensing, one.code)
    >>> step_for(problem, "bound") < step_for(problem) < step_for(problem, "2^d/2") == 2.0
    True
    """
    if rule == "curvature":
        curvature = max(_curvatures(problem))
    elif rule == "bound":
        curvature = lipschitz_bound(problem) ** 2
    else:
        require_rule(rule)
        return step_size(rule, problem.depth)
    if not 0 < curvature < inf:
        raise ValueError(
            f"step {rule!r}: the risk has curvature {curvature:g} there; give the step as a number"
        )
    return 1.0 / curvature


def require_rule(rule: object) -> None:
    """Refuse what is no step; raises ValueError with what is allowed."""
    number = isinstance(rule, Real) and not isinstance(rule, bool) and 0 < rule < inf
    if not number and rule not in RULES:
        raise ValueError(f"step {rule!r}; allowed: {', '.join(RULES)} or a positive number")


def _curvatures(problem: Problem) -> list[float]:
    """||M||^2 in the pieces of some points in general position."""
    factor, network = 1.0, problem.network
    if network.last == "sigmoid":
        # No slope of it exceeds 1/4; twice that curvature leaves room for the bend of the sigmoid.
        factor, network = 2 / 16, replace(network, last="linear")
        problem = Problem(network, problem.sensing, problem.measurements)
    points = np.random.default_rng(0).standard_normal((POINTS // 2, problem.shape[0]))
    return [
        factor * float(np.linalg.norm(here.operator, 2)) ** 2
        for z in (*points, *-points)
        for here in [piece(problem, activation_pattern(network, z))]
    ]


def settings(
    problem: Problem,
    step: str | float = "curvature",
    *,
    negation_check: bool | None = None,
    max_iterations: int = 20_000,
    gradient_tolerance: float = 1e-9,
) -> Settings:
    """How to descend on a problem.

    Args:
        problem: the network and A.
        step: a rule or a number (``step_for``).
        negation_check: whether f(-x) is compared with f(x) before every step (HHHV, Algorithm 1);
            by default where the network has no biases, leaks or other ends, for which it is meant.
        max_iterations: the iteration cap.
        gradient_tolerance: descent stops where ||v|| is at most this.

    Raises:
        ValueError: for what is no such setting.
    """
    chosen: dict[str, Any] = {
        "negation_check": problem.network.plain if negation_check is None else negation_check,
        "max_iterations": max_iterations,
        "gradient_tolerance": gradient_tolerance,
    }
    text = step if isinstance(step, str) else f"{step:g}"
    return Settings(step=step_for(problem, step), step_rule=text, **chosen)
