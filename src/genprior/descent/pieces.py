"""One quadratic piece of the empirical risk, with bounds on the rounding of its matrices.

Where the activation pattern is constant the network is linear, G(x) = L x, its pre-activations are
E_l x with E_1 = W_1 and E_l = W_l diag(p_{l-1}) E_{l-1}, and with M = A L the risk is
||M x - y||^2 / 2.  Under a leaky slope p has it in the place of 0.  A network with biases is
lifted first (``lifting``): all maps then have one more column, what is constant.

The certificates reason about exact arithmetic on the floating-point weights, so
every computed matrix comes with a bound on its distance from the exact one: a sum of n products
is off by at most gamma(n) times the sum of their magnitudes, in whatever order it is taken
(N. J. Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).  The use of the
bounds stands in ``docs/certificate.md``.

That model of rounding leaves out underflow and overflow.  What lies outside ``within_range`` is
therefore proved nothing about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genprior.descent.kernels.bounds import LARGEST, SMALLEST, UNIT
from genprior.model.networks import Pattern, gains
from genprior.model.problem import Problem
from genprior.types import Array

NEGLIGIBLE = 2.0**-500  # what entries whose squares underflow may add to a norm


def gamma(terms: int) -> float:
    """gamma_n = n u / (1 - n u), with one operation to spare for the product itself."""
    return (terms + 1) * UNIT / (1 - (terms + 1) * UNIT)


def within_range(*sizes: float) -> bool:
    """Whether the model of rounding applies to quantities of these sizes."""
    return all(SMALLEST <= size <= LARGEST for size in sizes)


@dataclass(frozen=True)
class Piece:
    """The linear maps of one activation pattern.

    Attributes:
        pattern: which neurons are active, one boolean array of shape (n_l,) a layer.
        rows: E_l, shape (n_l, k), one a layer; with biases [E_l s_l], shape (n_l, k + 1).
        norms: the norms of the rows, shape (n_l,), one a layer.
        errors: bounds on the norm of each row's rounding error, shape (n_l,), one a layer.
        zero: which rows are sums of nothing but zeros, so that they are zero whatever rounding
            does; a row that cancels, or was only computed as zero, is none of these.
        operator: M = A L, shape (m, k); with biases [M t], shape (m, k + 1).
        operator_error: a bound on the spectral norm of the rounding error of that.
        slopes: of each layer's phi below zero; a layer with slope 1 has no signs.
        held: 1 with biases, 0 without: the columns of maps that are no directions of the code.

    Points z are lifted too, (z, 1), wherever there are biases.
    """

    pattern: tuple[NDArray[np.bool_], ...]
    rows: tuple[Array, ...]
    norms: tuple[Array, ...]
    errors: tuple[Array, ...]
    zero: tuple[NDArray[np.bool_], ...]
    operator: Array
    operator_error: float
    slopes: tuple[float, ...]
    held: int

    @property
    def latent_dimension(self) -> int:
        """k."""
        return self.operator.shape[1] - self.held

    @property
    def linear(self) -> Array:
        """M, shape (m, k)."""
        return self.moving(self.operator)

    def moving(self, maps: Array) -> Array:
        """What maps of a lifted code do to a direction: their first k columns."""
        return maps[:, : -self.held] if self.held else maps

    @property
    def steepness(self) -> tuple[Array, ...]:
        """Bounds on the norms of the rows of E_l, without s_l, shape (n_l,), one a layer."""
        if not self.held:
            return self.norms
        return tuple(np.linalg.norm(self.moving(rows), axis=1) + NEGLIGIBLE for rows in self.rows)

    @property
    def passing(self) -> list[int]:
        """How many neurons of each layer pass something on that is no constant."""
        counts = [
            len(active) if slope else int(active.sum())
            for active, slope in zip(self.pattern, self.slopes, strict=True)
        ]
        return [count - self.held for count in counts[:-1]] + counts[-1:]

    @property
    def largest_rank(self) -> int:
        """The rank that M cannot exceed: min(k, m, neurons of each layer that pass on)."""
        return min(*self.linear.shape, *self.passing)

    def pre_activation_errors(self, radius: float) -> list[Array]:
        """Bounds on the rounding error of E_l z for all ||z|| <= radius, one array a layer."""
        dot = gamma(self.operator.shape[1])
        return [
            (error + dot * norm) * radius
            for error, norm in zip(self.errors, self.norms, strict=True)
        ]

    @property
    def signs(self) -> list[Array]:
        """The pattern's sides of zero, +-1, shape (n_l,), one array a layer."""
        return [np.where(active, 1.0, -1.0) for active in self.pattern]

    def margins(self, z: Array) -> list[Array]:
        """How far E_l z lies on the pattern's side of zero, as computed, one array a layer."""
        return [sign * (rows @ z) for sign, rows in zip(self.signs, self.rows, strict=True)]

    def doubtful(self, margins: Sequence[Array], shift: float, radius: float) -> list[Array]:
        """Which neurons are not proved to have the pattern's sign, one boolean array a layer.

        Args:
            margins: as computed on the pattern's side of zero; rounding of twice that of a product
                with a row is allowed for.
            shift: how far the exact point may lie from that of the margins.
            radius: a bound on the norms of both.
        """
        return [
            ~((margin > steep * shift + 2 * errors) & (norms >= SMALLEST)) & ~free
            for margin, steep, norms, errors, free in zip(
                margins,
                self.steepness,
                self.norms,
                self.pre_activation_errors(radius),
                self.unasked,
                strict=True,
            )
        ]

    @property
    def unasked(self) -> list[NDArray[np.bool_]]:
        """The neurons whose sign is none of the piece's: zero rows, and all of a linear end."""
        return [zero | (slope == 1) for zero, slope in zip(self.zero, self.slopes, strict=True)]

    def encloses(self, z: Array, doubt: float = 0.0) -> bool | None:
        """Whether the piece contains a point known up to ``doubt``; None where that stays open.

        The piece is open: on its border lies no point of it, and of such a point nothing is proved.
        """
        length = float(np.linalg.norm(z))
        if not (within_range(length) and doubt <= length):
            return None
        margins, radius = self.margins(z), length + doubt
        if not any(bad.any() for bad in self.doubtful(margins, doubt, radius)):
            return True
        opposite = self.doubtful([-margin for margin in margins], doubt, radius)
        beyond = any((~bad & ~free).any() for bad, free in zip(opposite, self.unasked, strict=True))
        return False if beyond else None


