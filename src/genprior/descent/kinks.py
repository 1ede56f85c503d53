"""Kink minimisers: local minima of the empirical risk where some pre-activations vanish exactly.

A *kink set* J is a set of neurons.  Where exactly these have pre-activation zero, 2^|J| pieces
meet, one for each way of switching them on or off, and all of them agree on the manifold E_j z = 0,
j in J.  ``certify_minimum`` proves that a local minimum lies at a given point; ``minimise`` finds
one downhill of a given point, by an active-set method that holds neurons at zero and releases them.

With biases the manifold is E_j z + s_j = 0.  The problem is lifted (``lifting``), so that this
reads as before of the lifted code; only what a direction does takes the first k columns alone.

Source: derived for this project; Proposition 4 of ``docs/certificate.md``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from genprior.descent.certificates import Solution, require_proofs, solve
from genprior.descent.lifting import lift, lift_point
from genprior.descent.pieces import (
    SMALLEST,
    UNIT,
    Piece,
    crude_lipschitz_bound,
    forward_error,
    gamma,
    piece,
    sizes_within_range,
    within_range,
)
from genprior.model.networks import Pattern, activation_pattern
from genprior.model.problem import Problem
from genprior.model.risk import residual
from genprior.types import Array

LOWER_KINKS_CAP = 8  # 2^8 pieces
ROUNDS_CAP = 100
MARGIN = 1e-9  # distance to a neuron's zero, relative to the point's norm, that is worth a proof
INDEPENDENT = 1e-8  # rows of J whose singular values spread further count as dependent
FLAT = 1e-9  # slopes this small, relative to the gradient's scale, count as zero in the search

Kinks = tuple[tuple[int, int], ...]  # (layer, neuron), both counted from 0, in increasing order


@dataclass(frozen=True)
class LocalMinimum:
    """A certified local minimum of the risk.

    Attributes:
        point: the minimiser as computed, shape (k,).
        point_error: a bound on its distance from the exact one.
        kinks: the neurons at zero.
        rank: the rank of M along the kink manifold; the minimum is isolated if it is k - |J|.
    """

    point: Array
    point_error: float
    kinks: Kinks
    rank: int

    @property
    def codimension(self) -> int:
        return len(self.kinks)


@dataclass(frozen=True)
class _Held:
    """A piece with the neurons of J off, and its least-squares problem along their manifold."""

    pattern: tuple[NDArray[np.bool_], ...]
    kinks: Kinks
    base: Piece
    origin: Array  # a point of the manifold; 0 without biases
    origin_error: float  # a bound on its distance from one of the exact manifold
    foot: Array  # the starting point, projected onto the manifold
    tangents: Array
    tilt: float  # a bound on ||T - an orthonormal basis of the exact manifold's directions||
    along: Solution
    measurements: Array

    @cached_property
    def point(self) -> Array:
        point = self.tangents @ self.along.point
        return self.origin + point if self.base.held else point

    def lifted(self, z: Array) -> Array:
        return lift_point(z, self.base.held)

    @property
    def length(self) -> float:
        """||x*||, with biases of the lifted one."""
        return float(np.linalg.norm(self.lifted(self.point)))

    @cached_property
    def misfit(self) -> Array:
        """M x* - y, which is A G(x*) - y: on the manifold the neurons of J contribute nothing."""
        return self.base.operator @ self.lifted(self.point) - self.measurements

    @property
    def size(self) -> float:
        return float(np.linalg.norm(self.base.operator)) + self.base.operator_error

    @cached_property
    def point_error(self) -> float:
        """A bound on the distance of ``point`` from a minimiser along the exact manifold."""
        along, length = self.along, float(np.linalg.norm(self.along.point))
        error = (self.tilt + gamma(len(self.point))) * length
        if self.base.held:
            error += self.origin_error + 2 * UNIT * (float(np.linalg.norm(self.origin)) + length)
        if not along.rank_is_certain:
            return np.inf
        values = along.singular_values
        if len(values):
            curvature = float(values[-1]) ** 2
            curvature -= 2 * self.size * along.perturbation + along.perturbation**2
            error += along.gradient_error / curvature if curvature > 0 else np.inf
        return error

    @cached_property
    def misfit_error(self) -> float:
        """A bound on what rounding and the error of ``point`` do to ``misfit``."""
        length, load = self.length, float(np.linalg.norm(self.measurements))
        rounding = gamma(len(self.point) + 1 + self.base.held) * (self.size * length + load)
        return self.size * self.point_error + self.base.operator_error * length + rounding

    def kinks_of(self, layer: int) -> list[int]:
        return [neuron for kink_layer, neuron in self.kinks if kink_layer == layer]


def _switch(pattern: Pattern, kinks: Kinks, states: Sequence[bool]) -> tuple[NDArray, ...]:
    result = tuple(active.copy() for active in pattern)
    for (layer, neuron), state in zip(kinks, states, strict=True):
        result[layer][neuron] = state
    return result


@dataclass(frozen=True)
class _Normals:
    """The rows E_j, j in J, of a piece, each divided by its length as computed.

    Attributes:
        units: the rows, shape (|J|, k).
        lengths: what they were divided by, shape (|J|,).
        errors: bounds on the norm of each one's error, shape (|J|,).
    """

    units: Array
    lengths: Array
    errors: Array

    @classmethod
    def of(cls, here: Piece, kinks: Kinks) -> "_Normals":
        maps, steepness = [here.moving(rows) for rows in here.rows], here.steepness
        rows = np.array([maps[layer][neuron] for layer, neuron in kinks])
        lengths = np.array([steepness[layer][neuron] for layer, neuron in kinks])
        errors = np.array([here.errors[layer][neuron] for layer, neuron in kinks])
        safe = np.maximum(lengths, SMALLEST)
        errors = np.where(lengths >= SMALLEST, errors / safe + 4 * UNIT, np.inf)
        units = rows.reshape(len(kinks), here.latent_dimension) / safe[:, None]
        return cls(units, safe, errors)

    def least(self, smallest_singular_value: float) -> float:
        """A lower bound on the smallest singular value of the exact rows; not positive if none."""
        rounding = gamma(sum(self.units.shape)) * float(np.linalg.norm(self.units))
        return smallest_singular_value - float(np.linalg.norm(self.errors)) - rounding

    def tilt(self, smallest_singular_value: float, tangents: Array) -> float:
        """A bound on ||T - some orthonormal basis of the directions orthogonal to the exact rows||.

        The sine of the angle between the two spaces is at most ||E T|| over the smallest singular
        value of E, and the nearest basis differs from an orthonormal one by sqrt(2) times that.
        """
        k, count = tangents.shape
        defect = float(np.linalg.norm(tangents.T @ tangents - np.eye(count))) + k * gamma(k)
        if not len(self.units):
            return defect
        least = self.least(smallest_singular_value)
        gap = float(np.linalg.norm(self.units @ tangents) + np.linalg.norm(self.errors))
        return 2 * (gap + k * gamma(k)) / least + defect if least > 0 else np.inf


def _origin(base: Piece, normals: _Normals, kinks: Kinks) -> tuple[Array, float]:
    """A point with E_j z + s_j = 0, j in J, and a bound on its distance from an exact one.

    If rho is what the exact normalised rows leave at the point as computed, the nearest point of
    the exact manifold is no further than ||rho|| over their smallest singular value.
    """
    k = base.latent_dimension
    if not kinks:
        return np.zeros(k), 0.0
    whole = np.array([base.rows[layer][neuron] for layer, neuron in kinks])
    whole = whole / normals.lengths[:, None]
    inverse, values = np.linalg.pinv(normals.units), np.linalg.svd(normals.units, compute_uv=False)
    point = np.zeros(k)
    for _ in range(3):  # refined
        point = point - inverse @ (whole @ np.append(point, 1.0))
    lifted, least = np.append(point, 1.0), normals.least(float(values[-1]))
    left = float(np.linalg.norm(whole @ lifted))
    left += float(np.linalg.norm(normals.errors)) * float(np.linalg.norm(lifted))
    left += gamma(k + 2) * float(np.linalg.norm(whole)) * float(np.linalg.norm(lifted))
    return point, left / least if least > 0 else np.inf


def _hold(problem: Problem, held: int, x: Array, pattern: Pattern, kinks: Kinks) -> _Held | None:
    """Minimise the piece's quadratic subject to E_j z = 0, j in J; None where the rows depend."""
    off = _switch(pattern, kinks, [False] * len(kinks))
    base = piece(problem, off, held)
    k, count = base.latent_dimension, len(kinks)
    if count > k or (count == k and not held):  # without biases nothing but 0 would be left
        return None
    normals = _Normals.of(base, kinks)
    _, values, right = np.linalg.svd(normals.units, full_matrices=True)
    if count and values[-1] <= INDEPENDENT * values[0]:
        return None
    tangents = right[count:].T
    tilt = normals.tilt(float(values[-1]) if count else np.inf, tangents)
    if not tilt < 1:
        return None
    # M factors through the neurons of each layer that pass on, and every kink above a layer is a
    # linear condition on them; with a leaky slope they pass on at zero too, but nothing then.
    largest_rank = min(
        k - count,
        len(problem.measurements),
        *(
            passing - sum(layer > number or (layer == number and slope > 0) for layer, _ in kinks)
            for number, (passing, slope) in enumerate(zip(base.passing, base.slopes, strict=True))
        ),
    )
    operator, size = base.linear @ tangents, float(np.linalg.norm(base.operator))
    error = base.operator_error + (tilt + gamma(2 * k)) * (size + base.operator_error)
    origin, origin_error = np.zeros(k), 0.0
    if held:
        origin, origin_error = _origin(base, normals, kinks)
        lifted, size = np.append(origin, 1.0), size + base.operator_error
        if not np.isfinite(origin_error):
            return None
        operator = np.column_stack([operator, base.operator @ lifted])
        length = float(np.linalg.norm(lifted))
        error += (base.operator_error + gamma(k + 1) * size) * length + size * origin_error
    away = tangents.T @ (x - origin if held else x)
    along = solve(operator, error, largest_rank, problem.measurements, away, held)
    foot = tangents @ away
    foot = origin + foot if held else foot
    problem_of = (origin, origin_error, foot, tangents, tilt, along, problem.measurements)
    return _Held(off, kinks, base, *problem_of)


