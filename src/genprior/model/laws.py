"""Random laws: of networks beside the Gaussian, and of how their signals are measured.

A law is named by a word, with a density where it takes one: ``sparse(0.1)``.  The laws of a trial
are one text, its *label*: that of A alone where the network is Gaussian, else both, as in
``dct+orthogonal``.  It stands in the column ``sensing`` of the tables; what a user brings in files
is named there by its digest, ``own(...)`` (see ``genprior.model.stored``).

Every law keeps energy on average: E |W_i x|^2 = |x|^2 for each x and E |A s|^2 = |s|^2 for each s,
but for ``average``, see there.  The entries are then rounded by ``to_singles``.  No law asks a
linear algebra library, whose last bits differ from machine to machine.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, sqrt
from typing import NamedTuple

import numpy as np

from genprior.model.networks import sample_weights, to_singles
from genprior.types import Array

NETWORK_LAWS = ("gaussian", "row-normalised", "orthogonal", "sparse", "tied")
SENSING_LAWS = ("gaussian", "rademacher", "identity", "dct", "mask", "average", "sparse")
SPARSE = "sparse"  # takes a density
DENSITY = 0.1  # unless it is given
OWN = "own"
CHOSEN_ROWS = ("dct", "mask", "average")  # of n_d there are
LABEL = re.compile(r"(?P<word>[a-z-]+)(?:\((?P<inside>[^()+]+)\))?")


class Named(NamedTuple):
    """A law's word and what stands in its brackets: a density, a digest, or None."""

    word: str
    inside: str | None


def named(text: str) -> Named:
    """A law's text taken apart.

    Raises:
        ValueError: for what is none.
    """
    if not (found := LABEL.fullmatch(text)):
        raise ValueError(f"{text!r} names no law")
    return Named(found["word"], found["inside"])


def law_text(word: str, density: float | None = None) -> str:
    """The text of a law, a density of 0.1 where it takes one and none is given."""
    return f"{word}({float(density or DENSITY)})" if word == SPARSE else word


def own_text(digest: str) -> str:
    """What names a user's network or matrix, by the digest of its content."""
    return f"{OWN}({digest})"


def label(sensing: str, network: str = "gaussian") -> str:
    """The laws of A and of the network as one text."""
    return sensing if network == "gaussian" else f"{sensing}+{network}"


def laws_of(label: str) -> tuple[str, str]:
    """The laws of A and of the network that a label names."""
    sensing, _, network = label.partition("+")
    return sensing, network or "gaussian"


def measures_all(label: str) -> bool:
    """Whether A = I, so that m = n_d follows from the network."""
    return laws_of(label)[0] == "identity"


def density_of(law: Named, kind: str, known: Sequence[str]) -> float | None:
    """The density of a law, None where it takes none.

    Args:
        law: the law, taken apart.
        kind: ``network`` or ``sensing``, for the message.
        known: the words of the laws of this kind.

    Raises:
        ValueError: for an unknown law or what is no density.
    """
    if law.word not in known:
        allowed = ", ".join(known)
        raise ValueError(f"unknown {kind} law {law.word!r}; allowed: {allowed}")
    if (law.word == SPARSE) != (law.inside is not None):
        said = "takes a density, as in sparse(0.1)" if law.word == SPARSE else "takes no density"
        raise ValueError(f"{kind} law {law.word} {said}")
    if law.inside is None:
        return None
    try:
        density = float(law.inside)
    except ValueError:
        density = 0.0
    if not 0 < density <= 1:
        raise ValueError(f"{kind} law {law.word}: density {law.inside}; allowed: > 0 and <= 1")
    return density


def rows_fault(law: str, n: int, m: int) -> str | None:
    """Why a law of A cannot have m rows where signals have n entries; None where it can."""
    word = named(law).word
    if word == "identity" and m != n:
        return f"A = I takes exactly n_d = {n} measurements, given {[m]}"
    if word in CHOSEN_ROWS and m > n:
        return f"{word} has at most n_d = {n} measurements, given {m}"
    return None


def shape_fault(law: str, shape: Sequence[int]) -> str | None:
    """Why a law has no network of a shape (k, n_1, ..., n_d); None where it has."""
    if named(law).word == "orthogonal":
        for number, (columns, rows) in enumerate(pairwise(shape), start=1):
            if rows < columns:
                return (
                    f"orthogonal columns need n_i >= n_(i-1); n_{number} = {rows} and "
                    f"n_{number - 1} = {columns}"
                )
    return None


