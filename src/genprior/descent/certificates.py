"""A proof, from one iterate, that gradient descent stays in its piece and where it converges.

Source: derived for this project; ``docs/certificate.md`` has the statements and their proofs.
Plain NumPy: this file is the definition.  Networks with biases are lifted (``lifting``): maps have
a last column, what is constant, and points a last coordinate, 1; the code's own are what moves.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from genprior.descent import Settings, require_negation
from genprior.descent.lifting import lift, lift_point
from genprior.descent.pieces import (
    UNIT,
    Piece,
    forward_error,
    gamma,
    lipschitz_bound,
    piece,
    sizes_within_range,
    within_range,
)
from genprior.model.networks import activation_pattern
from genprior.model.problem import Problem
from genprior.model.risk import residual
from genprior.types import Array

LONGEST_LEAP = 2**30


class Refusal(StrEnum):
    """Why there is no certificate."""

    STEP = "step"  # some factor 1 - nu lambda leaves (-1, 1): the step is too long for the piece
    RANK = "rank"  # rounding leaves open which singular values of M vanish
    SIGN = "sign"  # a neuron may change sign on the box
    NEGATION = "negation"  # the negation check may prefer -x somewhere on the box
    RANGE = "range"  # magnitudes so small or large that underflow or overflow may have been at work


@dataclass(frozen=True)
class Certificate:
    """What is proved about the run from x on.

    Attributes:
        refusal: why nothing is, or None where the certificate holds.
        limit: where the run converges to if the certificate holds, shape (k,): the projection of x
            along range(H) onto the solutions of H x = c.
        limit_error: a bound on the distance of ``limit`` from the exact limit.
        travel: a bound on the distance from x of every later iterate.
        rank: the rank of M and of H = M^T M.
        region: the piece of x.
    """

    refusal: Refusal | None
    limit: Array
    limit_error: float
    travel: float
    rank: int
    region: Piece

    @property
    def holds(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True)
class Solution:
    """The least-squares problem of a piece, seen from x.

    Attributes:
        point: the projection of x onto the minimisers of ||M z - y||, shape (k,).
        basis: an orthonormal basis of range(M^T), shape (k, r).
        singular_values: the nonzero singular values of M, shape (r,).
        rank_is_certain: whether r is, whatever the rounding, the rank of M.
        perturbation: a bound on ||M - U S V^T|| with the truncated factors.
        gradient_error: a bound on the norm of the gradient at ``point``.
    """

    point: Array
    basis: Array
    singular_values: Array
    rank_is_certain: bool
    perturbation: float
    gradient_error: float


def solve(
    operator: Array,
    operator_error: float,
    largest_rank: int,
    measurements: Array,
    x: Array,
    held: int = 0,
) -> Solution:
    """Project x onto the minimisers of ||M z + t - y||, with bounds on what rounding may have done.

    Args:
        operator: M, shape (m, k), where nothing is constant; else [M t], shape (m, k + 1).
        operator_error: a bound on the rounding error of that.
        largest_rank: a rank that the exact M cannot exceed.
        measurements: y, shape (m,).
        x: the point to project, shape (k,).
        held: whether there is a t.
    """
    linear = operator[:, :-held] if held else operator
    left, values, right = np.linalg.svd(linear, full_matrices=False)
    size = float(np.linalg.norm(operator))
    inner = sum(operator.shape)
    doubt = operator_error + gamma(inner) * size
    rank = int((values > 4 * doubt).sum())
    left, values, basis = left[:, :rank], values[:rank], right[:rank].T
    perturbation = doubt + float(np.linalg.norm(linear - (left * values) @ basis.T))
    point = np.array(x, dtype=np.float64)
    for _ in range(3):  # iterative refinement
        residual = operator @ lift_point(point, held) - measurements
        point = point - basis @ ((left.T @ residual) / values)
    lifted = lift_point(point, held)
    residual = operator @ lifted - measurements
    reach = size * float(np.linalg.norm(lifted)) + float(np.linalg.norm(measurements))
    rounding = gamma(inner) * size * reach + operator_error * (
        size * float(np.linalg.norm(lifted)) + float(np.linalg.norm(residual))
    )
    gradient = float(np.linalg.norm(linear.T @ residual)) + 2 * rounding
    return Solution(point, basis, values, rank == largest_rank, perturbation, gradient)


def certify(
    problem: Problem, x: Array, settings: Settings, steepest: float | None = None
) -> Certificate:
    """Try to prove that descent from x never leaves the piece of x, and converges.

    Args:
        problem: the network, A and y.
        x: an iterate, shape (k,), finite.
        settings: of which the step and the negation check count.
        steepest: ``lipschitz_bound(problem)``, where the caller has it already.

    Raises:
        UnsupportedNetwork: for a sigmoid end, or a negation check of a network with biases.

    Source: Propositions 1 to 3 and 6 of ``docs/certificate.md``.
    """
    require_proofs(problem, settings.negation_check)
    if not _within_range(problem, x, settings):
        here = piece_at(problem, x)
        return Certificate(Refusal.RANGE, x, np.inf, np.inf, 0, here)
    course = _Course.of(problem, x, settings, steepest)
    return course.certificate(None)


def recovers(problem: Problem, point: Array, point_error: float, code: Array) -> bool | None:
    """Whether x0 lies in the piece of an isolated minimiser of that piece's quadratic.

    Where y = A G(x0) the two are then the same point.

    Args:
        problem: the network, A and y.
        point: the minimiser as computed, shape (k,).
        point_error: a bound on its distance from the exact one.
        code: x0, shape (k,).

    Returns:
        None where rounding leaves it open, which is so wherever x0 lies on the piece's border.

    Source: Proposition 3 of ``docs/certificate.md``.
    """
    here = piece_at(problem, point)
    point, code = (lift_point(z, here.held) for z in (point, code))
    return here.encloses(code) if here.encloses(point, point_error) else None


def require_proofs(problem: Problem, negation_check: bool) -> None:
    """Refuse what no certificate is about.

    Raises:
        UnsupportedNetwork: for a sigmoid end, or a negation check of a network with biases.
    """
    problem.network.require_pieces("a certificate")
    require_negation(problem.network, negation_check)


def piece_at(problem: Problem, x: Array) -> Piece:
    """The piece of a latent code, lifted where there are biases."""
    lifted, held = lift(problem)
    return piece(lifted, activation_pattern(lifted.network, lift_point(x, held)), held)


def leap(
    problem: Problem, x: Array, settings: Settings, steepest: float | None = None
) -> tuple[int, Array]:
    """The furthest iterate, 2^j steps ahead, that descent from x provably reaches in this piece.

    A slow run need not be iterated where its piece's closed form is proved to hold.  Arguments as
    ``certify``; returns the number of steps, 0 if not even one is proved, and the iterate.
    """
    require_proofs(problem, settings.negation_check)
    if not _within_range(problem, x, settings):
        return 0, x
    course = _Course.of(problem, x, settings, steepest)
    steps = 0
    while 2 * steps < LONGEST_LEAP and course.certificate(2 * steps or 1).holds:
        steps = 2 * steps or 1
    return steps, course.after(steps)


def _within_range(problem: Problem, x: Array, settings: Settings) -> bool:
    load = float(np.linalg.norm(problem.measurements))
    lifted, held = lift(problem)
    return (
        sizes_within_range(lifted)
        and within_range(float(np.linalg.norm(lift_point(x, held))), settings.step)
        and (load == 0.0 or within_range(load))
    )


@dataclass(frozen=True)
class _Course:
    """The run from x as it goes while it stays in the piece of x."""

    problem: Problem
    x: Array
    settings: Settings
    here: Piece
    found: Solution
    given_steepest: float | None

    @classmethod
    def of(
        cls, problem: Problem, x: Array, settings: Settings, steepest: float | None
    ) -> "_Course":
        here = piece_at(problem, x)
        found = solve(
            *(here.operator, here.operator_error, here.largest_rank),
            *(problem.measurements, x, here.held),
        )
        return cls(problem, x, settings, here, found, steepest)

    @cached_property
    def steepest(self) -> float:
        if self.given_steepest is not None:
            return self.given_steepest
        return lipschitz_bound(self.problem)

    @property
    def coordinates(self) -> Array:
        return self.found.basis.T @ (self.x - self.found.point)

    @property
    def factors(self) -> Array:
        return 1.0 - self.settings.step * self.found.singular_values**2

    def after(self, steps: int) -> Array:
        """The iterate that many steps ahead."""
        return self.x - self.found.basis @ ((1.0 - self.factors**steps) * self.coordinates)

    def certificate(self, steps: int | None) -> Certificate:
        """The certificate for that many further steps, or for all of them."""
        found, here, step = self.found, self.here, self.settings.step
        values, factors, coordinates = found.singular_values, self.factors, self.coordinates
        rank = len(values)
        # Coordinate i of a later iterate is that of x less a share of it between 0 and span_i.
        ends = np.where(factors < 0, factors, 0.0 if steps is None else np.abs(factors) ** steps)
        spans = 1.0 - ends
        travel = float(np.linalg.norm(spans * coordinates))

        def refuse(refusal: Refusal) -> Certificate:
            return Certificate(refusal, found.point, np.inf, travel, rank, here)

        if not found.rank_is_certain:
            return refuse(Refusal.RANK)
        if rank and not within_range(float(values[0]), float(values[-1])):
            return refuse(Refusal.RANGE)
        size = float(values[0]) if rank else 0.0
        curvature_error = 2 * size * found.perturbation + found.perturbation**2
        contraction = float(np.max(np.abs(factors), initial=0.0))
        contraction += step * curvature_error + 8 * UNIT
        if contraction >= 1.0:
            return refuse(Refusal.STEP)

        # One step multiplies the coordinates by the factors and adds at most this much: rounding of
        # the factorisation, of the gradient and of the step.
        distance = float(np.linalg.norm(coordinates))
        start, end = (lift_point(z, here.held) for z in (self.x, found.point))
        scale = float(np.linalg.norm(start)) + float(np.linalg.norm(end)) + distance
        gradient_slip = curvature_error
        if here.held:  # of M^T [M t], and not of M^T M alone
            whole = float(np.linalg.norm(here.operator)) + here.operator_error
            gradient_slip = 2 * whole * found.perturbation + found.perturbation**2
        slip = 4 * UNIT * scale + step * (
            found.gradient_error
            + 2 * gradient_slip * scale
            + found.perturbation * float(np.linalg.norm(self.problem.measurements))
        )
        limit_error = 0.0
        if rank:
            limit_error = found.gradient_error / float(values[-1] ** 2 - curvature_error)
        if rank < here.latent_dimension and rank:
            # Where M is singular its range is known only up to a small angle.
            limit_error += 2 * found.perturbation / float(values[-1]) * distance
        pad = (slip / (1.0 - contraction) + limit_error) if rank else 0.0

        reach = float(np.linalg.norm(start)) + travel + pad
        margins = []
        for margin, sign, rows in zip(here.margins(start), here.signs, here.rows, strict=True):
            falls = sign[:, None] * (here.moving(rows) @ found.basis) * (spans * coordinates)
            margins.append(margin - np.maximum(falls, 0.0).sum(axis=1))
        # A fall adds up to r products with a row, each rounded, of coordinates in r directions.
        radius = (1.0 + np.sqrt(rank)) * reach
        if any(bad.any() for bad in here.doubtful(margins, pad, radius)):
            return refuse(Refusal.SIGN)
        if self.settings.negation_check and not self._keeps_its_sign(travel + pad, pad):
            return refuse(Refusal.NEGATION)
        return Certificate(None, found.point, limit_error, travel + pad, rank, here)

    def _keeps_its_sign(self, travel: float, pad: float) -> bool:
        """Whether f(-z) >= f(z) for every z of the box, all within ``travel`` of x."""

        def misfit(z: Array) -> float:
            return float(np.linalg.norm(residual(self.problem, z)))

        if self.here.largest_rank == 0:  # the run stands still: there is only the point x
            there = piece(self.problem, activation_pattern(self.problem.network, -self.x))
            if there.largest_rank == 0 and there.encloses(-self.x):
                return True  # G(-x) = G(x) = 0
        length = float(np.linalg.norm(self.x)) + travel
        rounding = forward_error(self.problem) * length
        measurements = self.problem.measurements
        rounding += gamma(len(measurements)) * float(np.linalg.norm(measurements))
        # Descent within a piece never raises the risk, up to the pad.
        return (
            misfit(-self.x) - self.steepest * travel
            > misfit(self.x) + self.steepest * pad + 4 * rounding
        )
