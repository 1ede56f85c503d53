"""Bounds on a network and A, on f(-x), and on rounding."""

from typing import NamedTuple

import numpy as np

from genprior.descent.kernels.compiling import entry, kernel
from genprior.descent.kernels.evaluation import (
    Integers,
    columns_of,
    forward,
    passed_on,
    take_residual,
)
from genprior.descent.kernels.lanes import distance, gram_matrix, inner_product, multiply_columns
from genprior.types import Array

ROOM = 1.0 + 1e-9  # room for rounding in bounds on norms and distances
UNIT = 2.0**-53
# Products of up to four sizes between these, and their rounding errors, neither underflow nor
# overflow.  What underflow takes from a sum of squares is less than NOTHING.
SMALLEST, LARGEST, NOTHING = 2.0**-200, 2.0**200, 2.0**-500
BLOCK = 32  # columns to a block of the bound on a layer's norm
SQUARINGS = 4


@kernel
def gamma(terms):
    return (terms + 1) * UNIT / (1.0 - (terms + 1) * UNIT)


@kernel
def within_range(size):
    """Whether the model of rounding, which leaves out underflow and overflow, applies."""
    return SMALLEST <= size <= LARGEST


class Bounds(NamedTuple):
    """What the certificates and the negation check need to know of a network and A."""

    frobenius: Array  # the norms of W_1, ..., W_d and A
    lipschitz: float  # a Lipschitz constant of G


@kernel
def _block_bound(columns):
    """An upper bound on the squared spectral norm, by Gram's matrix G: ||G||^16 <= ||G^16||_F."""
    size = len(columns)
    gram, square = np.empty((size, size)), np.empty((size, size))
    gram_matrix(gram, columns)
    exponent, bound = 1.0, 1.0
    for _ in range(SQUARINGS):
        norm = 0.0
        for i in range(size):
            norm += inner_product(gram[i], gram[i])
        norm = np.sqrt(norm)
        if norm < SMALLEST * SMALLEST:  # at first, where products may have underflowed
            return 2.0 * SMALLEST * SMALLEST
        bound *= norm**exponent
        exponent *= 0.5
        gram /= norm
        gram_matrix(square, gram)
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
        columns, total = columns_of(operators, layer), 0.0
        for begin in range(0, len(columns), BLOCK):
            total += _block_bound(columns[begin : begin + BLOCK])
        bound *= np.sqrt(total) * ROOM
    return bound


@kernel
def _frobenius(columns):
    """An upper bound on the Frobenius norm."""
    total = 0.0
    for j in range(len(columns)):
        total += inner_product(columns[j], columns[j])
    return np.sqrt(total + NOTHING) * ROOM


@entry
def bounds_of(operators):
    """The bounds of a network and A."""
    depth = len(operators.shape) - 1
    frobenius = np.ones(depth + 1)
    for layer in range(1, depth + 1):
        frobenius[layer - 1] = _frobenius(columns_of(operators, layer))
    if not operators.identity:
        frobenius[depth] = _frobenius(operators.sensing)
    return Bounds(frobenius, _lipschitz(operators))


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


@kernel
def new_mirror(operators):
    """Nothing known of f(-x) yet."""
    return Mirror(
        np.zeros(operators.shape[-1]),
        np.zeros(operators.shape[0]),
        np.array([0.0, -1.0, np.inf, 0.0]),
        np.zeros(2, dtype=np.int64),
    )


@kernel
def stays_above(anchor, facts, x, square):
    """Whether what is known shows that ||A G(-x) - y||^2 > square."""
    least = facts[LEAST] - facts[SLOPE] * facts[GONE]
    if not (least > 0.0 and least * least > square):
        facts[GONE] = distance(x, anchor) * ROOM
        least = facts[LEAST] - facts[SLOPE] * facts[GONE]
    return least > 0.0 and least * least > square


@kernel
def _aim(operators, lipschitz, mirror, work):
    """Point u along the residual A G(-x) - y that the workspace holds."""
    residual, facts = work.residual, mirror.facts
    norm = np.sqrt(inner_product(residual, residual))
    if operators.identity:
        mirror.pull[:] = residual
    else:
        everything = len(operators.sensing)
        multiply_columns(
            mirror.pull, operators.sensing, residual, np.arange(everything), everything
        )
    mirror.pull[:] /= norm
    facts[OFFSET] = inner_product(residual, operators.measurements) / norm
    facts[SLOPE] = lipschitz * np.sqrt(inner_product(mirror.pull, mirror.pull)) * ROOM


@kernel
def look_from(operators, lipschitz, x, mirror, work):
    """Make x the anchor, with u along the residual at -x; returns ||A G(-x) - y|| from below."""
    work.mirror[:] = -x
    forward(operators, work.mirror, work)
    norm = np.sqrt(2.0 * take_residual(operators, work)) / ROOM
    _aim(operators, lipschitz, mirror, work)
    mirror.anchor[:] = x
    mirror.facts[LEAST], mirror.facts[GONE] = norm, np.inf
    return norm


@kernel
def mirrored_square(operators, lipschitz, x, square, mirror, work):
    """||A G(-x) - y||^2, or infinity as soon as it is certain to exceed ``square``."""
    facts, depth = mirror.facts, len(operators.shape) - 1
    work.mirror[:] = -x
    forward(operators, work.mirror, work)
    facts[GONE] = 0.0
    mirror.anchor[:] = x
    if facts[SLOPE] < np.inf:
        mirror.evaluations[1] += 1
        value, size = -facts[OFFSET], abs(facts[OFFSET])
        signal, chosen, count = passed_on(operators, work, depth)
        for position in range(count):
            j = chosen[position]
            term = mirror.pull[j] * signal[j]
            value += term
            size += abs(term)
        facts[LEAST] = value - (ROOM - 1.0) * size
        if facts[LEAST] > 0.0 and facts[LEAST] ** 2 > square:
            return np.inf
    mirror.evaluations[0] += 1
    mirrored = 2.0 * take_residual(operators, work)
    facts[LEAST] = np.sqrt(mirrored) / ROOM
    facts[SLOPE] = np.inf
    if mirrored > square:
        _aim(operators, lipschitz, mirror, work)
    return mirrored