def _first_crossing(held: _Held) -> tuple[float, tuple[int, int]] | None:
    """The first neuron outside J that changes sign from the foot to the minimiser, and where."""
    earliest = None
    foot, point = held.lifted(held.foot), held.lifted(held.point)
    for layer, (rows, norms, active, slope) in enumerate(
        zip(held.base.rows, held.base.norms, held.pattern, held.base.slopes, strict=True)
    ):
        if slope == 1:
            continue
        sign = np.where(active, 1.0, -1.0)
        start, end = sign * (rows @ foot), sign * (rows @ point)
        wrong = (end < 0) & (norms > 0)
        wrong[held.kinks_of(layer)] = False
        for neuron in np.flatnonzero(wrong):
            share = max(0.0, float(start[neuron])) / float(max(start[neuron], 0.0) - end[neuron])
            if earliest is None or share < earliest[0]:
                earliest = share, (layer, int(neuron))
    return earliest


class _Slope(NamedTuple):
    """The derivative of the risk where one neuron of J alone leaves zero at unit speed."""

    value: float
    index: int  # in J
    on: bool  # whether the neuron is switched on
    doubt: float  # a bound on the error of the value


@dataclass(frozen=True)
class _Cone:
    """One state of the kinks below the last layer.

    Attributes:
        here: its piece, the kinks of the last layer off.
        slopes: for each kink and each side allowed here.
    """

    here: Piece
    slopes: list[_Slope]


