"""The incremental engine: the same descent as ``reference``, inside linear regions.

Inside an activation pattern f is a quadratic, so an iteration needs neither W_i nor A but M = A L,
of size m x k, or even H = M^T M and c = M^T y alone; the next pattern needs the maps E_l from the
code to the pre-activations, of size n_l x k.  When neurons flip, both change by low-rank updates.
The run streams the weights, as ``compiled`` does, while many neurons flip at every step, and it
leaves every delicate decision to a streamed evaluation: ties, negations, all stops.

Iterates differ from the other engines' by rounding.  Results are the same bits on every x86-64
processor.
"""

from dataclasses import dataclass

import numpy as np

from genprior.descent import (
    Descent,
    Settings,
    Stop,
    compiled,
    kernels,
    require_negation,
    require_run,
)
from genprior.model.arrays import require
from genprior.model.problem import Problem
from genprior.types import Array


@dataclass(frozen=True)
class Limit:
    """Where a run is proved to converge, by Proposition 5 of ``docs/certificate.md``.

    Attributes:
        point: the limit as computed, shape (k,); H is nonsingular there.
        error: a bound on its distance from the exact limit.
    """

    point: Array
    error: float


class Engine(compiled.Engine):
    """As ``compiled.Engine``, inside linear regions."""

    def descend(
        self, start: Array, tie_direction: Array, settings: Settings, path_length: int = 0
    ) -> Descent:
        """HHHV's Algorithm 1 from ``start``; arguments and result as ``reference.descend``."""
        return self._descend(start, tie_direction, settings, path_length, to_proof=False)[0]

    def descend_to_proof(
        self, start: Array, tie_direction: Array, settings: Settings, path_length: int = 0
    ) -> tuple[Descent, Limit | None]:
        """As ``descend``, but the run ends as soon as its limit is proved.

        Returns the run and its limit, or None where the run stopped for another reason.
        """
        return self._descend(start, tie_direction, settings, path_length, to_proof=True)

    def limit(self, x: Array, settings: Settings) -> Limit | None:
        """The limit of descent from x, if it is proved to stay in its piece.

        Refuses sooner than ``certificates.certify``, and costs little.

        Raises:
            TypeError, ValueError: where x is no array of k finite real numbers, or the settings
                have a negation check and the network biases.
        """
        require("x", x, (self.problem.shape[0],))
        require_negation(self.problem.network, settings.negation_check)
        k, x = len(x), self.lifted(x)
        point = np.empty(len(x))
        holds, error = kernels.ball_certificate(
            self.operators, self.layout.bounds, compiled.rule_of(settings, x), x, point
        )
        return Limit(point[:k], error) if holds else None

    def _descend(self, start, tie_direction, settings, path_length, to_proof):
        require_run(self.problem, start, tie_direction, settings, path_length)
        k, x = len(start), self.lifted(start)
        path, point = np.empty((path_length, len(x))), np.empty(len(x))
        *end, work, error = kernels.incremental_descent(
            self.operators,
            self.layout.bounds,
            compiled.rule_of(settings, self.lifted(tie_direction, 0.0), to_proof),
            x,
            path,
            point,
        )
        self.work = compiled.Work(*work.tolist())
        run = compiled.descent_of(x[:k], path[:, :k], *end)
        return run, Limit(point[:k], error) if run.stop == Stop.CERTIFIED else None


def descend(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    path_length: int = 0,
) -> Descent:
    """One run; arguments and result as ``reference.descend``."""
    return Engine(problem).descend(start, tie_direction, settings, path_length)


def warm_up() -> None:
    """As ``compiled.warm_up``, for this engine."""
    compiled.warm_up(Engine)
