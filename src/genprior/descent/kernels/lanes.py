"""Sums of columns and inner products, the same bits on every x86-64 processor.

Columns are added one after the other, inner products use the fixed lanes of ``_inner_products``,
and products are fused with their sums by request and not by a compiler's choice (a processor
without such an instruction calls a function that rounds alike).  Matrices are read in single or in
double precision; sums are in double.
"""

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from genprior.descent.kernels.compiling import inlined, kernel

LANES = 8  # doubles to a vector, four vectors in flight; narrower machines split them exactly
UNROLL = 4
BLOCK_SIDE = 4


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
def inner_product(typing_context, left, right):
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


@kernel
def add_columns(total, columns, coefficients, chosen, count):
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
def sum_columns(total, columns, coefficients, chosen, count):
    """total = sum over the chosen columns of coefficient times column."""
    total[:] = 0.0
    add_columns(total, columns, coefficients, chosen, count)


@kernel
def multiply_columns(products, columns, vector, chosen, count):
    """products[j] = inner product of column j and the vector, for the chosen columns."""
    position = 0
    while position + 4 <= count:
        _multiply_4(products, columns, vector, chosen, position)
        position += 4
    while position < count:
        _multiply_1(products, columns, vector, chosen, position)
        position += 1


@kernel
def add_columns_to_each(totals, columns, inflow, active, count, vectors):
    """totals[f] += sum of the active columns weighted by inflow[f], blocks of them at once."""
    length = columns.shape[1]
    blocks, whole = vectors - vectors % BLOCK_SIDE, count - count % BLOCK_SIDE
    for position in range(0, whole, BLOCK_SIDE):
        for f in range(0, blocks, BLOCK_SIDE):
            _add_block(totals, columns, inflow, active, position, f)
    for f in range(vectors):
        done = whole if f < blocks else 0
        add_columns(totals[f, :length], columns, inflow[f], active[done:], count - done)


@kernel
def multiply_rows(products, rows, vector):
    """products[i] = inner product of row i and the vector."""
    for i in range(len(products)):
        products[i] = inner_product(rows[i], vector)


@kernel
def gram_matrix(products, rows):
    """The inner products of all rows with each other."""
    for i in range(len(rows)):
        for j in range(i + 1):
            products[i, j] = inner_product(rows[i], rows[j])
            products[j, i] = products[i, j]


@kernel
def distance(left, right):
    total = 0.0
    for i in range(len(left)):
        total += (left[i] - right[i]) ** 2
    return np.sqrt(total)