def _cones(problem: Problem, held: _Held) -> Iterator[_Cone]:
    """All adjoining cones; those that differ in the last layer alone are treated together.

    With rows E_j of full rank, a gradient g rises in the whole cone s_j E_j u >= 0 if and only if
    g = sum_j s_j mu_j E_j with mu_j >= 0.  Switching a neuron of the last layer on adds a multiple
    of its own row to g, so it changes its own multiplier alone and needs no enumeration; under a
    leaky slope it passed on that share of itself before.
    """
    final = problem.depth - 1
    jump = 1.0 - held.base.slopes[final]
    back = problem.sense_back(held.misfit)
    back_error = held.misfit_error + gamma(len(held.misfit)) * float(np.linalg.norm(held.misfit))
    lower = [index for index, (layer, _) in enumerate(held.kinks) if layer < final]
    for chosen in product([False, True], repeat=len(lower)):
        states = [False] * len(held.kinks)
        for index, state in zip(lower, chosen, strict=True):
            states[index] = state
        here = held.base
        if any(states):
            states_of = _switch(held.pattern, held.kinks, states)
            here = piece(problem, states_of, held.base.held)
        normals = _Normals.of(here, held.kinks)
        multipliers, doubt = _multipliers(here, normals, held)
        slopes = []
        for index, (layer, neuron) in enumerate(held.kinks):
            multiplier = float(multipliers[index])
            if layer < final:
                sign = 1.0 if states[index] else -1.0
                slopes.append(_Slope(sign * multiplier, index, states[index], doubt))
            else:
                slopes.append(_Slope(-multiplier, index, False, doubt))
                length = jump * float(normals.lengths[index])
                added, reach = length * float(back[neuron]), length * _reach(problem, neuron)
                extra = reach * back_error + 4 * UNIT * abs(added)
                slopes.append(_Slope(multiplier + added, index, True, doubt + extra))
        yield _Cone(here, slopes)


