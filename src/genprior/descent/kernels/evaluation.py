"""f and v at a point, streaming the active columns of W_i and A.

Every matrix is kept by columns: forward adds up the columns of active neurons, backward takes the
inner product of the same columns with the masked residual, so one copy of the active half of W_i
and A serves both passes and stays in the cache.  It is kept in single precision where that is
exact, and widened as it is read; all else, every sum among it, is in double precision.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genprior.descent.kernels.compiling import entry, inlined, kernel, melted
from genprior.descent.kernels.lanes import inner_product, multiply_columns, sum_columns
from genprior.types import Array

Integers = NDArray[np.int64]


class Operators(NamedTuple):
    """What a run reads: W_i and A by columns, and the measurements."""

    packed: Array  # the columns of W_1, then of W_2, ...
    offsets: Integers  # where W_i begins in ``packed``; entry 0 is unused
    shape: Integers  # (k, n_1, ..., n_d)
    slopes: Array  # of each layer's phi below zero, 1 for a linear end; entry 0 is 0
    frozen: int  # how many coordinates of the code, its last ones, never move (``lifting``)
    sensing: Array  # row j is column j of A; empty for A = I
    identity: bool  # whether A = I
    measurements: Array  # y, shape (m,)


class Workspace(NamedTuple):
    """Where one evaluation of f and v leaves its values, layer by layer (layer 0 is the code)."""

    pre: Array  # pre-activations
    passed: Array  # what a layer with a leaky slope passes on
    back: Array  # the residual, taken backwards
    drift: Array  # pre-activations along the tie direction
    active: Integers  # the active neurons, in order
    counts: Integers  # how many they are
    everything: Integers  # 0, 1, 2, ...
    residual: Array  # A G(x) - y
    mirror: Array  # -x
    v: Array  # the descent direction


@kernel
def new_workspace(operators):
    depth, widest = len(operators.shape) - 1, operators.shape.max()
    return Workspace(
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest), dtype=np.int64),
        np.empty(depth + 1, dtype=np.int64),
        np.arange(widest),
        np.empty(len(operators.measurements)),
        np.empty(operators.shape[0]),
        np.empty(operators.shape[0]),
    )


@inlined
def hold(frozen, v):
    """A step leaves the last coordinates of a lifted code alone."""
    v[len(v) - frozen :] = 0.0


@inlined
def matrix_at(packed, begin, rows, length):
    """The matrix of this shape that begins here in a packed array."""
    return packed[begin : begin + rows * length].reshape(rows, length)


@inlined
def columns_of(operators, layer):
    """The columns of W_layer: row j of the result is column j, length n_layer."""
    shape = operators.shape
    return matrix_at(operators.packed, operators.offsets[layer], shape[layer - 1], shape[layer])


@melted
def _list_active(active, pre_activation):
    """List the neurons with positive pre-activation; also count those at exactly zero."""
    count, zeros = 0, 0
    for j in range(len(pre_activation)):
        active[count] = j
        count += pre_activation[j] > 0.0
        zeros += pre_activation[j] == 0.0
    return count, zeros


@inlined
def leaks(slope):
    """Whether inactive neurons pass something on; those of a linear end count as active."""
    return 0.0 < slope < 1.0


@melted
def passed_on(operators, work, layer):
    """What a layer passes on: values, and the list of those that are not zero."""
    if leaks(operators.slopes[layer]):
        return work.passed[layer], work.everything, operators.shape[layer]
    return work.pre[layer], work.active[layer], work.counts[layer]


@kernel
def damp(values, slope, active, count):
    """values *= slope for all but the active neurons."""
    position = 0
    for j in range(len(values)):
        if position < count and active[position] == j:
            position += 1
        else:
            values[j] *= slope


@melted
def forward(operators, x, work):
    """Pre-activations and active sets of all layers at x; returns how many neurons sit at zero."""
    shape, pre, active, counts = operators.shape, work.pre, work.active, work.counts
    k, zeros = shape[0], 0
    pre[0, :k] = x
    for j in range(k):
        active[0, j] = j
    counts[0] = k
    for layer in range(1, len(shape)):
        values = pre[layer, : shape[layer]]
        columns = columns_of(operators, layer)
        below, chosen, count = passed_on(operators, work, layer - 1)
        sum_columns(values, columns, below, chosen, count)
        slope = operators.slopes[layer]
        if slope == 1.0:
            active[layer, : shape[layer]] = work.everything[: shape[layer]]
            counts[layer] = shape[layer]
            continue
        if operators.frozen > 0 and layer < len(shape) - 1:
            values[len(values) - 1] = 1.0  # also where another neuron has overflowed
        counts[layer], ties = _list_active(active[layer], values)
        zeros += ties
        if leaks(slope):
            passed = work.passed[layer]
            passed[: shape[layer]] = values
            damp(passed[: shape[layer]], slope, active[layer], counts[layer])
    return zeros


@kernel
def settle_ties(operators, w, work):
    """Neurons at exactly zero join the active set if w pushes them up (HV's limit of gradients)."""
    shape, pre, active, counts = operators.shape, work.pre, work.active, work.counts
    work.drift[0, : shape[0]] = w
    for layer in range(1, len(shape)):
        push = work.drift[layer, : shape[layer]]
        columns = columns_of(operators, layer)
        if leaks(operators.slopes[layer - 1]):
            sum_columns(push, columns, work.drift[layer - 1], work.everything, shape[layer - 1])
        else:
            sum_columns(push, columns, work.drift[layer - 1], active[layer - 1], counts[layer - 1])
        if operators.slopes[layer] == 1.0:
            continue
        count = 0
        for j in range(shape[layer]):
            if pre[layer, j] > 0.0 or (pre[layer, j] == 0.0 and push[j] > 0.0):
                active[layer, count] = j
                count += 1
        counts[layer] = count
        if leaks(operators.slopes[layer]):
            damp(push, operators.slopes[layer], active[layer], count)


@inlined
def _sense(operators, signal, active, count, measured):
    """A s for a signal s that is zero outside the listed entries."""
    if operators.identity:
        measured[:] = 0.0
        for position in range(count):
            measured[active[position]] = signal[active[position]]
    else:
        sum_columns(measured, operators.sensing, signal, active, count)


@inlined
def take_residual(operators, work):
    """A G(x) - y from the last layer's pre-activations; returns the empirical risk."""
    depth, residual = len(operators.shape) - 1, work.residual
    signal, chosen, count = passed_on(operators, work, depth)
    _sense(operators, signal, chosen, count, residual)
    for i in range(len(residual)):
        residual[i] -= operators.measurements[i]
    return 0.5 * inner_product(residual, residual)


@melted
def _taking(operators, work, layer):
    """The list of those neurons of a layer that pass something on."""
    if leaks(operators.slopes[layer]):
        return work.everything, operators.shape[layer]
    return work.active[layer], work.counts[layer]


@melted
def backward(operators, work):
    """v = L_x^T A^T residual, touching active columns alone."""
    shape, active, counts, back = operators.shape, work.active, work.counts, work.back
    depth = len(shape) - 1
    outer = back[depth, : shape[depth]]
    outer[:] = 0.0
    chosen, count = _taking(operators, work, depth)
    if operators.identity:
        for position in range(count):
            j = chosen[position]
            outer[j] = work.residual[j]
    else:
        multiply_columns(outer, operators.sensing, work.residual, chosen, count)
    if leaks(operators.slopes[depth]):
        damp(outer, operators.slopes[depth], active[depth], counts[depth])
    for layer in range(depth, 1, -1):
        columns = columns_of(operators, layer)
        inner = back[layer - 1, : shape[layer - 1]]
        inner[:] = 0.0
        chosen, count = _taking(operators, work, layer - 1)
        multiply_columns(inner, columns, outer, chosen, count)
        if leaks(operators.slopes[layer - 1]):
            damp(inner, operators.slopes[layer - 1], active[layer - 1], counts[layer - 1])
        outer = inner
    multiply_columns(work.v, columns_of(operators, 1), outer, active[0], counts[0])
    hold(operators.frozen, work.v)


@entry
def measure(operators, code):
    """A G(code) by the very sums of the descent, so that f(x0) is exactly zero.

    The operators' measurements must be zeros; they are left alone.
    """
    work = new_workspace(operators)
    forward(operators, code, work)
    take_residual(operators, work)
    return work.residual
