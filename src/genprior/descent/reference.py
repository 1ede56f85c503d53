"""Descent as the papers write it, in plain NumPy.  This file is the definition."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from genprior.descent import Descent, Settings, Stop, require_run
from genprior.model.networks import Network, generate
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk
from genprior.types import Array, Weights


def descend(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    path_length: int = 0,
) -> Descent:
    """HHHV's Algorithm 1 from ``start``.

    Args:
        problem: the network, A and y.
        start: the first iterate, shape (k,).
        tie_direction: the generic direction w of HV's v at points of non-differentiability.
        settings: step, negation check, cap and tolerance.
        path_length: how many iterates to keep at most.

    Raises:
        TypeError, ValueError: naming the argument, what it is and what it should be.
    """
    require_run(problem, start, tie_direction, settings, path_length)
    x = np.array(start, dtype=np.float64)
    landmark, landmark_age, landmark_life = x, 0, 1  # Brent's cycle search
    negations, path = 0, []

    for iteration in range(settings.max_iterations + 1):
        if len(path) < path_length:
            path.append(x)
        loss = empirical_risk(problem, x)
        if settings.negation_check:
            mirrored = empirical_risk(problem, -x)
            if mirrored < loss:
                x, loss, negations = -x, mirrored, negations + 1
        v = descent_direction(problem, x, tie_direction)
        gradient_norm = float(np.sqrt(v @ v))

        if not np.isfinite([loss, gradient_norm, *x]).all():
            stop = Stop.DIVERGED
        elif gradient_norm <= settings.gradient_tolerance:
            stop = Stop.GRADIENT
        elif landmark_age > 0 and np.array_equal(x, landmark):
            stop = Stop.CYCLE
        elif iteration == settings.max_iterations:
            stop = Stop.CAP
        else:
            if landmark_age == landmark_life:
                landmark, landmark_age, landmark_life = x, 0, 2 * landmark_life
            x = x - settings.step * v
            landmark_age += 1
            continue
        break

    kept = np.array(path).reshape(len(path), len(start))
    return Descent(x, loss, gradient_norm, iteration, negations, stop, kept)


@dataclass(frozen=True)
class Engine:
    """The definition where an engine is asked for: the only one that takes a sigmoid end.

    It proves nothing, and its sums are NumPy's, whose bits may differ from machine to machine.
    """

    problem: Problem

    @classmethod
    def of_code(cls, network: Network | Weights, sensing: Array | None, code: Array) -> Self:
        """The engine for recovering a latent code x0, shape (k,), from y = A G(x0)."""
        return cls(Problem.of_code(network, sensing, code))

    def observing(self, measurements: Array) -> Self:
        """The same network and sensing matrix under other measurements."""
        return type(self)(self.problem.observing(measurements))

    def measure(self, code: Array) -> Array:
        """A G(code), shape (m,), whatever y is."""
        return self.problem.sense(generate(self.problem.network, code))

    def descend(
        self, start: Array, tie_direction: Array, settings: Settings, path_length: int = 0
    ) -> Descent:
        """As ``descend``."""
        return descend(self.problem, start, tie_direction, settings, path_length)