def _reach(problem: Problem, neuron: int) -> float:
    """How long the column is by which A takes in a neuron of the last layer."""
    return 1.0 if problem.sensing is None else float(np.linalg.norm(problem.sensing[:, neuron]))


def _multipliers(here: Piece, normals: _Normals, held: _Held) -> tuple[Array, float]:
    """The gradient in terms of the unit normals, and a bound on the error of each coefficient.

    The exact gradient is a combination of the exact rows.  What is left of it after the computed
    combination is therefore one too, with coefficients of at most its norm over the smallest
    singular value of the rows.  All sizes are those of this piece and not of the one without J: a
    kink may pass on much more than the rest.
    """
    size = float(np.linalg.norm(here.operator)) + here.operator_error
    load = float(np.linalg.norm(held.misfit))
    gradient = here.linear.T @ held.misfit
    error = size * held.misfit_error
    error += (here.operator_error + gamma(len(held.misfit)) * size) * load
    left, values, right = np.linalg.svd(normals.units.T, full_matrices=False)
    multipliers = right.T @ ((left.T @ gradient) / values)
    least = normals.least(float(values[-1])) if len(values) else np.inf
    rest = float(np.linalg.norm(gradient - normals.units.T @ multipliers)) + error
    rest += float(normals.errors @ np.abs(multipliers))
    rest += gamma(len(values) + 1) * float(np.linalg.norm(gradient) + np.abs(multipliers).sum())
    return multipliers, rest / least if least > 0 else np.inf


def _certify(problem: Problem, held: _Held, negation_check: bool) -> LocalMinimum | None:
    """Proposition 4, with every margin larger than what rounding may have done."""
    along, point, point_error = held.along, held.point, held.point_error
    if not (along.rank_is_certain and np.isfinite(point_error)):
        return None
    length, load = held.length, float(np.linalg.norm(problem.measurements))
    sizes = [length, load, *along.singular_values[[0, -1]]] if len(along.singular_values) else []
    if held.kinks and problem.measurements.any():
        sizes.append(load)  # the residual may be y alone
    if not (sizes_within_range(problem) and within_range(length, *sizes)):
        return None
    if negation_check:
        rounding = 4 * forward_error(problem) * length + 4 * gamma(len(problem.measurements)) * load
        here, mirrored = (float(np.linalg.norm(residual(problem, z))) for z in (point, -point))
        if not mirrored > here + rounding + 2 * crude_lipschitz_bound(problem) * point_error:
            return None
    for cone in _cones(problem, held):
        here = cone.here
        margins = here.margins(held.lifted(point))
        doubtful = here.doubtful(margins, point_error, length + point_error)
        for layer, bad in enumerate(doubtful):
            bad[held.kinks_of(layer)] = False
            if bad.any():
                return None
        if not all(slope.value > 2 * slope.doubt for slope in cone.slopes):
            return None
    return LocalMinimum(point, point_error, held.kinks, len(along.singular_values))


def certify_minimum(
    problem: Problem, x: Array, kinks: Kinks, negation_check: bool
) -> LocalMinimum | None:
    """Try to prove a local minimum next to x where exactly the neurons of J are at zero.

    Args:
        problem: the network, A and y.
        x: a point near the minimum, on the same side as it of every neuron outside J.
        kinks: the kink set J.
        negation_check: whether f(-x) > f(x) is to be proved too.

    Raises:
        UnsupportedNetwork: for a sigmoid end, or a negation check of a network with biases.
    """
    require_proofs(problem, negation_check)
    problem, frozen = lift(problem)
    pattern = activation_pattern(problem.network, lift_point(x, frozen))
    held = _hold(problem, frozen, x, pattern, tuple(sorted(kinks)))
    return held and _certify(problem, held, negation_check)


