"""The programs that invert one layer x = phi(W z + b), with phi the ReLU or a LeakyReLU.

Source: Lei, Jalal, Dhillon, Dimakis (LJDD, arXiv 1906.07437).  The feasibility program of an
exact observation, the l_inf program of a noisy one, and the l_1 program ("relax" in the released
code).  Linear programs are solved by HiGHS; where the active rows already determine the input,
least squares gives the same answer at a fraction of the cost.

Throughout, ``weights`` is W, shape (n, k); ``output`` is x, shape (n,); ``bias`` is b, shape (n,),
or None for none; ``slope`` is the slope of phi below zero (0 is the ReLU); ``nonnegative`` says
that z >= 0 is known, because z is itself the output of a ReLU layer.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, sparse

from genprior.types import Array

CONSISTENT = 1e-6  # relative residual up to which equalities count as met
ZERO = 1e-8  # outputs below this share of the largest are the rounding of a zero
FAR = 1e3  # slack, in units of the threshold, beyond which a row hardly ever matters


class Status(StrEnum):
    """What became of a layer."""

    SOLVED = "solved"
    SILENT = "silent"  # no row is active: the output does not bound the input from below
    RANK_DEFICIENT = "rank-deficient"  # the active rows leave a subspace of inputs open
    UNBOUNDED = "unbounded"  # the program's objective has no bound
    INFEASIBLE = "infeasible"  # no input gives this output within the threshold
    FAILED = "failed"  # the solver gave up


@dataclass(frozen=True)
class Layer:
    """The input found for one layer.

    Attributes:
        status: how the program ended; ``z`` is an answer only where it is ``solved``.
        z: the input, shape (k,); zeros for a layer without an answer.
        threshold: the noise threshold that the program ended with (0 for exact observations).
        deviation: the l_inf program's delta.
    """

    status: Status
    z: Array
    threshold: float = 0.0
    deviation: float = 0.0


def _no_answer(status: Status, weights: Array, threshold: float = 0.0) -> Layer:
    return Layer(status, np.zeros(weights.shape[1]), threshold)


def preimage(output: Array, bias: Array | None, slope: float) -> Array:
    """phi^{-1}(x) - b, shape (n,): what W z equals on rows that determine it."""
    inner = output if slope == 0 else np.minimum(output, output / slope)
    return inner if bias is None else inner - bias


def determining_rows(output: Array, slope: float) -> NDArray[np.bool_]:
    """Rows on which W z is known exactly: the active ones, and all of them for a LeakyReLU."""
    if slope > 0:
        return np.ones(len(output), bool)
    return output > ZERO * np.abs(output).max(initial=0.0)


def _solve(cost, upper, limit, equal, right, bounds, weights, threshold=0.0) -> Layer:
    """Minimise cost.z subject to upper z <= limit and equal z = right; z comes first."""
    result = optimize.linprog(
        cost,
        upper if len(limit) else None,
        limit if len(limit) else None,
        equal if len(right) else None,
        right if len(right) else None,
        bounds,
        method="highs",
    )
    known = {2: Status.INFEASIBLE, 3: Status.UNBOUNDED}
    if result.status:
        return _no_answer(known.get(result.status, Status.FAILED), weights, threshold)
    return Layer(Status.SOLVED, result.x[: weights.shape[1]], threshold, float(result.fun))


def least_squares(
    weights: Array, output: Array, bias: Array | None = None, slope: float = 0.0
) -> Layer:
    """The input that the active rows determine, in the sense of least squares.

    Every row of a LeakyReLU layer counts as active.  Rank-deficient where the active rows leave
    the input open, infeasible where their equations contradict each other.
    """
    active = determining_rows(output, slope)
    if not active.any():
        return _no_answer(Status.SILENT, weights)
    rows, target = weights[active], preimage(output, bias, slope)[active]
    if len(rows) < rows.shape[1]:
        return _no_answer(Status.RANK_DEFICIENT, weights)
    z, _, rank, _ = linalg.lstsq(rows, target, lapack_driver="gelsy", check_finite=False)
    if rank < rows.shape[1]:
        return _no_answer(Status.RANK_DEFICIENT, weights)
    if np.linalg.norm(rows @ z - target) > CONSISTENT * max(np.linalg.norm(target), 1e-300):
        return _no_answer(Status.INFEASIBLE, weights)
    return Layer(Status.SOLVED, z)


def feasible(
    weights: Array,
    output: Array,
    bias: Array | None = None,
    slope: float = 0.0,
    nonnegative: bool = False,
    objective: Array | None = None,
) -> Layer:
    """A point of LJDD's feasibility program for an exact observation.

        w_j.z + b_j = x_j on active rows,   w_j.z + b_j <= 0 on the others,   z >= 0 if known.

    With an ``objective``, shape (k,), the point of the feasible set that minimises it: an answer
    that differs from the true input proves that the layer has several pre-images.
    """
    active = determining_rows(output, slope)
    if not active.any():
        return _no_answer(Status.SILENT, weights)
    target = preimage(output, bias, slope)
    return _solve(
        np.zeros(weights.shape[1]) if objective is None else objective,
        weights[~active],
        target[~active],
        weights[active],
        target[active],
        (0, None) if nonnegative else (None, None),
        weights,
    )


def polished(layer: Layer, weights: Array, output: Array) -> Layer:
    """A feasible point z >= 0 without the solver's tolerance, where its zeros determine the rest.

    A linear program is exact to about 1e-7, and a next layer would take such a zero for an active
    row.  So what is zero is made so and the rest is solved for from the active rows; the answer
    stays as it was where these leave it open or contradict each other.

    Args:
        layer: the answer of ``feasible`` with ``nonnegative`` and without bias, slope 0.
        weights, output: as there.
    """
    active = determining_rows(output, 0.0)
    support = layer.z > CONSISTENT * np.abs(layer.z).max(initial=0.0)
    exact = least_squares(weights[active][:, support], output[active])
    if layer.status is not Status.SOLVED or exact.status is not Status.SOLVED:
        return layer
    if np.any(exact.z < 0):
        return layer
    z = np.zeros_like(layer.z)
    z[support] = exact.z
    return replace(layer, z=z)


def l_inf(
    weights: Array,
    output: Array,
    threshold: float,
    bias: Array | None = None,
    slope: float = 0.0,
    nonnegative: bool = False,
) -> Layer:
    """The smallest delta for which an input explains the output within delta (``deviation``).

        w_j.z <= phi^{-1}(x_j + delta) on all rows,   w_j.z >= phi^{-1}(x_j - delta) on rows whose
        sign is sure, |x_j| > threshold

    (b_j = 0 here).  The right side of the first is concave in delta, so both are linear.  A row
    of a LeakyReLU layer whose sign is not sure still has w_j.z >= (x_j - threshold) / slope.
    LJDD also bound delta by the threshold; here the caller compares the two, so that one program
    tells how far a threshold is from explaining the output.
    """
    sure = output > threshold
    if not sure.any() and slope == 0:
        return _no_answer(Status.SILENT, weights, threshold)
    # The solver's tolerances are absolute and a threshold may be as small, so the program is
    # written in u = (z - centre) / unit about the least-squares answer, with delta in that unit.
    unit = threshold if threshold > 0 else 1.0
    known = sure if slope == 0 else np.ones(len(output), bool)
    exact = preimage(output, bias, slope)
    centre = linalg.lstsq(weights[known], exact[known], lapack_driver="gelsy")[0]
    if nonnegative:
        centre = np.maximum(centre, 0)
    shift = weights @ centre + (0 if bias is None else bias)

    def rows(sign: float, chosen: Array, scale: float) -> tuple[Array, Array]:
        """sign w.z <= sign (x / scale - b) + delta / scale on the chosen rows."""
        left = np.column_stack([sign * weights[chosen], np.full(chosen.sum(), -1 / scale)])
        return left, sign * (output[chosen] / scale - shift[chosen]) / unit

    every = np.ones(len(output), bool)
    blocks = [rows(1.0, every, 1.0), rows(-1.0, sure, 1.0)]
    if slope > 0:
        below, unsure = output < -threshold, np.abs(output) <= threshold
        floor = ((output[unsure] - threshold) / slope - shift[unsure]) / unit
        left = np.column_stack([-weights[unsure], np.zeros(unsure.sum())])
        blocks += [rows(1.0, every, slope), rows(-1.0, below, slope), (left, -floor)]
    left, right = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    floors = np.append(-centre / unit if nonnegative else np.full(len(centre), -np.inf), 0.0)
    bounds = np.column_stack([floors, np.full(len(floors), np.inf)])
    cost = np.append(np.zeros(len(centre)), 1.0)
    near = right < FAR
    layer = _solve(cost, left[near], right[near], [], [], bounds, weights, threshold)
    if np.any(left[:, :-1] @ layer.z - right > np.abs(left[:, -1]) * layer.deviation + 1e-6):
        layer = _solve(cost, left, right, [], [], bounds, weights, threshold)
    return replace(layer, z=centre + unit * layer.z, deviation=unit * layer.deviation)


def l_1(
    weights: Array,
    output: Array,
    threshold: float,
    bias: Array | None = None,
    slope: float = 0.0,
    nonnegative: bool = False,
) -> Layer:
    """LJDD's l_1 program; for a LeakyReLU the plain l_1 regression that it stands for.

        max sum_j x_j^+ w_j.z   subject to   w_j.z + b_j <= max(0, x_j + threshold)

    A LeakyReLU leaves no row unexplained, so there the program minimises
    sum_j s_j |w_j.z + b_j - phi^{-1}(x_j)|, s_j the slope of phi at x_j, without a threshold.
    """
    k = weights.shape[1]
    if slope > 0:
        target, scale = preimage(output, bias, slope), np.where(output > 0, 1.0, slope)
        slack = sparse.diags_array(-1 / scale)
        return _solve(
            np.append(np.zeros(k), np.ones(len(output))),
            sparse.block_array([[weights, slack], [-weights, slack]], format="csc"),
            np.concatenate([target, -target]),
            [],
            [],
            [(0 if nonnegative else None, None)] * k + [(0, None)] * len(output),
            weights,
            threshold,
        )
    gain = np.maximum(output, 0)
    if not gain.any():
        return _no_answer(Status.SILENT, weights, threshold)
    limit = np.maximum(0, output + threshold) - (0 if bias is None else bias)
    bounds = (0 if nonnegative else None, None)
    return _solve(-(gain @ weights), weights, limit, [], [], bounds, weights, threshold)
