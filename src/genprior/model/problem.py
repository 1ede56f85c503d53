"""A recovery problem: find x with A G(x) = y, where G is a network and A a sensing matrix."""

from dataclasses import dataclass, replace

from genprior.model.networks import generate, shape_of
from genprior.types import Array, Weights


@dataclass(frozen=True, eq=False)
class Problem:
    """A network, how it is observed, and what was observed.

    Attributes:
        weights: W_i, shape (n_i, n_{i-1}).
        sensing: A, shape (m, n_d), or None for A = I, which is inversion.
        measurements: y, shape (m,).
    """

    weights: Weights
    sensing: Array | None
    measurements: Array

    @classmethod
    def of_code(cls, weights: Weights, sensing: Array | None, code: Array) -> "Problem":
        """The problem of recovering a latent code x0, shape (k,), from y = A G(x0).

        The product is NumPy's; ``descent.compiled.Engine.of_code`` has the one whose bits are the
        same on every machine.
        """
        problem = cls(weights, sensing, generate(weights, code))
        return replace(problem, measurements=problem.sense(problem.measurements))

    @property
    def shape(self) -> tuple[int, ...]:
        """(k, n_1, ..., n_d)."""
        return shape_of(self.weights)

    @property
    def depth(self) -> int:
        return len(self.weights)

    def observing(self, measurements: Array) -> "Problem":
        """The same network and sensing matrix under other measurements."""
        return replace(self, measurements=measurements)

    def sense(self, signals: Array) -> Array:
        """A s, shape (m,) or (m, b), of a signal or of several in columns, (n_d,) or (n_d, b)."""
        return signals if self.sensing is None else self.sensing @ signals

    def sense_back(self, residuals: Array) -> Array:
        """A^T r, shape (n_d,) or (n_d, b), of residuals, shape (m,) or (m, b)."""
        return residuals if self.sensing is None else self.sensing.T @ residuals