def _inside(held: _Held) -> Array | None:
    """A minimiser along the kink manifold that keeps every sign, where there is a continuum.

    Maximises the smallest distance to the zeros of the neurons outside J over the minimisers no
    further from the foot than twice the nearest one and a little; None where none has a margin.
    """
    basis = held.along.basis
    if basis.shape[1] == held.tangents.shape[1]:
        return None
    free = held.tangents @ scipy.linalg.null_space(basis.T)
    rows, offsets = [], []
    base = held.base
    for layer, (matrix, norms, active, slope) in enumerate(
        zip(base.rows, base.steepness, held.pattern, base.slopes, strict=True)
    ):
        counts = (norms > (SMALLEST if base.held else 0)) & (slope < 1)
        counts[held.kinks_of(layer)] = False
        signed = np.where(active, 1.0, -1.0)[counts, None] * matrix[counts] / norms[counts, None]
        rows.append(base.moving(signed))
        offsets.append(signed @ held.lifted(held.point))
    signed, offset = np.concatenate(rows), np.concatenate(offsets)
    length = float(np.linalg.norm(held.lifted(held.foot)))
    reach = 2 * float(np.linalg.norm(held.point - held.foot)) + 0.01 * length
    found = scipy.optimize.linprog(
        np.append(np.zeros(free.shape[1]), -1.0),
        A_ub=np.column_stack([-signed @ free, np.ones(len(signed))]),
        b_ub=offset,
        bounds=[(-reach, reach)] * free.shape[1] + [(None, reach)],
        method="highs",
    )
    if found.status != 0 or found.x[-1] <= MARGIN * length:
        return None
    return held.point + free @ found.x[:-1]


def minimise(problem: Problem, x: Array, negation_check: bool) -> LocalMinimum | None:
    """Go downhill from x to a local minimum and certify it.

    Each round minimises the present piece's quadratic on the present kink manifold.  If the way
    there crosses a neuron's zero, the round ends there and the neuron joins J; if it does not, a
    neuron along which some adjoining piece descends leaves J towards that piece; if there is none,
    the point is a local minimum.

    Returns None where too many kinks lie below the last layer, the rows of J depend, the rounds run
    out, or rounding leaves the proof open.

    Raises:
        UnsupportedNetwork: for a sigmoid end, or a negation check of a network with biases.
    """
    require_proofs(problem, negation_check)
    problem, frozen = lift(problem)
    pattern = activation_pattern(problem.network, lift_point(x, frozen))
    kinks: Kinks = ()
    final = problem.depth - 1
    for _ in range(ROUNDS_CAP):
        held = _hold(problem, frozen, x, pattern, kinks)
        if held is None:
            return None
        pattern = held.pattern
        crossing = _first_crossing(held)
        if crossing is not None:
            inside = _inside(held)
            if inside is not None:
                x = inside
                continue
            share, neuron = crossing
            x = held.foot + share * (held.point - held.foot)
            kinks = tuple(sorted({*kinks, neuron}))
            if sum(layer < final for layer, _ in kinks) > LOWER_KINKS_CAP:
                return None
            continue
        x = held.point
        load = float(np.linalg.norm(problem.measurements))
        flat = FLAT * held.size * (load + frozen * held.size)
        leaving = _leaving(_cones(problem, held), flat)
        if leaving is None:
            minimum = _certify(problem, held, negation_check)
            inside = None if minimum else _inside(held)
            if inside is None:
                return minimum
            held = _hold(problem, frozen, inside, pattern, kinks)
            return held and _certify(problem, held, negation_check)
        index, state = leaving
        pattern = _switch(pattern, (kinks[index],), [state])
        kinks = kinks[:index] + kinks[index + 1 :]
    return None


def _leaving(cones: Iterator[_Cone], flat: float) -> tuple[int, bool] | None:
    """A neuron of J along which the risk falls, else one along which it is flat, and the side."""
    flattest, leaving = flat, None
    for cone in cones:
        slope = min(cone.slopes, default=None)
        if slope is None:
            continue
        if slope.value < -flat:
            return slope.index, slope.on
        if slope.value < flattest:
            flattest, leaving = slope.value, (slope.index, slope.on)
    return leaving
