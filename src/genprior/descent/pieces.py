"""One quadratic piece of the empirical risk, with bounds on the rounding of its matrices.

Where the activation pattern is constant the network is linear, G(x) = L x, its pre-activations are
E_l x with E_1 = W_1 and E_l = W_l diag(p_{l-1}) E_{l-1}, and with M = A L the risk is
||M x - y||^2 / 2.  The certificates reason about exact arithmetic on the floating-point weights, so
every computed matrix comes with a bound on its distance from the exact one: a sum of n products
is off by at most gamma(n) times the sum of their magnitudes, in whatever order it is taken
(N. J. Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).  The use of the
bounds stands in ``docs/certificate.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genprior.model.problem import Problem
from genprior.types import Array

UNIT = np.finfo(np.float64).eps / 2

Pattern = Sequence[NDArray[np.bool_]]


def gamma(terms: int) -> float:
    """gamma_n = n u / (1 - n u), with one operation to spare for the product itself."""
    return (terms + 1) * UNIT / (1 - (terms + 1) * UNIT)


@dataclass(frozen=True)
class Piece:
    """The linear maps of one activation pattern.

    Attributes:
        pattern: which neurons are active, one boolean array of shape (n_l,) a layer.
        rows: E_l, shape (n_l, k), one a layer.
        norms: the norms of the rows of E_l, shape (n_l,), one a layer.
        errors: bounds on the norm of each row's rounding error, shape (n_l,), one a layer.
        operator: M = A L, shape (m, k).
        operator_error: a bound on the spectral norm of the rounding error of M.
    """

    pattern: tuple[NDArray[np.bool_], ...]
    rows: tuple[Array, ...]
    norms: tuple[Array, ...]
    errors: tuple[Array, ...]
    operator: Array
    operator_error: float

    @property
    def latent_dimension(self) -> int:
        return self.operator.shape[1]

    @property
    def largest_rank(self) -> int:
        """The rank that M cannot exceed: min(k, m, active neurons of each layer)."""
        return min(*self.operator.shape, *(int(active.sum()) for active in self.pattern))

    def pre_activation_errors(self, radius: float) -> list[Array]:
        """Bounds on the rounding error of E_l z for all ||z|| <= radius, one array a layer."""
        dot = gamma(self.latent_dimension)
        return [
            (error + dot * norm) * radius
            for error, norm in zip(self.errors, self.norms, strict=True)
        ]


def piece(problem: Problem, pattern: Pattern) -> Piece:
    """The piece of an activation pattern, whether or not the pattern occurs anywhere.

    Args:
        problem: of which the network and A count.
        pattern: the active neurons, a boolean array of shape (n_l,) a layer.
    """
    weights, sensing = problem.weights, problem.sensing
    inputs = np.eye(weights[0].shape[1])
    alive = np.arange(len(inputs))
    input_norms, input_errors = np.zeros(len(inputs)), np.zeros(len(inputs))
    rows, norms, errors = [], [], []
    for number, (layer, active) in enumerate(zip(weights, pattern, strict=True)):
        # W_1 is exact: multiplying by the identity rounds nothing.
        row = layer if number == 0 else layer[:, alive] @ inputs[alive]
        magnitude = gamma(layer.shape[1]) * input_norms + input_errors
        error = np.abs(layer) @ magnitude
        norm = np.linalg.norm(row, axis=1)
        rows.append(row)
        norms.append(norm)
        errors.append(error)
        alive = np.flatnonzero(active)
        inputs, input_norms, input_errors = (
            active[:, None] * row,
            active * norm,
            active * error,
        )
    if sensing is None:
        operator, operator_error = inputs, float(np.linalg.norm(input_errors))
    else:
        operator = sensing[:, alive] @ inputs[alive]
        magnitude = gamma(sensing.shape[1]) * input_norms + input_errors
        operator_error = float(np.linalg.norm(np.abs(sensing) @ magnitude))
    return Piece(tuple(pattern), tuple(rows), tuple(norms), tuple(errors), operator, operator_error)


def _matrices(problem: Problem) -> list[Array]:
    """W_1, ..., W_d and A, unless A = I."""
    return [*problem.weights, *([] if problem.sensing is None else [problem.sensing])]


def lipschitz_bound(problem: Problem) -> float:
    """||A|| ||W_d|| ... ||W_1||, spectral norms: a Lipschitz constant of x -> A G(x)."""
    product = 1.0
    for matrix in _matrices(problem):
        gram = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
        largest = float(np.linalg.eigvalsh(gram)[-1])
        product *= np.sqrt(largest + gamma(2 * max(matrix.shape)) * float(np.trace(gram)))
    return product


def forward_error(problem: Problem) -> float:
    """A bound on ||computed - exact A G(x)|| / ||x|| for every x, from Frobenius norms."""
    matrices = _matrices(problem)
    terms = sum(matrix.shape[1] for matrix in matrices)
    return gamma(terms) * float(np.prod([np.linalg.norm(matrix) for matrix in matrices]))
