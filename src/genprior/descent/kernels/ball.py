"""The ball certificate: Proposition 5 of docs/certificate.md, whose letters these are.

Where H is nonsingular and the step stable, descent never moves away from the piece's minimiser p,
so it stays in every ball around p that lies in the piece.
"""

import numpy as np

from genprior.descent.kernels.bounds import (
    ROOM,
    SLOPE,
    SMALLEST,
    UNIT,
    gamma,
    look_from,
    new_mirror,
    within_range,
)
from genprior.descent.kernels.compiling import entry, kernel
from genprior.descent.kernels.evaluation import forward, leaks, new_workspace
from genprior.descent.kernels.lanes import distance, inner_product, multiply_rows, sum_columns
from genprior.descent.kernels.region import (
    bound_row_norms,
    build_quadratic,
    enter,
    misfit_at,
    new_region,
    responses_of,
)

POWERS = 12  # rounds of the power method for the ends of H's spectrum
REFINEMENTS = 2


@kernel
def _cholesky(matrix, sign, shift, factor):
    """Factor sign * matrix + shift * I; whether that succeeds."""
    for i in range(len(matrix)):
        for j in range(i + 1):
            value = sign * matrix[i, j] - inner_product(factor[i, :j], factor[j, :j])
            if i > j:
                factor[i, j] = value / factor[j, j]
            else:
                value += shift
                if not value > 0.0:
                    return False
                factor[i, i] = np.sqrt(value)
    return True


@kernel
def _solve(factor, vector):
    """Solve L L^T z = vector in place."""
    k = len(vector)
    for i in range(k):
        vector[i] = (vector[i] - inner_product(factor[i, :i], vector[:i])) / factor[i, i]
    for i in range(k - 1, -1, -1):
        value = vector[i] / factor[i, i]
        vector[i] = value
        for j in range(i):
            vector[j] -= factor[i, j] * value


@kernel
def _extremes(curvature, factor, step):
    """Where to test the spectrum of H: below its least eigenvalue, and between the largest and
    2 / step; a ceiling that is not below 2 / step says that the step is too long."""
    k = len(curvature)
    least, largest = 0.0, 0.0
    vector, product = np.cos(1.0 + np.arange(k)), np.empty(k)
    for _ in range(POWERS):
        vector /= np.sqrt(inner_product(vector, vector))
        _solve(factor, vector)
        least = 1.0 / np.sqrt(inner_product(vector, vector))
    vector[:] = np.cos(1.0 + np.arange(k))
    for _ in range(POWERS):
        vector /= np.sqrt(inner_product(vector, vector))
        multiply_rows(product, curvature, vector)
        vector[:] = product
        largest = np.sqrt(inner_product(vector, vector))
    return 0.5 * least, 0.5 * (largest + 2.0 / step)