# Networks ----------------------------------------------------------------------------------------


def draw_weights(law: str, shape: Sequence[int], stream: np.random.Generator) -> tuple[Array, ...]:
    """Random weights W_i of shape (n_i, n_{i-1}), ``to_singles``, from one stream, by their law.

    =================  ==========================================================================
    ``gaussian``       N(0, 1/n_i) (HV v3, section 1); the others are ours
    ``row-normalised`` rows uniform on the sphere of radius sqrt(n_{i-1} / n_i): the rows of
                       ``gaussian`` from the same stream, each brought to this length
    ``orthogonal``     orthonormal columns, uniform among all such: |W x| = |x|; the columns of
                       ``gaussian`` from the same stream, orthonormalised one after the other
    ``sparse(p)``      max(1, round(p n_{i-1})) entries of each row, at random places, are
                       N(0, n_{i-1} / (n_i r)), r their number; the others are zero
    ``tied``           W_i = G[:n_i, :n_{i-1}] / sqrt(n_i): the upper left blocks of one matrix G
                       of independent N(0, 1), as high as the widest layer and as wide as the
                       widest that is another's input, so that layers share what they overlap in
    =================  ==========================================================================

    Args:
        law: the law's text.
        shape: (k, n_1, ..., n_d).
        stream: the random stream, which is advanced.

    Raises:
        ValueError: for an unknown law, or one that has no network of this shape.
    """
    taken = named(law)
    density = density_of(taken, "network", NETWORK_LAWS)
    if fault := shape_fault(law, shape):
        raise ValueError(fault)
    if taken.word == "gaussian":
        return sample_weights(shape, stream)
    sizes = [(rows, columns) for columns, rows in pairwise(shape)]
    if taken.word == "tied":
        whole = stream.standard_normal(tuple(map(max, zip(*sizes, strict=True))))
        return tuple(to_singles(whole[:n, :k] / sqrt(n)) for n, k in sizes)
    if density is not None:
        return tuple(to_singles(_sparse_layer(size, density, stream)) for size in sizes)
    shaped = _unit_rows if taken.word == "row-normalised" else _orthonormal_columns
    return tuple(to_singles(shaped(stream.standard_normal(size))) for size in sizes)


def _unit_rows(gaussian: Array) -> Array:
    rows, columns = gaussian.shape
    lengths = np.sqrt((gaussian * gaussian).sum(axis=1, keepdims=True))
    return gaussian / lengths * sqrt(columns / rows)


def _orthonormal_columns(gaussian: Array) -> Array:
    """Gram and Schmidt's procedure, each column made orthogonal twice, which is enough."""
    basis = np.ascontiguousarray(gaussian.T)  # a column is a row here
    for position, vector in enumerate(basis):
        earlier = basis[:position]
        for _ in range(2):
            parts = (earlier * vector).sum(axis=1, keepdims=True)
            vector -= (earlier * parts).sum(axis=0)
        vector /= sqrt((vector * vector).sum())
    return np.ascontiguousarray(basis.T)


def _sparse_layer(size: tuple[int, int], density: float, stream: np.random.Generator) -> Array:
    rows, columns = size
    values = stream.standard_normal(size)
    count = nonzeros(density, columns)
    kept = _largest(stream.random(size), count)
    return np.where(kept, values, 0.0) * sqrt(columns / (rows * count))


def nonzeros(density: float, columns: int) -> int:
    """How many entries of a sparse row are not zero."""
    return max(1, round(density * columns))


def _largest(matrix: Array, count: int) -> np.ndarray:
    """Where the ``count`` largest entries of each row are, as booleans."""
    chosen = np.argsort(-matrix, axis=1, kind="stable")[:, :count]
    kept = np.zeros(matrix.shape, dtype=bool)
    np.put_along_axis(kept, chosen, True, axis=1)
    return kept


# Sensing -----------------------------------------------------------------------------------------


