"""The compiled engine: the same descent as ``reference``, streaming only the active weights.

Layout.  Every matrix is kept by columns: forward adds up the columns of active neurons, backward
takes the inner product of the same columns with the masked residual, so one copy of the active
half of W_i and A serves both passes and stays in the cache.

Exactness.  Results are the same bits on every x86-64 processor, whatever its vector width: there
is no fastmath, forward sums go element by element in the fixed order of ``_sum_columns``, inner
products use the fixed lanes of ``_inner``, and no sum goes through a linear algebra library.

All kernels live in this one file because Numba's disk cache does not notice an edit to a kernel
that is imported from another module.
"""

from collections.abc import Sequence

import numpy as np
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic

from genprior.descent import Descent, Settings, Stop
from genprior.networks import Array, Weights, shape_of

LANES = 8  # doubles to a vector, two vectors in flight; narrower machines split them exactly
UNROLL = 2
STOPS = (Stop.GRADIENT, Stop.CYCLE, Stop.CAP, Stop.DIVERGED)
GRADIENT, CYCLE, CAP, DIVERGED = range(4)


@intrinsic
def _inner(typing_context, left, right):
    """sum_i left[i] right[i] of two contiguous vectors, in 2 x 8 fixed lanes.

    Written in LLVM's vector types because a plain loop stays scalar without fastmath, and with
    fastmath the order of the sum would depend on the processor.
    """
    signature = types.float64(left, right)

    def generate(context, builder, signature, arguments):
        vectors = [
            context.make_array(kind)(context, builder, value)
            for kind, value in zip(signature.args, arguments, strict=True)
        ]
        length = builder.extract_value(vectors[0].shape, 0)
        integer, lane_index = length.type, ir.IntType(32)
        lanes = ir.VectorType(ir.DoubleType(), LANES)

        def load_lanes(vector, index):
            pointer = builder.bitcast(builder.gep(vector.data, [index]), lanes.as_pointer())
            return builder.load(pointer, align=8)

        def load(vector, index):
            return builder.load(builder.gep(vector.data, [index]))

        sums = [cgutils.alloca_once(builder, lanes) for _ in range(UNROLL)]
        for accumulator in sums:
            builder.store(ir.Constant(lanes, [0.0] * LANES), accumulator)
        stride = ir.Constant(integer, LANES * UNROLL)
        whole = builder.sub(length, builder.urem(length, stride))
        start = ir.Constant(integer, 0)
        with cgutils.for_range_slice(builder, start, whole, stride, inc=True) as (index, _):
            for number, accumulator in enumerate(sums):
                at = builder.add(index, ir.Constant(integer, LANES * number))
                product = builder.fmul(load_lanes(vectors[0], at), load_lanes(vectors[1], at))
                builder.store(builder.fadd(builder.load(accumulator), product), accumulator)

        total = builder.fadd(builder.load(sums[0]), builder.load(sums[1]))
        width = LANES
        while width > 1:
            width //= 2
            halves = ir.VectorType(lane_index, width)
            low = ir.Constant(halves, list(range(width)))
            high = ir.Constant(halves, list(range(width, 2 * width)))
            total = builder.fadd(
                builder.shuffle_vector(total, total, low),
                builder.shuffle_vector(total, total, high),
            )
        result = cgutils.alloca_once_value(
            builder, builder.extract_element(total, ir.Constant(lane_index, 0))
        )
        one = ir.Constant(integer, 1)
        with cgutils.for_range_slice(builder, whole, length, one, inc=True) as (index, _):
            product = builder.fmul(load(vectors[0], index), load(vectors[1], index))
            builder.store(builder.fadd(builder.load(result), product), result)
        return builder.load(result)

    return signature, generate


@njit(cache=True, error_model="numpy")
def _sum_columns(total, columns, coefficients, chosen, count):
    """total = sum over the chosen columns of coefficient times column, four columns at a time."""
    total[:] = 0.0
    length = len(total)
    position = 0
    while position + 4 <= count:
        j0, j1 = chosen[position], chosen[position + 1]
        j2, j3 = chosen[position + 2], chosen[position + 3]
        a0, a1, a2, a3 = coefficients[j0], coefficients[j1], coefficients[j2], coefficients[j3]
        c0, c1, c2, c3 = columns[j0], columns[j1], columns[j2], columns[j3]
        for i in range(length):
            total[i] += (a0 * c0[i] + a1 * c1[i]) + (a2 * c2[i] + a3 * c3[i])
        position += 4
    while position < count:
        j0 = chosen[position]
        a0, c0 = coefficients[j0], columns[j0]
        for i in range(length):
            total[i] += a0 * c0[i]
        position += 1


@njit(cache=True, error_model="numpy")
def _columns(packed, offsets, shape, layer):
    """The columns of W_layer: row j of the result is column j, length n_layer."""
    rows, length = shape[layer - 1], shape[layer]
    return packed[offsets[layer] : offsets[layer] + rows * length].reshape(rows, length)


