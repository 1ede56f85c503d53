"""A linear region of f: its maps, its quadratic, and v inside it.

Inside an activation pattern f is a quadratic: with E_1 = W_1, E_l = W_l diag(p_{l-1}) E_{l-1} and
M = A diag(p_d) E_d the descent direction is M^T (M x - y) = H x - c, and neuron j of layer l keeps
its sign as long as E_l[j] x does.  Under a leaky slope p has it in the place of 0.  With biases x
is the lifted code (x, 1), maps have their shifts as last columns, and of the direction the first
coordinates count alone.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genprior.descent.kernels.bounds import NOTHING, ROOM
from genprior.descent.kernels.compiling import inlined, kernel
from genprior.descent.kernels.evaluation import Integers, columns_of, hold, leaks, matrix_at
from genprior.descent.kernels.lanes import (
    add_columns_to_each,
    gram_matrix,
    inner_product,
    multiply_rows,
    sum_columns,
)
from genprior.types import Array

FLIPS_AT_ONCE = 8  # neurons whose flips share a pass over the weights


class Region(NamedTuple):
    """A linear region: its pattern, its maps, and what is known about the way to its border."""

    on: NDArray[np.bool_]  # the pattern, layer by layer
    active: Integers  # the same as lists
    counts: Integers
    responses: Array  # the transposes of E_1, ..., E_d, packed
    starts: Integers  # where E_l begins in ``responses``
    image: Array  # the transpose of M, shape (k, m)
    curvature: Array  # H = M^T M
    pull: Array  # c = M^T y
    everything: Integers  # 0, 1, 2, ...
    # The odometer adds up how far x goes.  Per neuron: a bound on the norm of its row of E_l, and
    # the reading up to which its sign is sure to hold.  Per layer: the neurons whose sign may fail
    # before ``horizon``, and the first reading at which one may.
    norms: Array
    safe: Array
    watched: Integers
    watched_counts: Integers
    horizon: Array
    soonest: Array
    values: Array  # room for the pre-activations of a layer
    passed: Array  # room for what a leaky layer passes on, a row for each coordinate of the code
    # Flips under way: neurons, row entries of E_l with sign, and the columns that they act by.
    flips: Integers
    entries: Array
    inflow: Array
    outflow: Array


@kernel
def new_region(operators):
    """An empty region of the right size."""
    shape, m = operators.shape, len(operators.measurements)
    depth, k, widest = len(shape) - 1, shape[0], shape.max()
    longest = max(widest, m)
    starts = np.zeros(depth + 2, dtype=np.int64)
    for layer in range(1, depth + 1):
        starts[layer + 1] = starts[layer] + k * shape[layer]
    return Region(
        on=np.zeros((depth + 1, widest), dtype=np.bool_),
        active=np.empty((depth + 1, widest), dtype=np.int64),
        counts=np.empty(depth + 1, dtype=np.int64),
        responses=np.empty(starts[depth + 1]),
        starts=starts,
        image=np.empty((k, m)),
        curvature=np.empty((k, k)),
        pull=np.empty(k),
        everything=np.arange(longest),
        norms=np.zeros((depth + 1, widest)),
        safe=np.zeros((depth + 1, widest)),
        watched=np.zeros((depth + 1, widest + 1), dtype=np.int64),
        watched_counts=np.zeros(depth + 1, dtype=np.int64),
        horizon=np.zeros(depth + 1),
        soonest=np.zeros(depth + 1),
        values=np.empty(widest),
        passed=np.empty((max(k, FLIPS_AT_ONCE), widest)),
        flips=np.empty(widest + 1, dtype=np.int64),
        entries=np.empty((k, FLIPS_AT_ONCE)),
        inflow=np.empty((FLIPS_AT_ONCE, longest)),
        outflow=np.empty((FLIPS_AT_ONCE, longest)),
    )


@inlined
def responses_of(operators, region, layer):
    """The transpose of E_layer, shape (k, n_layer)."""
    shape = operators.shape
    return matrix_at(region.responses, region.starts[layer], shape[0], shape[layer])


@kernel
def bound_row_norms(norms, rows):
    """Bounds on the norms of the rows of E_layer, tight up to rounding and never zero."""
    whole = len(rows) - len(rows) % 4
    norms[:] = 0.0
    for i in range(0, whole, 4):
        a, b, c, d = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        for j in range(len(norms)):
            norms[j] += (a[j] * a[j] + b[j] * b[j]) + (c[j] * c[j] + d[j] * d[j])
    for i in range(whole, len(rows)):
        row = rows[i]
        for j in range(len(norms)):
            norms[j] += row[j] * row[j]
    for j in range(len(norms)):
        norms[j] = np.sqrt(norms[j] + NOTHING) * ROOM


@kernel
def damp_where_off(values, slope, on, count, length, passed):
    """passed = values, times the slope where a neuron is off, in ``count`` rows."""
    for i in range(count):
        for j in range(length):
            passed[i, j] = values[i, j] if on[j] else slope * values[i, j]


@kernel
def build(operators, region):
    """E and M of the region's pattern, from the weights."""
    shape, active, counts = operators.shape, region.active, region.counts
    depth, k = len(shape) - 1, shape[0]
    responses_of(operators, region, 1)[:] = columns_of(operators, 1)
    for layer in range(2, depth + 1):
        below, here = (
            responses_of(operators, region, layer - 1),
            responses_of(operators, region, layer),
        )
        here[:] = 0.0
        columns = columns_of(operators, layer)
        slope = operators.slopes[layer - 1]
        if leaks(slope):
            width = shape[layer - 1]
            damp_where_off(below, slope, region.on[layer - 1], k, width, region.passed)
            add_columns_to_each(here, columns, region.passed, region.everything, width, k)
        else:
            add_columns_to_each(here, columns, below, active[layer - 1], counts[layer - 1], k)
    last, image = responses_of(operators, region, depth), region.image
    image[:] = 0.0
    slope = operators.slopes[depth]
    if leaks(slope):
        passed, width = region.passed, shape[depth]
        damp_where_off(last, slope, region.on[depth], k, width, passed)
        if operators.identity:
            image[:] = passed[:k, :width]
        else:
            add_columns_to_each(image, operators.sensing, passed, region.everything, width, k)
    elif operators.identity:
        for i in range(k):
            for position in range(counts[depth]):
                image[i, active[depth, position]] = last[i, active[depth, position]]
    else:
        add_columns_to_each(image, operators.sensing, last, active[depth], counts[depth], k)
    for layer in range(1, depth + 1):
        rows = responses_of(operators, region, layer)
        bound_row_norms(region.norms[layer, : shape[layer]], rows)
    region.safe[:] = region.soonest[:] = region.horizon[:] = -1.0
    if slope == 1.0:
        region.soonest[depth] = np.inf  # a linear end has no signs to look at


