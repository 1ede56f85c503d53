"""Gradient descent on the empirical risk with the paper's descent direction.

    x_{i+1} = x_i' - nu v(x_i'),   x_i' = -x_i if f(-x_i) < f(x_i) else x_i

Source: Huang, Hand, Heckel, Voroninski (HHHV, arXiv 1812.04176), Algorithm 1; HV for the direction
v.  ``reference`` is the definition, in plain NumPy; ``compiled`` streams the weights at every step,
``incremental`` only where it must.  ``kernels`` holds the compiled code of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ulp
from numbers import Integral, Real
from sys import float_info
from typing import Any

import numpy as np

from genprior.model.arrays import require
from genprior.model.networks import Network, UnsupportedNetwork
from genprior.model.problem import Problem
from genprior.types import Array

STEP_RULES = ("2^d/d^2", "2^d/2")


class Stop(StrEnum):
    """Why a run of descent ended."""

    GRADIENT = "gradient"  # ||v|| is at most the gradient tolerance
    CYCLE = "cycle"  # an earlier iterate came back bit for bit: the run repeats for ever
    CAP = "cap"  # the iteration cap
    DIVERGED = "diverged"  # the risk or the iterate is no longer finite
    CERTIFIED = "certified"  # the limit is proved; only for runs that are asked to end there


def step_size(rule: str | float, depth: int) -> float:
    """The constant step nu: HHHV's 2^d/d^2, the bolder 2^d/2, or a positive number as it stands.

    Raises:
        ValueError: for any other rule.
    """
    if rule == "2^d/d^2":
        return float(Fraction(2**depth, depth**2))
    if rule == "2^d/2":
        return 2.0**depth / 2
    if isinstance(rule, int | float) and not isinstance(rule, bool) and rule > 0:
        return float(rule)
    raise ValueError(f"step {rule!r}; allowed: {', '.join(STEP_RULES)} or a positive number")


def step_text(rule: str | float) -> str:
    """The step's rule as configured, in a table or a figure: a number in its shortest form."""
    return rule if isinstance(rule, str) else f"{rule:g}"


@dataclass(frozen=True)
class Settings:
    """How to descend.

    Attributes:
        step: the constant step nu.
        negation_check: whether HHHV's check of f(-x) against f(x) precedes every step.
        max_iterations: the iteration cap.
        gradient_tolerance: descent stops where ||v|| is at most this.
        step_rule: the rule that gave the step, where one did; the tables keep it.
    """

    step: float
    negation_check: bool
    max_iterations: int
    gradient_tolerance: float
    step_rule: str = ""

    def __post_init__(self) -> None:
        """Refuse settings that are none; raises ValueError with what is given and what allowed."""
        _require("step", self.step, Real, "a positive number", least=ulp(0.0))
        if not isinstance(self.negation_check, bool | np.bool_):
            raise ValueError(f"negation_check is {self.negation_check!r}; it should be a boolean")
        _require("max_iterations", self.max_iterations, Integral, "an integer from 0 to 2^63 - 1")
        _require("gradient_tolerance", self.gradient_tolerance, Real, "a number from 0 on")

    @classmethod
    def from_config(cls, chosen: Mapping[str, Any], depth: int) -> "Settings":
        """The settings under the configuration's key ``descent``, for networks of this depth."""
        rule = chosen["step"]
        return cls(**chosen | {"step": step_size(rule, depth), "step_rule": step_text(rule)})


def _require(name: str, value: Any, kind: type, should: str, least: float = 0) -> None:
    """Refuse what is no number of a kind, at least ``least``, finite and no more than fits."""
    most = 2**63 - 1 if kind is Integral else float_info.max
    if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}; it should be {should}")


def require_negation(network: Network, negation_check: bool) -> None:
    """Refuse HHHV's negation check for a network with biases.

    Without biases G(tx) = t G(x) for t > 0, whatever the slopes and the end, so that a run may have
    to pass to the other side of 0, which the check spares it; with biases 0 is a point like others.

    Raises:
        UnsupportedNetwork: naming ``negation_check``.
    """
    if negation_check and network.biases is not None:
        raise UnsupportedNetwork(
            "negation_check is True; it should be False for a network with biases, "
            "where 0 is a point like others and nothing links x with -x"
        )


def require_run(
    problem: Problem, start: Any, tie_direction: Any, settings: Settings, path_length: Any
) -> None:
    """Refuse what no run can start from.

    Raises:
        TypeError, ValueError: naming the argument, what it is and what it should be.
    """
    k = problem.shape[0]
    require("start", start, (k,))
    require("tie_direction", tie_direction, (k,))
    require_negation(problem.network, settings.negation_check)
    _require("path_length", path_length, Integral, "an integer from 0 to 2^63 - 1")


@dataclass(frozen=True)
class Descent:
    """How a run ended.

    Attributes:
        x: the last iterate, shape (k,).
        loss: f(x), the empirical risk there.
        gradient_norm: ||v(x)||.
        iterations: steps taken.
        negations: how often the negation check replaced x by -x.
        stop: why the run ended.
        path: the iterates x_0, x_1, ..., shape (up to ``iterations`` + 1, k), as far as asked for.
    """

    x: Array
    loss: float
    gradient_norm: float
    iterations: int
    negations: int
    stop: Stop
    path: Array