@kernel
def ball_around(operators, bounds, region, rule, mirror, work, mirror_work, centre):
    """The ball around the piece's minimiser from within which descent is proved to go there.

    Needs the quadratic of the region.  Leaves the minimiser in ``centre``; returns the radius of
    the ball, not positive if there is none, and a bound on the minimiser's error.  Of a lifted
    code, (x, 1), the ball is one in its first k coordinates; sizes and rounding are those of all.
    """
    shape, m, frozen = operators.shape, len(operators.measurements), operators.frozen
    k, lifted = len(centre) - frozen, len(centre)
    depth, step, curvature = len(shape) - 1, rule.step, region.curvature
    pull = region.pull
    if frozen > 0:
        curvature, pull = region.curvature[:k, :k].copy(), region.pull[:k].copy()
        for i in range(k):
            pull[i] -= region.curvature[i, k]
    factor = np.empty((k, k))
    if m < k or not _cholesky(curvature, 1.0, 0.0, factor):
        return -1.0, np.inf
    floor, ceiling = _extremes(curvature, factor, step)

    # The minimiser, refined.
    residual, gradient = work.residual, np.empty(k)
    centre[:] = 1.0
    centre[:k] = pull
    _solve(factor, centre[:k])
    here, slope = 0.0, 0.0
    for turn in range(REFINEMENTS + 1):
        here = misfit_at(operators, region, centre, residual)
        multiply_rows(gradient, region.image, residual)
        slope = np.sqrt(inner_product(gradient, gradient))
        if turn < REFINEMENTS:
            _solve(factor, gradient)
            centre[:k] -= gradient
    length = np.sqrt(inner_product(centre, centre)) * ROOM
    load = np.sqrt(inner_product(operators.measurements, operators.measurements)) * ROOM
    if not (within_range(length) and within_range(load) and within_range(step)):
        return -1.0, np.inf

    # Rounding errors: of the rows of E_l (each at most that of the whole), of M and of H.
    errors = np.zeros(depth + 1)
    before, error = 0.0, 0.0
    for layer in range(1, depth + 1):
        if layer > 1:
            terms = shape[layer - 1] + leaks(operators.slopes[layer - 1])
            error = bounds.frobenius[layer - 1] * (gamma(terms) * before + error)
        errors[layer] = error
        norms = region.norms[layer, : shape[layer]]
        bound_row_norms(norms, responses_of(operators, region, layer))
        before = np.sqrt(inner_product(norms, norms)) * ROOM
    if not operators.identity:
        terms = shape[depth] + leaks(operators.slopes[depth])
        error = bounds.frobenius[depth] * (gamma(terms) * before + error)
    elif leaks(operators.slopes[depth]):
        error += gamma(1) * before
    trace, square = 0.0, 0.0
    for i in range(k):
        trace += curvature[i, i]
    for i in range(lifted):
        square += region.curvature[i, i]
    size = np.sqrt(square) * ROOM
    if not (within_range(size) and within_range(floor)):
        return -1.0, np.inf
    curvature_error = gamma(m) * size * size + 2.0 * size * error + error * error

    # The spectrum of H, from two factorisations that succeed.
    if not ceiling < 2.0 / step:
        return -1.0, np.inf
    if not _cholesky(curvature, 1.0, -floor, factor):
        return -1.0, np.inf
    if not _cholesky(curvature, -1.0, ceiling, factor):
        return -1.0, np.inf
    doubt = curvature_error + 2.0 * gamma(k + 2) * (trace + k * ceiling)
    least, largest = floor - doubt, ceiling + doubt
    approach = min(step * least, 2.0 - step * largest) - 8.0 * UNIT
    if not (least > 0.0 and approach > 0.0):
        return -1.0, np.inf

    # How far p is from the exact minimiser, and how far rounding carries a run from its course.
    reach = 2.0 * length
    slope += 2.0 * (
        gamma(m + lifted) * size * (size * length + load) + error * (size * length + here)
    )
    limit_error = slope / least * ROOM
    slip = 4.0 * UNIT * reach + 4.0 * step * (
        (curvature_error + gamma(lifted) * size * size) * reach + (gamma(m) * size + error) * load
    )
    pad = slip / approach + 2.0 * limit_error

    radius = length
    for layer in range(1, depth + 1):
        if operators.slopes[layer] == 1.0:  # a linear end asks for no sign
            continue
        values, on = region.values[: shape[layer]], region.on[layer]
        norms, rows = region.norms[layer], responses_of(operators, region, layer)
        steepness = norms
        if frozen > 0:
            steepness = np.empty(shape[layer])
            bound_row_norms(steepness, rows[:k])
        sum_columns(values, rows, centre, region.everything, lifted)
        for j in range(shape[layer]):
            value = values[j] if on[j] else -values[j]
            norm = norms[j]
            margin = value - 2.0 * (errors[layer] + gamma(lifted) * norm) * reach
            if not (margin > 0.0 and norm > SMALLEST):
                return -1.0, limit_error
            if margin < radius * steepness[j]:
                radius = margin / steepness[j]
    if rule.negation_check:
        there = look_from(operators, bounds.lipschitz, centre, mirror, mirror_work)
        if not there > here:
            return -1.0, limit_error
        terms, norm = lifted, bounds.frobenius[depth]
        for layer in range(1, depth + 1):
            terms += shape[layer] + leaks(operators.slopes[layer])
            norm *= bounds.frobenius[layer - 1]
        rounding = 4.0 * (gamma(terms) * norm * reach + gamma(m) * load)
        steepest = mirror.facts[SLOPE] + np.sqrt(largest)
        radius = min(radius, (there - here * ROOM - rounding) / (steepest * ROOM))
    return radius / ROOM - pad, limit_error


@entry
def ball_certificate(operators, bounds, rule, x, centre):
    """Whether descent from x is proved to converge in its piece, and the error of the limit.

    Leaves the limit in ``centre``.
    """
    work, mirror_work, region = (
        new_workspace(operators),
        new_workspace(operators),
        new_region(operators),
    )
    mirror = new_mirror(operators)
    if forward(operators, x, work) > 0:
        return False, np.inf
    enter(operators, region, work)
    build_quadratic(operators, region)
    radius, error = ball_around(operators, bounds, region, rule, mirror, work, mirror_work, centre)
    return distance(x, centre) * ROOM <= radius, error