@njit(cache=True, error_model="numpy")
def _list_active(active, pre_activation):
    """List the neurons with positive pre-activation; also count those at exactly zero."""
    count, zeros = 0, 0
    for j in range(len(pre_activation)):
        if pre_activation[j] > 0.0:
            active[count] = j
            count += 1
        elif pre_activation[j] == 0.0:
            zeros += 1
    return count, zeros


@njit(cache=True, error_model="numpy")
def _forward(packed, offsets, shape, x, pre, active, counts):
    """Pre-activations and active sets of all layers at x; returns how many neurons sit at zero."""
    k, zeros = shape[0], 0
    pre[0, :k] = x
    for j in range(k):
        active[0, j] = j
    counts[0] = k
    for layer in range(1, len(shape)):
        values = pre[layer, : shape[layer]]
        columns = _columns(packed, offsets, shape, layer)
        _sum_columns(values, columns, pre[layer - 1], active[layer - 1], counts[layer - 1])
        counts[layer], ties = _list_active(active[layer], values)
        zeros += ties
    return zeros


@njit(cache=True, error_model="numpy")
def _settle_ties(packed, offsets, shape, w, pre, active, counts, drift):
    """Neurons at exactly zero join the active set if w pushes them up (HV's limit of gradients)."""
    drift[0, : shape[0]] = w
    for layer in range(1, len(shape)):
        push = drift[layer, : shape[layer]]
        columns = _columns(packed, offsets, shape, layer)
        _sum_columns(push, columns, drift[layer - 1], active[layer - 1], counts[layer - 1])
        count = 0
        for j in range(shape[layer]):
            if pre[layer, j] > 0.0 or (pre[layer, j] == 0.0 and push[j] > 0.0):
                active[layer, count] = j
                count += 1
        counts[layer] = count


@njit(cache=True, error_model="numpy")
def _residual(sensing_columns, identity, measurements, signal, active, count, residual):
    """A G(x) - y from the last layer's pre-activations; returns the empirical risk."""
    if identity:
        residual[:] = 0.0
        for position in range(count):
            residual[active[position]] = signal[active[position]]
    else:
        _sum_columns(residual, sensing_columns, signal, active, count)
    for i in range(len(residual)):
        residual[i] -= measurements[i]
    return 0.5 * _inner(residual, residual)


@njit(cache=True, error_model="numpy")
def _backward(packed, offsets, shape, sensing_columns, identity, residual, active, counts, back, v):
    """v = L_x^T A^T residual, touching active columns alone."""
    depth = len(shape) - 1
    outer = back[depth, : shape[depth]]
    outer[:] = 0.0
    for position in range(counts[depth]):
        j = active[depth, position]
        outer[j] = residual[j] if identity else _inner(sensing_columns[j], residual)
    for layer in range(depth, 1, -1):
        columns = _columns(packed, offsets, shape, layer)
        inner = back[layer - 1, : shape[layer - 1]]
        inner[:] = 0.0
        for position in range(counts[layer - 1]):
            j = active[layer - 1, position]
            inner[j] = _inner(columns[j], outer)
        outer = inner
    columns = _columns(packed, offsets, shape, 1)
    for j in range(shape[0]):
        v[j] = _inner(columns[j], outer)


@njit(cache=True, error_model="numpy")
def _same(left, right):
    for i in range(len(left)):
        if left[i] != right[i]:
            return False
    return True


