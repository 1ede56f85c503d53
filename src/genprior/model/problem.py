"""A recovery problem: find x with A G(x) = y, where G is a network and A a sensing matrix."""

from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genprior.model.arrays import require
from genprior.model.networks import Network, generate, network_of
from genprior.types import Array, Weights


@dataclass(frozen=True, eq=False)
class Problem:
    """A network, how it is observed, and what was observed.

    Attributes:
        network: the network; the weights of a plain one may be given in its place.
        sensing: A, shape (m, n_d), or None for A = I, which is inversion.
        measurements: y, shape (m,).

    Raises:
        TypeError, ValueError: naming the array, what it is and what it should be, where one is no
            array of finite real numbers or does not fit the others.
    """

    network: Network
    sensing: Array | None
    measurements: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", network_of(self.network))
        if self.sensing is not None:
            require("A", self.sensing, ("m", len(self.weights[-1])))
        self._require_measurements()

    def _require_measurements(self) -> None:
        rows = self.weights[-1] if self.sensing is None else self.sensing
        require("y", self.measurements, (len(rows),))

    @classmethod
    def of_code(cls, network: Network | Weights, sensing: Array | None, code: Array) -> "Problem":
        """The problem of recovering a latent code x0, shape (k,), from y = A G(x0).

        The product is NumPy's; ``descent.compiled.Engine.of_code`` has the one whose bits are the
        same on every machine.
        """
        problem = cls.silent(network, sensing)
        require("x0", code, (problem.shape[0],))
        return problem.observing(problem.sense(generate(problem.network, code)))

    @classmethod
    def silent(cls, network: Network | Weights, sensing: Array | None) -> "Problem":
        """The problem with y = 0, for who has no measurements yet."""
        network = network_of(network)
        rows = network.weights[-1] if sensing is None else sensing
        return cls(network, sensing, np.zeros(np.shape(rows)[:1]))

    @property
    def weights(self) -> tuple[Array, ...]:
        """W_i, shape (n_i, n_{i-1})."""
        return self.network.weights

    @property
    def shape(self) -> tuple[int, ...]:
        """(k, n_1, ..., n_d)."""
        return self.network.shape

    @property
    def depth(self) -> int:
        return self.network.depth

    def observing(self, measurements: Array) -> "Problem":
        """The same network and sensing matrix, which are not looked at again, under another y."""
        other = copy(self)
        object.__setattr__(other, "measurements", measurements)
        other._require_measurements()
        return other

    def rows(self, chosen: NDArray[np.integer], scale: float) -> "Problem":
        """The same network under some rows of A and y, scaled; they have been looked at here."""
        if self.sensing is None:
            raise ValueError("A = I here; only a sensing matrix has rows to choose")
        other = copy(self)
        object.__setattr__(other, "sensing", scale * self.sensing[chosen])
        object.__setattr__(other, "measurements", scale * self.measurements[chosen])
        return other

    def sense(self, signals: Array) -> Array:
        """A s, shape (m,) or (m, b), of a signal or of several in columns, (n_d,) or (n_d, b)."""
        return signals if self.sensing is None else self.sensing @ signals

    def sense_back(self, residuals: Array) -> Array:
        """A^T r, shape (n_d,) or (n_d, b), of residuals, shape (m,) or (m, b)."""
        return residuals if self.sensing is None else self.sensing.T @ residuals