def piece(problem: Problem, pattern: Pattern, held: int = 0) -> Piece:
    """The piece of an activation pattern, whether or not the pattern occurs anywhere.

    Args:
        problem: of which the network and A count; without biases, or ``lifted``.
        pattern: the active neurons, a boolean array of shape (n_l,) a layer.
        held: what ``lift`` says with the problem.
    """
    weights, sensing, slopes = problem.weights, problem.sensing, problem.network.slopes
    inputs = np.eye(weights[0].shape[1])
    alive = np.arange(len(inputs))
    input_norms, input_errors = np.zeros(len(inputs)), np.zeros(len(inputs))
    rows, norms, errors, zeros = [], [], [], []
    feeding = alive  # the inputs that are on and not zero
    spare = 0  # a factor with which the inputs were multiplied rounds them once more
    for number, (layer, active, slope) in enumerate(zip(weights, pattern, slopes, strict=True)):
        # W_1 is exact: multiplying by the identity rounds nothing.
        row = layer if number == 0 else layer[:, alive] @ inputs[alive]
        magnitude = gamma(layer.shape[1] + spare) * input_norms + input_errors
        error = np.abs(layer) @ magnitude
        norm = np.linalg.norm(row, axis=1)
        zero = ~(layer[:, feeding] != 0).any(axis=1)
        rows.append(row)
        norms.append(norm)
        errors.append(error)
        zeros.append(zero)
        gain, spare = gains(active, slope), int(0 < slope < 1)
        alive, feeding = np.flatnonzero(gain), np.flatnonzero((gain != 0) & ~zero)
        inputs, input_norms, input_errors = (
            gain[:, None] * row,
            gain * norm,
            gain * error,
        )
    if sensing is None:
        operator = inputs
        operator_error = float(np.linalg.norm(input_errors + spare * gamma(1) * input_norms))
    else:
        operator = sensing[:, alive] @ inputs[alive]
        magnitude = gamma(sensing.shape[1] + spare) * input_norms + input_errors
        operator_error = float(np.linalg.norm(np.abs(sensing) @ magnitude))
    maps = (tuple(several) for several in (pattern, rows, norms, errors, zeros))
    return Piece(*maps, operator, operator_error, slopes, held)


def _matrices(problem: Problem) -> list[Array]:
    """W_1, ..., W_d and A, unless A = I."""
    return [*problem.weights, *([] if problem.sensing is None else [problem.sensing])]


def _size(problem: Problem) -> float:
    """The product of the Frobenius norms of W_1, ..., W_d and A; infinite where the model of
    rounding applies to one of them or to the product of the first ones no more."""
    with np.errstate(over="ignore", under="ignore"):
        norms = [float(np.linalg.norm(matrix)) for matrix in _matrices(problem)]
        products = np.cumprod(norms)
    return float(products[-1]) if within_range(*norms, *products) else np.inf


def sizes_within_range(problem: Problem) -> bool:
    """Whether the model of rounding applies to W_1, ..., W_d and A, and to their products."""
    return np.isfinite(_size(problem))


def lipschitz_bound(problem: Problem) -> float:
    """||A|| ||W_d|| ... ||W_1||, spectral norms: a Lipschitz constant of x -> A G(x)."""
    if not sizes_within_range(problem):
        return np.inf
    product = 1.0
    for matrix in _matrices(problem):
        gram = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
        largest = float(np.linalg.eigvalsh(gram)[-1])
        product *= np.sqrt(largest + gamma(2 * max(matrix.shape)) * float(np.trace(gram)))
    return product


def crude_lipschitz_bound(problem: Problem) -> float:
    """As ``lipschitz_bound``, from Frobenius norms: cheaper and larger."""
    return _size(problem) * (1 + gamma(sum(matrix.size for matrix in _matrices(problem))))


def forward_error(problem: Problem) -> float:
    """A bound on ||computed - exact A G(x)|| / ||x|| for every x, from Frobenius norms; of a lifted
    problem, of every lifted code."""
    terms = sum(matrix.shape[1] for matrix in _matrices(problem))
    terms += sum(0 < slope < 1 for slope in problem.network.slopes)
    return gamma(terms) * crude_lipschitz_bound(problem)
