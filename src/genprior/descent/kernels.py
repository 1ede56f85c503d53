"""The kernels of the compiled engines: streaming and incremental descent.

Layout.  Every matrix is kept by columns: forward adds up the columns of active neurons, backward
takes the inner product of the same columns with the masked residual, so one copy of the active
half of W_i and A serves both passes and stays in the cache.  It is kept in single precision where
that is exact, and widened as it is read; all else, every sum among it, is in double precision.

Exactness.  Results are the same bits on every x86-64 processor, whatever its vector width: there
is no fastmath, columns are added one after the other, inner products use the fixed lanes of
``_inner_products``, products are fused with their sums by request and not by a compiler's choice (a
processor without such an instruction calls a function that rounds alike), and no sum goes through
a linear algebra library.

All kernels live in this one file because Numba's disk cache does not notice an edit to a kernel
that is imported from another module.
"""

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from genprior.networks import Array

LANES = 8  # doubles to a vector, four vectors in flight; narrower machines split them exactly
UNROLL = 4
BLOCK_SIDE = 4
GRADIENT, CYCLE, CAP, DIVERGED, CERTIFIED = range(5)
ROOM = 1.0 + 1e-9  # room for rounding in bounds on norms and distances
UNIT = 2.0**-53

Integers = NDArray[np.int64]
kernel = njit(cache=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
# Melted into the caller: on small networks, handing over whole tuples costs as much as the work.
melted = njit(
    cache=True,
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    forceinline=True,
)
inlined = njit(cache=True, error_model="numpy", inline="always")
entry = njit(cache=True, error_model="numpy", nogil=True, no_cfunc_wrapper=True)


class _Vectors:
    """Contiguous vectors in LLVM's terms: read by lanes as doubles, which singles widen to."""

    def __init__(self, context, builder, types_of, values):
        self.builder = builder
        self.arrays = [
            context.make_array(kind)(context, builder, value)
            for kind, value in zip(types_of, values, strict=True)
        ]
        self.integer = builder.extract_value(self.arrays[0].shape, 0).type

    def length(self, number, axis=0):
        return self.builder.extract_value(self.arrays[number].shape, axis)

    def constant(self, value):
        return ir.Constant(self.integer, value)

    def several(self, kind, lanes):
        return ir.VectorType(kind, lanes) if lanes > 1 else kind

    def pointer(self, data, index, lanes):
        kind = self.several(data.type.pointee, lanes)
        return self.builder.bitcast(self.builder.gep(data, [index]), kind.as_pointer())

    def load(self, data, index, lanes):
        single = isinstance(data.type.pointee, ir.FloatType)
        values = self.builder.load(self.pointer(data, index, lanes), align=4 if single else 8)
        wide = self.several(ir.DoubleType(), lanes)
        return self.builder.fpext(values, wide) if single else values

    def store(self, value, data, index, lanes):
        self.builder.store(value, self.pointer(data, index, lanes), align=8)

    def chosen(self, numbers, position, count):
        """The entries of a list of numbers from a position on."""
        places = [self.builder.add(position, self.constant(i)) for i in range(count)]
        return [self.builder.load(self.builder.gep(numbers, [place])) for place in places]

    def rows(self, matrix, numbers, stride):
        """Where these rows of a matrix begin."""
        return [self.builder.gep(matrix, [self.builder.mul(j, stride)]) for j in numbers]

    def multiply_add(self, left, right, total):
        """left * right + total, rounded once; without such an instruction a call does the same."""
        kind = left.type
        name = f"v{kind.count}f64" if isinstance(kind, ir.VectorType) else "f64"
        signature = ir.FunctionType(kind, [kind] * 3)
        function = cgutils.get_or_insert_function(
            self.builder.module, signature, f"llvm.fma.{name}"
        )
        return self.builder.call(function, [left, right, total])

    def splat(self, value, lanes):
        if lanes == 1:
            return value
        kind, index = ir.VectorType(ir.DoubleType(), lanes), ir.IntType(32)
        first = self.builder.insert_element(
            ir.Constant(kind, ir.Undefined), value, ir.Constant(index, 0)
        )
        zeros = ir.Constant(ir.VectorType(index, lanes), [0] * lanes)
        return self.builder.shuffle_vector(first, first, zeros)

    def remainders(self, length):
        """(lanes, whether they are left over, index) of what whole vectors leave, halving."""
        lanes = LANES // 2
        while lanes:
            bit = self.builder.and_(length, self.constant(lanes))
            index = self.builder.and_(length, self.constant(-2 * lanes))
            yield lanes, self.builder.icmp_signed("!=", bit, self.constant(0)), index
            lanes //= 2


def _inner_products(v, rows, vector, length, in_flight):
    """The inner products of some rows with one vector, each in ``in_flight`` x 8 fixed lanes.

    Written in LLVM's vector types because a plain loop stays scalar without fastmath, and with
    fastmath the order of the sum would depend on the processor.
    """
    builder, lane_number = v.builder, ir.IntType(32)
    lanes = ir.VectorType(ir.DoubleType(), LANES)
    sums = [[cgutils.alloca_once(builder, lanes) for _ in range(in_flight)] for _ in rows]
    for total in (total for several in sums for total in several):
        builder.store(ir.Constant(lanes, [0.0] * LANES), total)

    def accumulate(number, at):
        shared = v.load(vector, at, LANES)
        for row, several in zip(rows, sums, strict=True):
            total = builder.load(several[number])
            builder.store(v.multiply_add(v.load(row, at, LANES), shared, total), several[number])

    wide, narrow = v.constant(LANES * in_flight), v.constant(LANES)
    whole = builder.and_(length, v.constant(-LANES * in_flight))
    vectors = builder.and_(length, v.constant(-LANES))
    with cgutils.for_range_slice(builder, v.constant(0), whole, wide, inc=True) as (index, _):
        for number in range(in_flight):
            accumulate(number, builder.add(index, v.constant(LANES * number)))
    with cgutils.for_range_slice(builder, whole, vectors, narrow, inc=True) as (index, _):
        accumulate(0, index)

    totals = []
    for several in sums:
        parts = [builder.load(total) for total in several]
        while len(parts) > 1:
            parts = [builder.fadd(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
        totals += parts
    for width, left_over, index in v.remainders(length):
        halves = ir.VectorType(lane_number, width)
        low = ir.Constant(halves, list(range(width)))
        high = ir.Constant(halves, list(range(width, 2 * width)))
        held = []
        for total in totals:
            folded = builder.fadd(
                builder.shuffle_vector(total, total, low),
                builder.shuffle_vector(total, total, high),
            )
            if width == 1:
                folded = builder.extract_element(folded, ir.Constant(lane_number, 0))
            held.append(cgutils.alloca_once_value(builder, folded))
        with builder.if_then(left_over):
            shared = v.load(vector, index, width)
            for row, total in zip(rows, held, strict=True):
                product = v.multiply_add(v.load(row, index, width), shared, builder.load(total))
                builder.store(product, total)
        totals = [builder.load(total) for total in held]
    return totals


@intrinsic
def _inner(typing_context, left, right):
    """sum_i left[i] right[i] of two contiguous vectors."""
    signature = types.float64(left, right)

    def generate(context, builder, signature, arguments):
        v = _Vectors(context, builder, signature.args, arguments)
        first, second = (array.data for array in v.arrays)
        return _inner_products(v, [first], second, v.length(0), UNROLL)[0]

    return signature, generate


def _multiplier(together):
    """A kernel that takes the inner products of ``together`` columns with one vector at once."""

    @intrinsic
    def multiply(typing_context, products, columns, vector, chosen, position):
        """products[j] = inner product of column j and the vector, for some chosen columns."""
        signature = types.void(products, columns, vector, chosen, position)

        def generate(context, builder, signature, arguments):
            v = _Vectors(context, builder, signature.args[:4], arguments[:4])
            target, matrix, right, numbers = (array.data for array in v.arrays)
            chosen, length = v.chosen(numbers, arguments[4], together), v.length(1, axis=1)
            rows = v.rows(matrix, chosen, length)
            totals = _inner_products(v, rows, right, length, UNROLL // 2)
            for j, total in zip(chosen, totals, strict=True):
                builder.store(total, builder.gep(target, [j]))
            return context.get_dummy_value()

        return signature, generate

    return multiply


_multiply_4, _multiply_1 = _multiplier(4), _multiplier(1)


def _accumulate(v, targets, columns, scalars, length):
    """Each target += sum of scalar times column, one column after the other.

    ``scalars[c][t]`` multiplies column c for target t.
    """

    def accumulate(index, lanes, factors):
        values = [v.load(target, index, lanes) for target in targets]
        for column, several in zip(columns, factors, strict=True):
            shared = v.load(column, index, lanes)
            values = [
                v.multiply_add(factor, shared, value)
                for factor, value in zip(several, values, strict=True)
            ]
        for value, target in zip(values, targets, strict=True):
            v.store(value, target, index, lanes)

    def spread(lanes):
        return [[v.splat(scalar, lanes) for scalar in several] for several in scalars]

    wide, builder = spread(LANES), v.builder
    vectors = builder.and_(length, v.constant(-LANES))
    with cgutils.for_range_slice(builder, v.constant(0), vectors, v.constant(LANES), inc=True) as (
        index,
        _,
    ):
        accumulate(index, LANES, wide)
    for width, left_over, index in v.remainders(length):
        with builder.if_then(left_over):
            accumulate(index, width, spread(width))


def _adder(together):
    """A kernel that adds up ``together`` columns at once."""

    @intrinsic
    def add(typing_context, total, columns, coefficients, chosen, position):
        """total += sum of coefficient times column over some chosen columns, one by one.

        The order is that of adding one column after the other, whatever ``together`` is.
        """
        signature = types.void(total, columns, coefficients, chosen, position)

        def generate(context, builder, signature, arguments):
            v = _Vectors(context, builder, signature.args[:4], arguments[:4])
            target, matrix, factors, numbers = (array.data for array in v.arrays)
            chosen = v.chosen(numbers, arguments[4], together)
            columns = v.rows(matrix, chosen, v.length(1, axis=1))
            scalars = [[builder.load(builder.gep(factors, [j]))] for j in chosen]
            _accumulate(v, [target], columns, scalars, v.length(0))
            return context.get_dummy_value()

        return signature, generate

    return add


_add_8, _add_4, _add_1 = _adder(8), _adder(4), _adder(1)


@intrinsic
def _add_block(typing_context, totals, columns, coefficients, chosen, position, first):
    """Four chosen columns are added, one by one, to each of four totals: rows ``first`` and on.

    Row f of the coefficients belongs to total f; totals may be longer than the columns.
    """
    signature = types.void(totals, columns, coefficients, chosen, position, first)

    def generate(context, builder, signature, arguments):
        v = _Vectors(context, builder, signature.args[:4], arguments[:4])
        targets, matrix, factors, numbers = (array.data for array in v.arrays)
        length = v.length(1, axis=1)
        chosen = v.chosen(numbers, arguments[4], BLOCK_SIDE)
        totals = [builder.add(arguments[5], v.constant(number)) for number in range(BLOCK_SIDE)]
        factors = v.rows(factors, totals, v.length(2, axis=1))
        scalars = [[builder.load(builder.gep(row, [j])) for row in factors] for j in chosen]
        targets = v.rows(targets, totals, v.length(0, axis=1))
        _accumulate(v, targets, v.rows(matrix, chosen, length), scalars, length)
        return context.get_dummy_value()

    return signature, generate


class Operators(NamedTuple):
    """What a run reads: W_i and A by columns, and the measurements."""

    packed: Array  # the columns of W_1, then of W_2, ...
    offsets: Integers  # where W_i begins in ``packed``; entry 0 is unused
    shape: Integers  # (k, n_1, ..., n_d)
    sensing: Array  # row j is column j of A; empty for A = I
    identity: bool  # whether A = I
    measurements: Array  # y, shape (m,)


class Rule(NamedTuple):
    """How a run goes: ``genprior.descent.Settings`` and the direction that settles ties."""

    step: float
    negation_check: bool
    max_iterations: int
    gradient_tolerance: float
    to_proof: bool  # whether the run ends as soon as its limit is proved
    tie_direction: Array


class Bounds(NamedTuple):
    """What the certificates and the negation check need to know of a network and A."""

    frobenius: Array  # the norms of W_1, ..., W_d and A
    lipschitz: float  # a Lipschitz constant of G


class Mirror(NamedTuple):
    """What is known of f(-x) around an anchor, for the negation check.

    For a unit vector u and any x, ||A G(-x) - y|| >= u.(A G(-x) - y) = pull.G(-x) - u.y with
    pull = A^T u.  Its value at the anchor z bounds it around z, since relu is 1-Lipschitz: it falls
    by at most ||pull|| ||W_d|| ... ||W_1|| ||x - z||.
    """

    pull: Array  # shape (n_d,)
    anchor: Array  # shape (k,)
    facts: Array  # u.y, the bound at the anchor, its slope, and how far x has gone since, at most
    evaluations: Integers  # of f(-x), and of G(-x) alone


OFFSET, LEAST, SLOPE, GONE = range(4)


class Workspace(NamedTuple):
    """Where one evaluation of f and v leaves its values, layer by layer (layer 0 is the code)."""

    pre: Array  # pre-activations
    back: Array  # the residual, taken backwards
    drift: Array  # pre-activations along the tie direction
    active: Integers  # the active neurons, in order
    counts: Integers  # how many they are
    residual: Array  # A G(x) - y
    mirror: Array  # -x
    v: Array  # the descent direction


@kernel
def _add_columns(total, columns, coefficients, chosen, count):
    """total += sum over the chosen columns of coefficient times column, one after the other."""
    position = 0
    while position + 8 <= count:
        _add_8(total, columns, coefficients, chosen, position)
        position += 8
    if position + 4 <= count:
        _add_4(total, columns, coefficients, chosen, position)
        position += 4
    while position < count:
        _add_1(total, columns, coefficients, chosen, position)
        position += 1


@inlined
def _sum_columns(total, columns, coefficients, chosen, count):
    """total = sum over the chosen columns of coefficient times column."""
    total[:] = 0.0
    _add_columns(total, columns, coefficients, chosen, count)


@kernel
def _multiply_columns(products, columns, vector, chosen, count):
    """products[j] = inner product of column j and the vector, for the chosen columns."""
    position = 0
    while position + 4 <= count:
        _multiply_4(products, columns, vector, chosen, position)
        position += 4
    while position < count:
        _multiply_1(products, columns, vector, chosen, position)
        position += 1


@inlined
def _matrix(packed, begin, rows, length):
    """The matrix of this shape that begins here in a packed array."""
    return packed[begin : begin + rows * length].reshape(rows, length)


@inlined
def _columns(operators, layer):
    """The columns of W_layer: row j of the result is column j, length n_layer."""
    shape = operators.shape
    return _matrix(operators.packed, operators.offsets[layer], shape[layer - 1], shape[layer])


@melted
def _list_active(active, pre_activation):
    """List the neurons with positive pre-activation; also count those at exactly zero."""
    count, zeros = 0, 0
    for j in range(len(pre_activation)):
        active[count] = j
        count += pre_activation[j] > 0.0
        zeros += pre_activation[j] == 0.0
    return count, zeros


@melted
def _forward(operators, x, work):
    """Pre-activations and active sets of all layers at x; returns how many neurons sit at zero."""
    shape, pre, active, counts = operators.shape, work.pre, work.active, work.counts
    k, zeros = shape[0], 0
    pre[0, :k] = x
    for j in range(k):
        active[0, j] = j
    counts[0] = k
    for layer in range(1, len(shape)):
        values = pre[layer, : shape[layer]]
        columns = _columns(operators, layer)
        _sum_columns(values, columns, pre[layer - 1], active[layer - 1], counts[layer - 1])
        counts[layer], ties = _list_active(active[layer], values)
        zeros += ties
    return zeros


@kernel
def _settle_ties(operators, w, work):
    """Neurons at exactly zero join the active set if w pushes them up (HV's limit of gradients)."""
    shape, pre, active, counts = operators.shape, work.pre, work.active, work.counts
    work.drift[0, : shape[0]] = w
    for layer in range(1, len(shape)):
        push = work.drift[layer, : shape[layer]]
        columns = _columns(operators, layer)
        _sum_columns(push, columns, work.drift[layer - 1], active[layer - 1], counts[layer - 1])
        count = 0
        for j in range(shape[layer]):
            if pre[layer, j] > 0.0 or (pre[layer, j] == 0.0 and push[j] > 0.0):
                active[layer, count] = j
                count += 1
        counts[layer] = count


@inlined
def _sense(operators, signal, active, count, measured):
    """A s for a signal s that is zero outside the listed entries."""
    if operators.identity:
        measured[:] = 0.0
        for position in range(count):
            measured[active[position]] = signal[active[position]]
    else:
        _sum_columns(measured, operators.sensing, signal, active, count)


@inlined
def _residual(operators, work):
    """A G(x) - y from the last layer's pre-activations; returns the empirical risk."""
    depth, residual = len(operators.shape) - 1, work.residual
    _sense(operators, work.pre[depth], work.active[depth], work.counts[depth], residual)
    for i in range(len(residual)):
        residual[i] -= operators.measurements[i]
    return 0.5 * _inner(residual, residual)


@melted
def _backward(operators, work):
    """v = L_x^T A^T residual, touching active columns alone."""
    shape, active, counts, back = operators.shape, work.active, work.counts, work.back
    depth = len(shape) - 1
    outer = back[depth, : shape[depth]]
    outer[:] = 0.0
    if operators.identity:
        for position in range(counts[depth]):
            j = active[depth, position]
            outer[j] = work.residual[j]
    else:
        _multiply_columns(outer, operators.sensing, work.residual, active[depth], counts[depth])
    for layer in range(depth, 1, -1):
        columns = _columns(operators, layer)
        inner = back[layer - 1, : shape[layer - 1]]
        inner[:] = 0.0
        _multiply_columns(inner, columns, outer, active[layer - 1], counts[layer - 1])
        outer = inner
    _multiply_columns(work.v, _columns(operators, 1), outer, active[0], counts[0])


@kernel
def _mirror(operators):
    """Nothing known of f(-x) yet."""
    return Mirror(
        np.zeros(operators.shape[-1]),
        np.zeros(operators.shape[0]),
        np.array([0.0, -1.0, np.inf, 0.0]),
        np.zeros(2, dtype=np.int64),
    )


@kernel
def _distance(left, right):
    total = 0.0
    for i in range(len(left)):
        total += (left[i] - right[i]) ** 2
    return np.sqrt(total)


@kernel
def _stays_above(anchor, facts, x, square):
    """Whether what is known shows that ||A G(-x) - y||^2 > square."""
    least = facts[LEAST] - facts[SLOPE] * facts[GONE]
    if not (least > 0.0 and least * least > square):
        facts[GONE] = _distance(x, anchor) * ROOM
        least = facts[LEAST] - facts[SLOPE] * facts[GONE]
    return least > 0.0 and least * least > square


@kernel
def _aim(operators, lipschitz, mirror, work):
    """Point u along the residual A G(-x) - y that the workspace holds."""
    residual, facts = work.residual, mirror.facts
    norm = np.sqrt(_inner(residual, residual))
    if operators.identity:
        mirror.pull[:] = residual
    else:
        everything = len(operators.sensing)
        _multiply_columns(
            mirror.pull, operators.sensing, residual, np.arange(everything), everything
        )
    mirror.pull[:] /= norm
    facts[OFFSET] = _inner(residual, operators.measurements) / norm
    facts[SLOPE] = lipschitz * np.sqrt(_inner(mirror.pull, mirror.pull)) * ROOM


@kernel
def _look_from(operators, lipschitz, x, mirror, work):
    """Make x the anchor, with u along the residual at -x; returns ||A G(-x) - y|| from below."""
    work.mirror[:] = -x
    _forward(operators, work.mirror, work)
    norm = np.sqrt(2.0 * _residual(operators, work)) / ROOM
    _aim(operators, lipschitz, mirror, work)
    mirror.anchor[:] = x
    mirror.facts[LEAST], mirror.facts[GONE] = norm, np.inf
    return norm


@kernel
def _mirrored_square(operators, lipschitz, x, square, mirror, work):
    """||A G(-x) - y||^2, or infinity as soon as it is certain to exceed ``square``."""
    facts, depth = mirror.facts, len(operators.shape) - 1
    work.mirror[:] = -x
    _forward(operators, work.mirror, work)
    facts[GONE] = 0.0
    mirror.anchor[:] = x
    if facts[SLOPE] < np.inf:
        mirror.evaluations[1] += 1
        value, size = -facts[OFFSET], abs(facts[OFFSET])
        for position in range(work.counts[depth]):
            j = work.active[depth, position]
            term = mirror.pull[j] * work.pre[depth, j]
            value += term
            size += abs(term)
        facts[LEAST] = value - (ROOM - 1.0) * size
        if facts[LEAST] > 0.0 and facts[LEAST] ** 2 > square:
            return np.inf
    mirror.evaluations[0] += 1
    mirrored = 2.0 * _residual(operators, work)
    facts[LEAST] = np.sqrt(mirrored) / ROOM
    facts[SLOPE] = np.inf
    if mirrored > square:
        _aim(operators, lipschitz, mirror, work)
    return mirrored


@melted
def _evaluate(operators, lipschitz, rule, x, mirror, work, mirror_work):
    """f and v at x, or at -x if f(-x) < f(x); x is replaced then.  Leaves v in the workspace.

    Returns the risk, the norm of v, how many neurons sit at zero and whether x was replaced.
    """
    zeros = _forward(operators, x, work)
    loss = _residual(operators, work)
    negated = False
    if rule.negation_check:
        square = 2.0 * loss
        negated = not _stays_above(
            mirror.anchor, mirror.facts, x, square * ROOM
        ) and square > _mirrored_square(operators, lipschitz, x, square * ROOM, mirror, mirror_work)
    if negated:
        x[:] = -x
        zeros = _forward(operators, x, work)
        loss = _residual(operators, work)
        mirror.facts[LEAST], mirror.facts[SLOPE] = -1.0, np.inf
    if zeros > 0:
        _settle_ties(operators, rule.tie_direction, work)
    _backward(operators, work)
    return loss, np.sqrt(_inner(work.v, work.v)), zeros, negated


@kernel
def _same(left, right):
    for i in range(len(left)):
        if left[i] != right[i]:
            return False
    return True


@kernel
def _stop(loss, gradient_norm, repeats, iteration, rule):
    """Why the run ends here, or -1."""
    if not (np.isfinite(loss) and np.isfinite(gradient_norm)):
        return DIVERGED
    if gradient_norm <= rule.gradient_tolerance:
        return GRADIENT
    if repeats:
        return CYCLE
    if iteration == rule.max_iterations:
        return CAP
    return -1


@kernel
def _workspace(operators):
    depth, widest = len(operators.shape) - 1, operators.shape.max()
    return Workspace(
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest)),
        np.empty((depth + 1, widest), dtype=np.int64),
        np.empty(depth + 1, dtype=np.int64),
        np.empty(len(operators.measurements)),
        np.empty(operators.shape[0]),
        np.empty(operators.shape[0]),
    )


@entry
def measure(operators, code):
    """A G(code) by the very sums of the descent, so that f(x0) is exactly zero.

    The operators' measurements must be zeros; they are left alone.
    """
    work = _workspace(operators)
    _forward(operators, code, work)
    _residual(operators, work)
    return work.residual


# Incremental descent.  Inside an activation pattern f is a quadratic: with E_1 = W_1,
# E_l = W_l diag(p_{l-1}) E_{l-1} and M = A diag(p_d) E_d the descent direction is M^T (M x - y) =
# H x - c, and neuron j of layer l keeps its sign as long as E_l[j] x does.  So a run holds on to
# one pattern's E and M and, when neurons flip, updates both by low-rank corrections; it streams
# the weights only early on, where many neurons flip, and to settle whatever is delicate: ties,
# negations, every stop.

FLIPS_AT_ONCE = 8  # neurons whose flips share a pass over the weights
HORIZON = 16.0  # steps between two looks through all of a layer's neurons
MANY = 8  # one neuron in this many due at once makes looking at the whole layer cheaper
DRIFT_LIMIT = 2000  # flips until the pattern is built afresh
PATIENCE = 0.25  # build H once the pattern has lasted this many times k iterations
SETTLING = 1e-9  # relative gradient from which on rounding in H x - c would tell
ENDGAME = 1e-13  # relative gradient from which on iterations are streamed
CLOSE = 1e-12  # relative distance to the landmark at which a cycle is suspected
SCRUPLES = 1000  # iterations that a run streams for these two reasons, at most
ENTER_RATE = 1.2  # flips may cost this share of streaming, averaged, to enter a region
LEAVE_RATE = 1.5  # and this share to stay
LEAVE = 8.0  # flips of one iteration may cost this many streamed iterations
BLOCK = 32  # columns to a block of the bound on a layer's norm
SQUARINGS = 4
POWERS = 12  # rounds of the power method for the ends of H's spectrum
REFINEMENTS = 2
HELD, LEFT, UNSURE = range(3)


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
    # Flips under way: neurons, row entries of E_l with sign, and the columns that they act by.
    flips: Integers
    entries: Array
    inflow: Array
    outflow: Array


@kernel
def _region(operators):
    """An empty region of the right size."""
    shape, m = operators.shape, len(operators.measurements)
    depth, k, widest = len(shape) - 1, shape[0], shape.max()
    longest = max(widest, m)
    starts = np.zeros(depth + 2, dtype=np.int64)
    for layer in range(1, depth + 1):
        starts[layer + 1] = starts[layer] + k * shape[layer]
    return Region(
        np.zeros((depth + 1, widest), dtype=np.bool_),
        np.empty((depth + 1, widest), dtype=np.int64),
        np.empty(depth + 1, dtype=np.int64),
        np.empty(starts[depth + 1]),
        starts,
        np.empty((k, m)),
        np.empty((k, k)),
        np.empty(k),
        np.arange(longest),
        np.zeros((depth + 1, widest)),
        np.zeros((depth + 1, widest)),
        np.zeros((depth + 1, widest + 1), dtype=np.int64),
        np.zeros(depth + 1, dtype=np.int64),
        np.zeros(depth + 1),
        np.zeros(depth + 1),
        np.empty(widest),
        np.empty(widest + 1, dtype=np.int64),
        np.empty((k, FLIPS_AT_ONCE)),
        np.empty((FLIPS_AT_ONCE, longest)),
        np.empty((FLIPS_AT_ONCE, longest)),
    )


@inlined
def _responses(operators, region, layer):
    """The transpose of E_layer, shape (k, n_layer)."""
    shape = operators.shape
    return _matrix(region.responses, region.starts[layer], shape[0], shape[layer])


@kernel
def _build(operators, region):
    """E and M of the region's pattern, from the weights."""
    shape, active, counts = operators.shape, region.active, region.counts
    depth, k = len(shape) - 1, shape[0]
    _responses(operators, region, 1)[:] = _columns(operators, 1)
    for layer in range(2, depth + 1):
        below, here = _responses(operators, region, layer - 1), _responses(operators, region, layer)
        here[:] = 0.0
        columns = _columns(operators, layer)
        _pass(here, columns, below, active[layer - 1], counts[layer - 1], k)
    last, image = _responses(operators, region, depth), region.image
    image[:] = 0.0
    if operators.identity:
        for i in range(k):
            for position in range(counts[depth]):
                image[i, active[depth, position]] = last[i, active[depth, position]]
    else:
        _pass(image, operators.sensing, last, active[depth], counts[depth], k)
    for layer in range(1, depth + 1):
        rows = _responses(operators, region, layer)
        _row_norms(region.norms[layer, : shape[layer]], rows)
    region.safe[:] = region.soonest[:] = region.horizon[:] = -1.0


@kernel
def _enter(operators, region, work):
    """Take over the pattern that the last evaluation left in the workspace."""
    for layer in range(1, len(operators.shape)):
        count = work.counts[layer]
        region.on[layer] = False
        region.counts[layer] = count
        for position in range(count):
            j = work.active[layer, position]
            region.active[layer, position] = j
            region.on[layer, j] = True
    _build(operators, region)
    for i in range(operators.shape[0]):
        region.pull[i] = _inner(region.image[i], operators.measurements)


@kernel
def _close(x, landmark):
    """Whether x has all but come back to the landmark."""
    for i in range(len(x)):
        if not abs(x[i] - landmark[i]) <= CLOSE * abs(landmark[i]):
            return False
    return True


@kernel
def _gamma(terms):
    return (terms + 1) * UNIT / (1.0 - (terms + 1) * UNIT)


@kernel
def _row_norms(norms, rows):
    """Bounds on the norms of the rows of E_layer, tight up to rounding."""
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
        norms[j] = np.sqrt(norms[j]) * ROOM


@inlined
def _reading(odometer, way):
    """The odometer's reading after another way, never rounded up."""
    return (odometer + way / ROOM) * (1.0 - 4.0 * UNIT)


@kernel
def _look_at_all(region, layer, rows, x, odometer, blur):
    """Look at all neurons of a layer; returns how many flip, or -1 if one is at zero."""
    length = rows.shape[1]
    values, norms, safe = region.values[:length], region.norms[layer, :length], region.safe[layer]
    on = region.on[layer]
    _sum_columns(values, rows, x, region.everything, len(x))
    _row_norms(norms, rows)
    flips, zeros = 0, 0
    for j in range(length):
        region.flips[flips] = j
        flips += (values[j] > 0.0) != on[j]
        zeros += values[j] == 0.0
        # A row of zeros belongs to a dead layer, which ends the stay in a region.
        safe[j] = _reading(odometer, abs(values[j]) / norms[j] - blur)
    return flips if zeros == 0 else -1


@kernel
def _look_at(region, layer, rows, j, x, odometer, blur):
    """Look at one neuron; returns its pre-activation."""
    value, square = 0.0, 0.0
    for i in range(len(x)):
        entry = rows[i, j]
        value += entry * x[i]
        square += entry * entry
    norm = np.sqrt(square) * ROOM
    region.norms[layer, j] = norm
    region.safe[layer, j] = _reading(odometer, abs(value) / norm - blur)
    return value


@kernel
def _list_due(due, safe, among, count, odometer):
    """List those of some neurons whose sign may have failed; returns their number."""
    found = 0
    for position in range(count):
        j = among[position]
        due[found] = j
        found += not safe[j] > odometer
    return found


@kernel
def _first(safe, among, count, latest):
    """The first reading at which one of some neurons is due, ``latest`` at most."""
    for position in range(count):
        reading = safe[among[position]]
        latest = latest if reading > latest else reading
    return latest


@kernel
def _find_flips(operators, region, layer, x, odometer, stride):
    """List the neurons of a layer whose sign at x is not the pattern's, looking at those that are
    due alone; returns their number, or -1 if one is at zero."""
    if odometer < region.soonest[layer]:
        return 0
    length, rows = operators.shape[layer], _responses(operators, region, layer)
    safe, watched, due = region.safe[layer], region.watched[layer], region.flips
    blur = 2.0 * _gamma(len(x)) * np.sqrt(_inner(x, x))
    count = region.watched_counts[layer]
    anew = odometer >= region.horizon[layer]
    if anew:
        count = _list_due(due, safe, region.everything, length, odometer)
    else:
        count = _list_due(due, safe, watched, count, odometer)
    if count * MANY > length:
        anew = True
        flips = _look_at_all(region, layer, rows, x, odometer, blur)
    else:
        flips, zeros = 0, 0
        for position in range(count):
            j = due[position]
            value = _look_at(region, layer, rows, j, x, odometer, blur)
            due[flips] = j  # the flips take the place of those looked at
            flips += (value > 0.0) != region.on[layer, j]
            zeros += value == 0.0
        flips = flips if zeros == 0 else -1
    if anew:
        region.horizon[layer] = odometer + HORIZON * stride
        region.watched_counts[layer] = _list_due(
            watched, safe, region.everything, length, region.horizon[layer]
        )
    region.soonest[layer] = _first(
        safe, watched, region.watched_counts[layer], region.horizon[layer]
    )
    return flips


@kernel
def _loosen(region, layer, length, outflow, entries, x, count, odometer):
    """Rows of E_layer have changed by outflow times entries, by ``count`` flips below: the neurons'
    signs are sure for a shorter way."""
    safe, norms = region.safe[layer, :length], region.norms[layer, :length]
    for j in range(length):
        safe[j] = (safe[j] - odometer) * norms[j]
    for position in range(count):
        size, height = 0.0, 0.0
        for i in range(len(x)):
            size += entries[i, position] ** 2
            height += entries[i, position] * x[i]
        size, height, flow = np.sqrt(size) * ROOM, abs(height) * ROOM, outflow[position]
        for j in range(length):
            push = abs(flow[j])
            safe[j] -= push * height
            norms[j] += push * size
    for j in range(length):
        safe[j] = _reading(odometer, safe[j] / norms[j])
    region.horizon[layer] = region.soonest[layer] = odometer


@kernel
def _flip(operators, region, layer, first, count, x, odometer):
    """Flip some neurons of a layer: E of the layers above and M change by rank ``count``."""
    shape, k = operators.shape, operators.shape[0]
    depth = len(shape) - 1
    entries, inflow, outflow = region.entries, region.inflow, region.outflow
    rows = _responses(operators, region, layer)
    for position in range(count):
        j = region.flips[first + position]
        region.on[layer, j] = not region.on[layer, j]
        for i in range(k):
            entries[i, position] = rows[i, j] if region.on[layer, j] else -rows[i, j]
    for above in range(layer + 1, depth + 1):
        length = shape[above]
        columns = _columns(operators, above)
        for position in range(count):
            if above == layer + 1:
                outflow[position, :length] = columns[region.flips[first + position]]
            else:
                outflow[position, :length] = 0.0
        if above > layer + 1:
            _pass(
                outflow, columns, inflow, region.active[above - 1], region.counts[above - 1], count
            )
        rows = _responses(operators, region, above)
        for i in range(k):
            _add_columns(rows[i], outflow, entries[i], region.everything, count)
        _loosen(region, above, length, outflow, entries, x, count, odometer)
        inflow, outflow = outflow, inflow
    m = len(operators.measurements)
    if operators.identity:
        for position in range(count):
            outflow[position, :m] = 0.0
            if layer == depth:
                outflow[position, region.flips[first + position]] = 1.0
            else:
                for place in range(region.counts[depth]):
                    j = region.active[depth, place]
                    outflow[position, j] = inflow[position, j]
    elif layer == depth:
        for position in range(count):
            outflow[position, :m] = operators.sensing[region.flips[first + position]]
    else:
        outflow[:count, :m] = 0.0
        _pass(outflow, operators.sensing, inflow, region.active[depth], region.counts[depth], count)
    for i in range(k):
        _add_columns(region.image[i], outflow, entries[i], region.everything, count)


@kernel
def _pass(totals, columns, inflow, active, count, vectors):
    """totals[f] += sum of the active columns weighted by inflow[f], blocks of them at once."""
    length = columns.shape[1]
    blocks, whole = vectors - vectors % BLOCK_SIDE, count - count % BLOCK_SIDE
    for position in range(0, whole, BLOCK_SIDE):
        for f in range(0, blocks, BLOCK_SIDE):
            _add_block(totals, columns, inflow, active, position, f)
    for f in range(vectors):
        done = whole if f < blocks else 0
        _add_columns(totals[f, :length], columns, inflow[f], active[done:], count - done)


@kernel
def _relist(region, layer, length):
    count = 0
    for j in range(length):
        if region.on[layer, j]:
            region.active[layer, count] = j
            count += 1
    region.counts[layer] = count


@kernel
def _follow(operators, region, x, odometer, stride, costs, budget):
    """Bring the region's pattern to x, layer by layer upwards.

    Returns whether the pattern is now that of x (``HELD``), whether the region was given up
    because the flips cost more than ``budget`` or a layer died (``LEFT``), or whether a neuron sits
    at zero (``UNSURE``); then how many neurons flipped and what they cost.
    """
    shape = operators.shape
    total, spent = 0, 0.0
    for layer in range(1, len(shape)):
        flips = _find_flips(operators, region, layer, x, odometer, stride)
        if flips < 0:
            return UNSURE, total, spent
        if flips == 0:
            continue
        total += flips
        spent += flips * costs[layer]
        if spent > budget:
            return LEFT, total, spent
        for first in range(0, flips, FLIPS_AT_ONCE):
            count = min(FLIPS_AT_ONCE, flips - first)
            _flip(operators, region, layer, first, count, x, odometer)
        _relist(region, layer, shape[layer])
        if region.counts[layer] == 0:
            return LEFT, total, spent
    return HELD, total, spent


@kernel
def _gram(products, rows):
    """The inner products of all rows with each other."""
    for i in range(len(rows)):
        for j in range(i + 1):
            products[i, j] = _inner(rows[i], rows[j])
            products[j, i] = products[i, j]


@kernel
def _build_quadratic(operators, region):
    """H = M^T M and c = M^T y."""
    _gram(region.curvature, region.image)
    for i in range(len(region.pull)):
        region.pull[i] = _inner(region.image[i], operators.measurements)


@kernel
def _misfit_at(operators, region, point, residual):
    """The residual M p - y; returns its norm."""
    _sum_columns(residual, region.image, point, region.everything, len(point))
    for i in range(len(residual)):
        residual[i] -= operators.measurements[i]
    return np.sqrt(_inner(residual, residual))


@kernel
def _direction(operators, region, x, work):
    """v at x within the region, by M^T (M x - y); returns ||A G(x) - y||^2."""
    _misfit_at(operators, region, x, work.residual)
    for i in range(len(x)):
        work.v[i] = _inner(region.image[i], work.residual)
    return _inner(work.residual, work.residual)


# The two that a settled run goes through at every step take the few arrays that they need: handing
# over whole tuples would cost more than their work.


@kernel
def _quadratic_direction(curvature, pull, everything, x, energy, v):
    """v at x within the region, by H x - c; returns ||A G(x) - y||^2."""
    _sum_columns(v, curvature, x, everything, len(x))
    for i in range(len(x)):
        v[i] -= pull[i]
    return energy + (_inner(x, v) - _inner(x, pull))


@kernel
def _at_rest(soonest, odometer):
    """Whether no neuron can have changed its sign."""
    for layer in range(1, len(soonest)):
        if not odometer < soonest[layer]:
            return False
    return True


@kernel
def _block_bound(columns):
    """An upper bound on the squared spectral norm, by Gram's matrix G: ||G||^16 <= ||G^16||_F."""
    size = len(columns)
    gram, square = np.empty((size, size)), np.empty((size, size))
    _gram(gram, columns)
    exponent, bound = 1.0, 1.0
    for _ in range(SQUARINGS):
        norm = 0.0
        for i in range(size):
            norm += _inner(gram[i], gram[i])
        norm = np.sqrt(norm)
        if norm == 0.0:
            return 0.0
        bound *= norm**exponent
        exponent *= 0.5
        gram /= norm
        _gram(square, gram)
        gram[:] = square
    return bound * np.sqrt(np.sum(gram * gram)) ** exponent


@kernel
def _lipschitz(operators):
    """A Lipschitz constant of G: the product of bounds on the norms of its layers.

    A layer's columns are taken in blocks, ||W||^2 <= sum of ||block||^2: for an expansive layer
    that costs a fraction of its whole Gram matrix and loses little.
    """
    bound = 1.0
    for layer in range(1, len(operators.shape)):
        columns, total = _columns(operators, layer), 0.0
        for begin in range(0, len(columns), BLOCK):
            total += _block_bound(columns[begin : begin + BLOCK])
        bound *= np.sqrt(total) * ROOM
    return bound


@entry
def bounds_of(operators):
    """The bounds of a network and A."""
    depth = len(operators.shape) - 1
    frobenius = np.ones(depth + 1)
    for layer in range(1, depth + 1):
        columns, total = _columns(operators, layer), 0.0
        for j in range(len(columns)):
            total += _inner(columns[j], columns[j])
        frobenius[layer - 1] = np.sqrt(total) * ROOM
    if not operators.identity:
        total = 0.0
        for j in range(len(operators.sensing)):
            total += _inner(operators.sensing[j], operators.sensing[j])
        frobenius[depth] = np.sqrt(total) * ROOM
    return Bounds(frobenius, _lipschitz(operators))


@entry
def stream_descent(operators, bounds, rule, x, path):
    """The loop of ``reference.descend``, on x in place, streaming the weights every iteration.

    Where f(-x) cannot have fallen below f(x) since it was last computed, the negation check is
    skipped (see ``Mirror``).
    """
    work, mirror_work, mirror = _workspace(operators), _workspace(operators), _mirror(operators)
    landmark, landmark_age, landmark_life = x.copy(), 0, 1  # Brent's cycle search
    negations, kept, iteration = 0, 0, 0

    while True:
        if kept < len(path):
            path[kept] = x
            kept += 1
        loss, gradient_norm, _, negated = _evaluate(
            operators, bounds.lipschitz, rule, x, mirror, work, mirror_work
        )
        negations += negated
        repeats = landmark_age > 0 and _same(x, landmark)
        stop = _stop(loss, gradient_norm, repeats, iteration, rule)
        if stop >= 0:
            return loss, gradient_norm, iteration, negations, stop, kept, mirror.evaluations
        if landmark_age == landmark_life:
            landmark[:] = x
            landmark_age = 0
            landmark_life *= 2
        for j in range(len(x)):
            x[j] -= rule.step * work.v[j]
        mirror.facts[GONE] += rule.step * gradient_norm * ROOM
        landmark_age += 1
        iteration += 1


# The ball certificate (Proposition 5 of docs/certificate.md, whose letters these are): where H is
# nonsingular and the step stable, descent never moves away from the piece's minimiser p, so it
# stays in every ball around p that lies in the piece.


@kernel
def _cholesky(matrix, sign, shift, factor):
    """Factor sign * matrix + shift * I; whether that succeeds."""
    for i in range(len(matrix)):
        for j in range(i + 1):
            value = sign * matrix[i, j] - _inner(factor[i, :j], factor[j, :j])
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
        vector[i] = (vector[i] - _inner(factor[i, :i], vector[:i])) / factor[i, i]
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
        vector /= np.sqrt(_inner(vector, vector))
        _solve(factor, vector)
        least = 1.0 / np.sqrt(_inner(vector, vector))
    vector[:] = np.cos(1.0 + np.arange(k))
    for _ in range(POWERS):
        vector /= np.sqrt(_inner(vector, vector))
        for i in range(k):
            product[i] = _inner(curvature[i], vector)
        vector[:] = product
        largest = np.sqrt(_inner(vector, vector))
    return 0.5 * least, 0.5 * (largest + 2.0 / step)


@kernel
def _ball(operators, bounds, region, rule, mirror, work, mirror_work, centre):
    """The ball around the piece's minimiser from within which descent is proved to go there.

    Needs the quadratic of the region.  Leaves the minimiser in ``centre``; returns the radius of
    the ball, not positive if there is none, and a bound on the minimiser's error.
    """
    shape, k, m = operators.shape, len(centre), len(operators.measurements)
    depth, step, curvature = len(shape) - 1, rule.step, region.curvature
    factor = np.empty((k, k))
    if m < k or not _cholesky(curvature, 1.0, 0.0, factor):
        return -1.0, np.inf
    floor, ceiling = _extremes(curvature, factor, step)

    # The minimiser, refined.
    residual, gradient = work.residual, np.empty(k)
    centre[:] = region.pull
    _solve(factor, centre)
    here, slope = 0.0, 0.0
    for turn in range(REFINEMENTS + 1):
        here = _misfit_at(operators, region, centre, residual)
        for i in range(k):
            gradient[i] = _inner(region.image[i], residual)
        slope = np.sqrt(_inner(gradient, gradient))
        if turn < REFINEMENTS:
            _solve(factor, gradient)
            centre -= gradient
    length = np.sqrt(_inner(centre, centre)) * ROOM
    load = np.sqrt(_inner(operators.measurements, operators.measurements)) * ROOM

    # Rounding errors: of the rows of E_l (each at most that of the whole), of M and of H.
    errors = np.zeros(depth + 1)
    before, error = 0.0, 0.0
    for layer in range(1, depth + 1):
        if layer > 1:
            error = bounds.frobenius[layer - 1] * (_gamma(shape[layer - 1]) * before + error)
        errors[layer] = error
        norms = region.norms[layer, : shape[layer]]
        _row_norms(norms, _responses(operators, region, layer))
        before = np.sqrt(_inner(norms, norms)) * ROOM
    if not operators.identity:
        error = bounds.frobenius[depth] * (_gamma(shape[depth]) * before + error)
    trace = 0.0
    for i in range(k):
        trace += curvature[i, i]
    size = np.sqrt(trace) * ROOM
    curvature_error = _gamma(m) * size * size + 2.0 * size * error + error * error

    # The spectrum of H, from two factorisations that succeed.
    if not ceiling < 2.0 / step:
        return -1.0, np.inf
    if not _cholesky(curvature, 1.0, -floor, factor):
        return -1.0, np.inf
    if not _cholesky(curvature, -1.0, ceiling, factor):
        return -1.0, np.inf
    doubt = curvature_error + 2.0 * _gamma(k + 2) * (trace + k * ceiling)
    least, largest = floor - doubt, ceiling + doubt
    approach = min(step * least, 2.0 - step * largest) - 8.0 * UNIT
    if not (least > 0.0 and approach > 0.0):
        return -1.0, np.inf

    # How far p is from the exact minimiser, and how far rounding carries a run from its course.
    reach = 2.0 * length
    slope += 2.0 * (_gamma(m + k) * size * (size * length + load) + error * (size * length + here))
    limit_error = slope / least * ROOM
    slip = 4.0 * UNIT * reach + 4.0 * step * (
        (curvature_error + _gamma(k) * size * size) * reach + (_gamma(m) * size + error) * load
    )
    pad = slip / approach + 2.0 * limit_error

    radius = length
    for layer in range(1, depth + 1):
        values, on = region.values[: shape[layer]], region.on[layer]
        norms = region.norms[layer]
        _sum_columns(values, _responses(operators, region, layer), centre, region.everything, k)
        for j in range(shape[layer]):
            value = values[j] if on[j] else -values[j]
            norm = norms[j]
            margin = value - 2.0 * (errors[layer] + _gamma(k) * norm) * reach
            if not margin > 0.0:
                return -1.0, limit_error
            if margin < radius * norm:
                radius = margin / norm
    if rule.negation_check:
        there = _look_from(operators, bounds.lipschitz, centre, mirror, mirror_work)
        if not there > here:
            return -1.0, limit_error
        terms, norm = k, bounds.frobenius[depth]
        for layer in range(1, depth + 1):
            terms += shape[layer]
            norm *= bounds.frobenius[layer - 1]
        rounding = 4.0 * (_gamma(terms) * norm * reach + _gamma(m) * load)
        steepest = mirror.facts[SLOPE] + np.sqrt(largest)
        radius = min(radius, (there - here * ROOM - rounding) / (steepest * ROOM))
    return radius / ROOM - pad, limit_error


@entry
def ball_certificate(operators, bounds, rule, x, centre):
    """Whether descent from x is proved to converge in its piece, and the error of the limit.

    Leaves the limit in ``centre``.
    """
    work, mirror_work, region = _workspace(operators), _workspace(operators), _region(operators)
    mirror = _mirror(operators)
    if _forward(operators, x, work) > 0:
        return False, np.inf
    _enter(operators, region, work)
    _build_quadratic(operators, region)
    radius, error = _ball(operators, bounds, region, rule, mirror, work, mirror_work, centre)
    return _distance(x, centre) * ROOM <= radius, error


@kernel
def _costs(operators):
    """Multiplications of one streamed iteration (entry 0) and of one flip in each layer."""
    shape, k, m = operators.shape, operators.shape[0], len(operators.measurements)
    depth = len(shape) - 1
    costs = np.zeros(depth + 1)
    sense = 0.0 if operators.identity else 0.5 * shape[depth] * m
    costs[0] = 2.0 * sense
    for layer in range(1, depth + 1):
        costs[0] += (2.0 if layer == 1 else 1.0) * shape[layer - 1] * shape[layer]
        if layer < depth:
            costs[layer] = sense
        for above in range(layer + 1, depth + 1):
            # E changes, is inspected again, and its norms are taken again.
            costs[layer] += 3.0 * k * shape[above]
            if above > layer + 1:
                costs[layer] += 0.5 * shape[above - 1] * shape[above]
        costs[layer] += k * m
    return costs


@kernel
def _pattern_change(region, work, shape, costs):
    """What it would cost to follow the streamed pattern; the region's pattern becomes it."""
    spent = 0.0
    for layer in range(1, len(shape)):
        on, count = region.on[layer], 0
        before = region.values
        for j in range(shape[layer]):
            before[j] = 1.0 if on[j] else 0.0
            on[j] = False
        for position in range(work.counts[layer]):
            on[work.active[layer, position]] = True
        for j in range(shape[layer]):
            count += on[j] != (before[j] > 0.0)
        spent += count * costs[layer]
    return spent


@entry
def incremental_descent(operators, bounds, rule, x, path, limit):
    """The loop of ``reference.descend``, on x in place, inside linear regions where it can.

    Where f(-x) cannot have fallen below f(x) since it was last computed, the negation check is
    skipped (see ``Mirror``).  A run to a proof leaves its proved limit in ``limit``.

    Returns what ``stream_descent`` returns, but as its work the iterations that streamed the
    weights, the evaluations of f(-x) and of G(-x) alone, the regions built and the neurons flipped;
    then the error of a proved limit.
    """
    work, mirror_work = _workspace(operators), _workspace(operators)
    region, odometer = _region(operators), 0.0
    costs, lipschitz = _costs(operators), bounds.lipschitz
    streaming = costs[0]
    energy = _inner(operators.measurements, operators.measurements)
    landmark, landmark_age, landmark_life = x.copy(), 0, 1  # Brent's cycle search
    mirror = _mirror(operators)
    negations, kept, iteration, stride = 0, 0, 0, 0.0
    streamed, built, flipped = 0, 0, 0
    inside, quadratic, lasted, flips_since_built = False, False, 0, 0
    wait, stream_until, scruples = 1, 2, SCRUPLES
    radius, limit_error, trust = -1.0, np.inf, 2 * len(x)
    cost_rate, gradient_norm, scale = 2.0 * streaming, np.inf, 0.0

    while True:
        if kept < len(path):
            path[kept] = x
            kept += 1
        repeats = landmark_age > 0 and _same(x, landmark)

        # Inside the region, unless this iteration may be the last.
        done = False
        if inside and scruples > 0 and landmark_age > 0 and _close(x, landmark):
            stream_until = max(stream_until, iteration + 2 * landmark_life)
        if inside and iteration < rule.max_iterations and iteration >= stream_until:
            status, flips, spent = HELD, 0, 0.0
            if not _at_rest(region.soonest, odometer):
                status, flips, spent = _follow(
                    operators, region, x, odometer, stride, costs, LEAVE * streaming
                )
            cost_rate += 0.25 * (spent - cost_rate)
            flipped += flips
            flips_since_built += flips
            if status == LEFT or cost_rate > LEAVE_RATE * streaming:
                inside = False
                stream_until = iteration + wait
                wait *= 2
            elif status == HELD:
                if flips_since_built > DRIFT_LIMIT:
                    _build(operators, region)
                    built += 1
                    flips_since_built = 0
                    flips = 1
                if flips > 0:
                    quadratic, lasted, radius = False, 0, -1.0
                lasted += 1
                settled = gradient_norm <= SETTLING * scale
                if not quadratic and lasted > PATIENCE * len(x) and not settled:
                    _build_quadratic(operators, region)
                    quadratic = True
                if quadratic and not settled:
                    square = _quadratic_direction(
                        region.curvature, region.pull, region.everything, x, energy, work.v
                    )
                else:
                    square = _direction(operators, region, x, work)
                norm = np.sqrt(_inner(work.v, work.v))
                least_norm = max(1.001 * rule.gradient_tolerance, ENDGAME * scale * (scruples > 0))
                done = least_norm < norm < 1e140
                if done and rule.negation_check:
                    # f(-x) >= f(x) for sure, by the bound or by an evaluation that leaves no doubt?
                    square = square * ROOM + 1e-12 * energy
                    done = _stays_above(mirror.anchor, mirror.facts, x, square) or (
                        _mirrored_square(operators, lipschitz, x, square, mirror, mirror_work)
                        > square
                    )
                if done:
                    gradient_norm = norm
                if done and rule.to_proof and quadratic:
                    if lasted >= trust and not radius > 0.0:
                        radius, limit_error = _ball(
                            operators, bounds, region, rule, mirror, work, mirror_work, limit
                        )
                        trust = 2 * lasted
                    if radius > 0.0 and flips_since_built > 0 and _distance(x, limit) < radius:
                        # The bounds on rounding are about maps computed from the weights.
                        _build(operators, region)
                        _build_quadratic(operators, region)
                        built += 1
                        flips_since_built = 0
                        radius, limit_error = _ball(
                            operators, bounds, region, rule, mirror, work, mirror_work, limit
                        )
                        trust = 2 * lasted
                    if radius > 0.0 and _distance(x, limit) * ROOM <= radius:
                        return (
                            0.5 * square,
                            norm,
                            iteration,
                            negations,
                            CERTIFIED,
                            kept,
                            np.array(
                                [
                                    streamed,
                                    mirror.evaluations[0],
                                    mirror.evaluations[1],
                                    built,
                                    flipped,
                                ]
                            ),
                            limit_error,
                        )

        if not done:
            loss, gradient_norm, zeros, negated = _evaluate(
                operators, lipschitz, rule, x, mirror, work, mirror_work
            )
            streamed += 1
            scruples -= inside
            if negated:
                negations += 1
                inside = False
                repeats = landmark_age > 0 and _same(x, landmark)
            stop = _stop(loss, gradient_norm, repeats, iteration, rule)
            if stop >= 0:
                return (
                    loss,
                    gradient_norm,
                    iteration,
                    negations,
                    stop,
                    kept,
                    np.array(
                        [streamed, mirror.evaluations[0], mirror.evaluations[1], built, flipped]
                    ),
                    np.inf,
                )
            if not inside:
                change = _pattern_change(region, work, operators.shape, costs)
                cost_rate += 0.25 * (change - cost_rate)
                if iteration >= stream_until and cost_rate < ENTER_RATE * streaming and zeros == 0:
                    _enter(operators, region, work)
                    inside, quadratic, lasted, flips_since_built = True, False, 0, 0
                    radius = -1.0
                    built += 1
                    scale = np.sqrt(_inner(region.pull, region.pull))

        if landmark_age == landmark_life:
            landmark[:] = x
            landmark_age = 0
            landmark_life *= 2
        for j in range(len(x)):
            x[j] -= rule.step * work.v[j]
        stride = rule.step * gradient_norm
        mirror.facts[GONE] += stride * ROOM
        odometer = (odometer + stride * ROOM) * (1.0 + 4.0 * UNIT)  # never rounded down
        landmark_age += 1
        iteration += 1