def draw_rows(law: str, n: int, rows: int, stream: np.random.Generator) -> Array:
    """The first unscaled rows of a random A, shape (rows, n); A is rows 1..m over sqrt(m).

    A row a of each law has E a a^T = I, hence E |A s|^2 = |s|^2, and the first rows are the same
    however many are drawn, so that the matrices of one stream are nested.

    ==============  ==============================================================================
    ``gaussian``    independent N(0, 1) (HV v3, section 1); the others are ours
    ``rademacher``  independent signs
    ``dct``         sqrt(n) times distinct rows, at random, of the orthonormal DCT-II, after random
                    signs of the columns: fast transforms in the place of dense matrices
    ``mask``        sqrt(n) times distinct rows, at random, of I: inpainting
    ``sparse(p)``   r = max(1, round(p n)) entries, at random places, are +-sqrt(n / r)
    ==============  ==============================================================================

    Args:
        law: the law's text.
        n: n_d, how many entries a signal has.
        rows: how many.
        stream: the random stream, which is advanced.

    Raises:
        ValueError: for a law that has no such rows, or not so many.
    """
    taken = named(law)
    density = density_of(taken, "sensing", SENSING_LAWS)
    if fault := rows_fault(law, n, rows):
        raise ValueError(fault)
    if taken.word == "gaussian":
        return stream.standard_normal((rows, n))
    if taken.word == "rademacher":
        return stream.integers(0, 2, (rows, n), dtype=np.int8) * 2.0 - 1.0
    if density is not None:
        count = nonzeros(density, n)
        drawn = stream.standard_normal((rows, n))  # its signs do not depend on its sizes
        kept = _largest(np.abs(drawn), count)
        return np.where(kept, np.sign(drawn), 0.0) * sqrt(n / count)
    if taken.word in ("dct", "mask"):
        chosen = stream.permutation(n)[:rows]
        if taken.word == "mask":
            return sqrt(n) * (chosen[:, None] == np.arange(n))
        signs = stream.integers(0, 2, n, dtype=np.int8) * 2.0 - 1.0
        return _cosines(chosen, n) * signs
    allowed = ", ".join(one for one in SENSING_LAWS if one not in ("identity", "average"))
    raise ValueError(f"sensing law {law!r} has no rows to draw; allowed: {allowed}")


def _cosines(chosen: np.ndarray, n: int) -> Array:
    """Rows of the orthonormal DCT-II of size n, times sqrt(n): sqrt(2) cos(pi j (2 i + 1) / (2 n)),
    and 1 where j = 0.

    The cosines of one quarter of the circle give all, so that equal entries are equal to the bit.
    """
    quarter = [cos(pi * step / (2 * n)) for step in range(n)] + [0.0]
    half = np.array(quarter + [-value for value in quarter[-2::-1]])
    circle = np.concatenate([half, half[-2:0:-1]])  # of 4 n steps
    steps = (chosen[:, None] * (2 * np.arange(n) + 1)) % (4 * n)
    return np.where(chosen[:, None] == 0, 1.0, sqrt(2.0) * circle[steps])


def averages(n: int, m: int) -> Array:
    """A whose rows average m consecutive blocks of a signal, for super-resolution.

    Blocks are as equal as possible; the i-th ends at round(n i / m), halves up.  All averages have
    one factor, by which |A|_F^2 = n: E |A s|^2 = |s|^2 for a signal in a random direction, not for
    each signal, since nothing here is random; a signal of constant entries comes out longer.  The
    matrices of several m are not nested.  The law is ours.

    Raises:
        ValueError: for m > n.
    """
    if fault := rows_fault("average", n, m):
        raise ValueError(fault)
    ends = [(2 * n * i + m) // (2 * m) for i in range(m + 1)]
    sizes = np.diff(ends)
    factor = sqrt(n / sum(1 / int(size) for size in sizes))
    rows = np.zeros((m, n))
    for row, (first, after) in zip(rows, pairwise(ends), strict=True):
        row[first:after] = factor / (after - first)
    return rows


def sensing_matrices(
    law: str, n: int, counts: Sequence[int], stream: np.random.Generator
) -> list[Array | None]:
    """A for each m, shape (m, n), ``to_singles``, nested where the law is random; None for A = I.

    Args:
        law: the law's text.
        n: n_d.
        counts: the values of m, in the order wanted.
        stream: the random stream, which is advanced.

    Raises:
        ValueError: for an unknown law, or an m that it cannot have.
    """
    density_of(named(law), "sensing", SENSING_LAWS)
    for m in counts:
        if fault := rows_fault(law, n, m):
            raise ValueError(fault)
    if law == "identity":
        return [None] * len(counts)
    if law == "average":
        return [to_singles(averages(n, m)) for m in counts]
    rows = draw_rows(law, n, max(counts), stream)
    return [to_singles(rows[:m] / np.sqrt(m)) for m in counts]