@kernel
def enter(operators, region, work):
    """Take over the pattern that the last evaluation left in the workspace."""
    for layer in range(1, len(operators.shape)):
        count = work.counts[layer]
        region.on[layer] = False
        region.counts[layer] = count
        for position in range(count):
            j = work.active[layer, position]
            region.active[layer, position] = j
            region.on[layer, j] = True
    build(operators, region)
    multiply_rows(region.pull, region.image, operators.measurements)


@kernel
def build_quadratic(operators, region):
    """H = M^T M and c = M^T y."""
    gram_matrix(region.curvature, region.image)
    multiply_rows(region.pull, region.image, operators.measurements)


@kernel
def scale_of(operators, region):
    """How large c is, and M^T t beside it, whose rounding tells in H x - c."""
    scale = np.sqrt(inner_product(region.pull, region.pull))
    if operators.frozen > 0:
        shift, square = region.image[len(region.image) - 1], 0.0
        for i in range(len(region.image)):
            square += inner_product(region.image[i], shift) ** 2
        scale += np.sqrt(square)
    return scale


@kernel
def misfit_at(operators, region, point, residual):
    """The residual M p - y; returns its norm."""
    sum_columns(residual, region.image, point, region.everything, len(point))
    for i in range(len(residual)):
        residual[i] -= operators.measurements[i]
    return np.sqrt(inner_product(residual, residual))


@kernel
def direction_inside(operators, region, x, work):
    """v at x within the region, by M^T (M x - y); returns ||A G(x) - y||^2."""
    misfit_at(operators, region, x, work.residual)
    multiply_rows(work.v, region.image, work.residual)
    hold(operators.frozen, work.v)
    return inner_product(work.residual, work.residual)


# The two that a settled run goes through at every step take the few arrays that they need: handing
# over whole tuples would cost more than their work.


@kernel
def quadratic_direction(curvature, pull, everything, x, energy, frozen, v):
    """v at x within the region, by H x - c; returns ||A G(x) - y||^2."""
    sum_columns(v, curvature, x, everything, len(x))
    for i in range(len(x)):
        v[i] -= pull[i]
    square = energy + (inner_product(x, v) - inner_product(x, pull))
    hold(frozen, v)
    return square