@njit(cache=True, error_model="numpy", nogil=True)
def _descend(
    packed,
    offsets,
    shape,
    sensing_columns,
    identity,
    measurements,
    x,
    tie_direction,
    step,
    negation_check,
    max_iterations,
    gradient_tolerance,
    path,
):
    """The loop of ``reference.descend``, on x in place."""
    depth, k, widest = len(shape) - 1, shape[0], shape.max()
    pre = np.empty((depth + 1, widest))
    back = np.empty((depth + 1, widest))
    drift = np.empty((depth + 1, widest))
    active = np.empty((depth + 1, widest), dtype=np.int64)
    counts = np.empty(depth + 1, dtype=np.int64)
    residual = np.empty(len(measurements))
    v, mirror = np.empty(k), np.empty(k)
    landmark, landmark_age, landmark_life = x.copy(), 0, 1
    negations, kept, iteration = 0, 0, 0

    while True:
        if kept < len(path):
            path[kept] = x
            kept += 1
        mirrored = np.inf
        if negation_check:
            mirror[:] = -x
            _forward(packed, offsets, shape, mirror, pre, active, counts)
            mirrored = _residual(
                sensing_columns,
                identity,
                measurements,
                pre[depth],
                active[depth],
                counts[depth],
                residual,
            )
        zeros = _forward(packed, offsets, shape, x, pre, active, counts)
        loss = _residual(
            sensing_columns,
            identity,
            measurements,
            pre[depth],
            active[depth],
            counts[depth],
            residual,
        )
        if mirrored < loss:
            x[:] = mirror
            negations += 1
            zeros = _forward(packed, offsets, shape, x, pre, active, counts)
            loss = _residual(
                sensing_columns,
                identity,
                measurements,
                pre[depth],
                active[depth],
                counts[depth],
                residual,
            )
        if zeros > 0:
            _settle_ties(packed, offsets, shape, tie_direction, pre, active, counts, drift)
        _backward(
            packed, offsets, shape, sensing_columns, identity, residual, active, counts, back, v
        )
        gradient_norm = np.sqrt(_inner(v, v))

        if not (np.isfinite(loss) and np.isfinite(gradient_norm)):
            stop = DIVERGED
        elif gradient_norm <= gradient_tolerance:
            stop = GRADIENT
        elif landmark_age > 0 and _same(x, landmark):
            stop = CYCLE
        elif iteration == max_iterations:
            stop = CAP
        else:
            if landmark_age == landmark_life:
                landmark[:] = x
                landmark_age = 0
                landmark_life *= 2
            for j in range(k):
                x[j] -= step * v[j]
            landmark_age += 1
            iteration += 1
            continue
        return loss, gradient_norm, iteration, negations, stop, kept


@njit(cache=True, error_model="numpy")
def _measure(packed, offsets, shape, sensing_columns, identity, code, measurements):
    """A G(code) by the very sums of the descent, so that f(x0) is exactly zero."""
    depth, widest = len(shape) - 1, shape.max()
    pre = np.empty((depth + 1, widest))
    active = np.empty((depth + 1, widest), dtype=np.int64)
    counts = np.empty(depth + 1, dtype=np.int64)
    _forward(packed, offsets, shape, code, pre, active, counts)
    _residual(
        sensing_columns,
        identity,
        np.zeros(len(measurements)),
        pre[depth],
        active[depth],
        counts[depth],
        measurements,
    )


class Problem:
    """A network and a sensing matrix laid out for the kernels, built once and used for many runs.

    Args:
        weights: W_i, shape (n_i, n_{i-1}).
        sensing: A, shape (m, n_d), or None for A = I.
    """

    def __init__(self, weights: Weights, sensing: Array | None):
        self.shape = np.array(shape_of(weights), dtype=np.int64)
        sizes = [0, 0, *(layer.size for layer in weights)]
        self._offsets = np.cumsum(sizes)[: len(weights) + 1].astype(np.int64)
        self._packed = np.concatenate([layer.T.ravel() for layer in weights])
        self._identity = sensing is None
        self._sensing_columns = (
            np.empty((0, 0)) if sensing is None else np.ascontiguousarray(sensing.T)
        )
        self.measurement_count = int(self.shape[-1] if sensing is None else len(sensing))

    @property
    def _operators(self):
        return self._packed, self._offsets, self.shape, self._sensing_columns, self._identity

    def measure(self, code: Array) -> Array:
        """y = A G(code), shape (m,), the same bits on every machine."""
        measurements = np.empty(self.measurement_count)
        _measure(*self._operators, np.array(code, dtype=np.float64), measurements)
        return measurements

    def descend(
        self,
        measurements: Array,
        start: Array,
        tie_direction: Array,
        settings: Settings,
        path_length: int = 0,
    ) -> Descent:
        """HHHV's Algorithm 1 from ``start``; arguments and result as ``reference.descend``."""
        x = np.array(start, dtype=np.float64)
        path = np.empty((path_length, len(x)))
        loss, gradient_norm, iterations, negations, stop, kept = _descend(
            *self._operators,
            np.ascontiguousarray(measurements),
            x,
            np.ascontiguousarray(tie_direction),
            settings.step,
            settings.negation_check,
            settings.max_iterations,
            settings.gradient_tolerance,
            path,
        )
        return Descent(
            x, loss, gradient_norm, iterations, negations, STOPS[stop], path[:kept].copy()
        )


def descend(
    weights: Weights,
    sensing: Array | None,
    measurements: Array,
    start: Array,
    tie_direction: Array,
    settings: Settings,
    path_length: int = 0,
) -> Descent:
    """One run; arguments and result as ``reference.descend``."""
    problem = Problem(weights, sensing)
    return problem.descend(measurements, start, tie_direction, settings, path_length)


def warm_up(depths: Sequence[int] = (1,)) -> None:
    """Compile the kernels, or load them from Numba's cache, on a toy network."""
    for depth in depths:
        weights = [np.ones((1, 1))] * depth
        descend(weights, None, np.ones(1), np.ones(1), np.ones(1), Settings(0.5, True, 1, 0.0))
