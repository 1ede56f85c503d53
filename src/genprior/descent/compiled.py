"""The compiled engine: the same descent as ``reference``, streaming only the active weights.

Results are the same bits on every x86-64 processor (see ``kernels``, which does the work).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from genprior.descent import Descent, Settings, Stop, kernels, require_run
from genprior.descent.lifting import frozen, lift_network, lift_point
from genprior.model.arrays import require
from genprior.model.networks import Network, network_of, shape_of
from genprior.model.problem import Problem
from genprior.types import Array, Weights

STOPS = {
    kernels.GRADIENT: Stop.GRADIENT,
    kernels.CYCLE: Stop.CYCLE,
    kernels.CAP: Stop.CAP,
    kernels.DIVERGED: Stop.DIVERGED,
    kernels.CERTIFIED: Stop.CERTIFIED,
}


@dataclass(frozen=True)
class Work:
    """What a run cost.

    Attributes:
        streamed: iterations that streamed the weights.
        mirrors: evaluations of f(-x).
        glances: evaluations of G(-x) that made one of f(-x) needless.
        regions: linear regions whose maps were computed from the weights.
        flips: neurons whose flips were followed by low-rank updates.
    """

    streamed: int
    mirrors: int
    glances: int
    regions: int = 0
    flips: int = 0


def _stored(*arrays: Array) -> Sequence[NDArray[np.floating]]:
    """The arrays in single precision if that is exact for all of them, else as they are.

    The kernels widen what they read, so results are the same bits; half the bytes are read faster.
    """
    with np.errstate(over="ignore"):
        narrow = [array.astype(np.float32) for array in arrays]
    exact = all(np.array_equal(half, full) for half, full in zip(narrow, arrays, strict=True))
    return narrow if exact else arrays


class Layout:
    """A network and a sensing matrix as the kernels take them, whatever was observed.

    Args:
        network: the network, or the weights of a plain one.
        sensing: A, shape (m, n_d), or None for A = I.

    Raises:
        UnsupportedNetwork: for a sigmoid end.
    """

    def __init__(self, network: Network | Weights, sensing: Array | None):
        network = network_of(network)
        network.require_pieces("a compiled engine")
        self.frozen = frozen(network)
        self._slopes = np.array([0.0, *network.slopes])
        weights = lift_network(network).weights
        self.shape = np.array(shape_of(weights), dtype=np.int64)
        sizes = [0, 0, *(layer.size for layer in weights)]
        self._offsets = np.cumsum(sizes)[: len(weights) + 1].astype(np.int64)
        self._identity = sensing is None
        self._packed, self._sensing_columns = _stored(
            np.concatenate([layer.T.ravel() for layer in weights], dtype=np.float64),
            np.ascontiguousarray(
                np.empty((0, 0)) if sensing is None else sensing.T, dtype=np.float64
            ),
        )

    @cached_property
    def bounds(self) -> kernels.Bounds:
        """What the negation check and the certificate need; measuring alone does not."""
        return kernels.bounds_of(self.operators(np.empty(0)))

    def operators(self, measurements: Array) -> kernels.Operators:
        """The arrays as the kernels take them, with y, shape (m,)."""
        return kernels.Operators(
            packed=self._packed,
            offsets=self._offsets,
            shape=self.shape,
            slopes=self._slopes,
            frozen=self.frozen,
            sensing=self._sensing_columns,
            identity=self._identity,
            measurements=np.ascontiguousarray(measurements, dtype=np.float64),
        )


class Engine:
    """A problem laid out for the kernels, built once and used for many runs.

    Args:
        problem: the network, A and y.
        layout: of the same network and A, where one is there already.

    ``work`` tells what the last descent cost.
    """

    work: Work | None = None

    def __init__(self, problem: Problem, layout: Layout | None = None):
        self.problem = problem
        self.layout = layout or Layout(problem.network, problem.sensing)
        self.operators = self.layout.operators(problem.measurements)

    @classmethod
    def of_code(cls, network: Network | Weights, sensing: Array | None, code: Array) -> Self:
        """The engine for recovering a latent code x0, shape (k,), from what ``measure`` makes."""
        silent = cls(Problem.silent(network, sensing))
        return silent.observing(silent.measure(code))

    def observing(self, measurements: Array) -> Self:
        """The same network and sensing matrix, laid out once, under other measurements."""
        return type(self)(self.problem.observing(measurements), self.layout)

    def measure(self, code: Array) -> Array:
        """A G(code), shape (m,), the same bits on every machine, whatever y is."""
        require("code", code, (self.problem.shape[0],))
        silence = np.zeros(len(self.problem.measurements))
        return kernels.measure(self.layout.operators(silence), self.lifted(code))

    def lifted(self, x: Array, value: float = 1.0) -> Array:
        """A copy of x as the kernels take it, (x, 1) for a network with biases."""
        return lift_point(np.array(x, dtype=np.float64), self.layout.frozen, value)

    def descend(
        self, start: Array, tie_direction: Array, settings: Settings, path_length: int = 0
    ) -> Descent:
        """HHHV's Algorithm 1 from ``start``; arguments and result as ``reference.descend``."""
        require_run(self.problem, start, tie_direction, settings, path_length)
        x = self.lifted(start)
        path = np.empty((path_length, len(x)))
        rule = rule_of(settings, self.lifted(tie_direction, 0.0))
        *end, evaluations = kernels.stream_descent(
            self.operators, self.layout.bounds, rule, x, path
        )
        self.work = Work(end[2] + 1, *evaluations.tolist())
        k = len(start)
        return descent_of(x[:k], path[:, :k], *end)


def rule_of(settings: Settings, tie_direction: Array, to_proof: bool = False) -> kernels.Rule:
    """The settings as the kernels take them."""
    return kernels.Rule(
        step=float(settings.step),
        negation_check=settings.negation_check,
        max_iterations=settings.max_iterations,
        gradient_tolerance=float(settings.gradient_tolerance),
        to_proof=to_proof,
        tie_direction=np.ascontiguousarray(tie_direction, dtype=np.float64),
    )


def descent_of(
    x: Array,
    path: Array,
    loss: float,
    gradient_norm: float,
    iterations: int,
    negations: int,
    stop: int,
    kept: int,
) -> Descent:
    """A kernel's result as it is handed out.

    Where x has run away, the kernels may see a network whose neurons are all off, at a slope of 0.
    """
    if not np.isfinite(x).all():
        loss, gradient_norm, stop = np.nan, np.nan, kernels.DIVERGED
    return Descent(x, loss, gradient_norm, iterations, negations, STOPS[stop], path[:kept].copy())


def descend(
    problem: Problem,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    path_length: int = 0,
) -> Descent:
    """One run; arguments and result as ``reference.descend``."""
    return Engine(problem).descend(start, tie_direction, settings, path_length)


def warm_up(engine: type[Engine] = Engine) -> None:
    """Compile an engine's kernels, or load them from Numba's cache, on a toy network."""
    one = np.ones(1)
    engine(Problem([np.ones((1, 1))], None, one)).descend(one, one, Settings(0.5, True, 1, 0.0))
