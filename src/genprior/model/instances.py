"""Random instances: identity -> random streams -> arrays, with a digest that proves the rebuild.

An instance is a network, a sensing matrix, a latent code x0 to be recovered and a start.  Every
array has a random stream of its own, keyed by what the array *is*, so that nothing depends on the
order of the work, on its division into jobs or on which other instances a grid holds:

    stream = SeedSequence(entropy=seed, spawn_key=(role, trial, k, n_1, ..., n_d))

The sensing law and m are left out of the key of the network, the code and the start, so one network
serves every m, step and method (common random numbers), and the matrices A of one instance are
nested: rows 1..m of one stream, scaled by 1/sqrt(m).  The entries of W_i and A are then rounded to
single precision (see ``networks.to_singles``); all other arrays keep double precision.

Laws: W_i ~ N(0, 1/n_i) and A ~ N(0, 1/m) (HV, section 1); x0 ~ N(0, I_k) (HHHV, section 4); the
start ~ N(0, I_k) (the script that accompanies HV; HHHV allow any nonzero start).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

import numpy as np

from genprior.model.networks import sample_weights, to_singles
from genprior.types import Array

SENSING_LAWS = ("gaussian", "rademacher", "identity")


class Role(IntEnum):
    """What a random stream is for; the numbers are part of every seed and never change.

    A family of studies that draws more has roles of its own, with numbers that nobody else uses.
    """

    NETWORK = 1
    CODE = 2
    START = 3
    SENSING = 4
    TIE = 5


@dataclass(frozen=True)
class Instance:
    """One random instance.

    Attributes:
        shape: (k, n_1, ..., n_d).
        trial: the instance's number among those of its shape.
        weights: W_i, shape (n_i, n_{i-1}).
        code: the latent code x0, shape (k,).
        start: where descent starts, shape (k,).
        tie_direction: the generic direction w that settles exact zeros, shape (k,).
        law: the sensing law, one of ``SENSING_LAWS``.
        sensing: A, shape (m, n_d), or None for A = I.
    """

    shape: tuple[int, ...]
    trial: int
    weights: tuple[Array, ...]
    code: Array
    start: Array
    tie_direction: Array
    law: str
    sensing: Array | None

    @property
    def measurement_count(self) -> int:
        return self.shape[-1] if self.sensing is None else len(self.sensing)


def stream(seed: int, role: int, shape: Sequence[int], trial: int) -> np.random.Generator:
    """The random stream of one array, keyed by identity alone; ``role`` says what it is."""
    key = (int(role), int(trial), *(int(n) for n in shape))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def sensing_rows(seed: int, law: str, shape: Sequence[int], trial: int, rows: int) -> Array:
    """The first ``rows`` unscaled rows of an instance's sensing matrix, entries of variance 1."""
    source = stream(seed, Role.SENSING, shape, trial)
    size = (rows, shape[-1])
    if law == "gaussian":
        return source.standard_normal(size)
    if law == "rademacher":
        return source.integers(0, 2, size, dtype=np.int8) * 2.0 - 1.0
    raise ValueError(f"sensing law {law!r} has no rows to draw; allowed: gaussian, rademacher")


def instances(
    seed: int, law: str, shape: Sequence[int], trial: int, measurement_counts: Sequence[int]
) -> Iterator[Instance]:
    """One trial's instances, one for each m: same network, code and start, nested rows of A.

    Args:
        seed: the configuration's seed.
        law: the sensing law; under ``identity`` every m must equal n_d.
        shape: (k, n_1, ..., n_d).
        trial: the number of the trial.
        measurement_counts: the values of m, in the order wanted.

    Raises:
        ValueError: for an unknown law, or m != n_d under ``identity``.
    """
    if law not in SENSING_LAWS:
        raise ValueError(f"unknown sensing law {law!r}; allowed: {', '.join(SENSING_LAWS)}")
    if law == "identity" and set(measurement_counts) != {shape[-1]}:
        raise ValueError(
            f"A = I takes exactly n_d = {shape[-1]} measurements, given {list(measurement_counts)}"
        )
    k = shape[0]
    weights = sample_weights(shape, stream(seed, Role.NETWORK, shape, trial))
    code, start, tie_direction = (
        stream(seed, role, shape, trial).standard_normal(k)
        for role in (Role.CODE, Role.START, Role.TIE)
    )
    rows = (
        None
        if law == "identity"
        else sensing_rows(seed, law, shape, trial, max(measurement_counts))
    )
    for m in measurement_counts:
        sensing = None if rows is None else to_singles(rows[:m] / np.sqrt(m))
        yield Instance(
            shape=tuple(shape),
            trial=trial,
            weights=weights,
            code=code,
            start=start,
            tie_direction=tie_direction,
            law=law,
            sensing=sensing,
        )


def instance(seed: int, law: str, shape: Sequence[int], trial: int, m: int) -> Instance:
    """The single instance of one identity (see ``instances``)."""
    return next(instances(seed, law, shape, trial, [m]))


def positive_part(code: Array) -> Array:
    """A non-negative code with about half its entries zero: x^+, or x^- where x^+ vanishes."""
    return np.maximum(code, 0) if (code > 0).any() else np.maximum(-code, 0)


def arrays_of(one: Instance) -> dict[str, Array]:
    """The arrays that define an instance, by their names in an export."""
    arrays = {f"W{i}": layer for i, layer in enumerate(one.weights, start=1)}
    if one.sensing is not None:
        arrays["A"] = one.sensing
    return arrays | {"x0": one.code, "start": one.start, "tie_direction": one.tie_direction}


def digest(one: Instance) -> str:
    """BLAKE2b-128 over names, shapes and little-endian bytes of the defining arrays, in hex.

    The measurements y = A G(x0) follow from these and are left out: the last bit of a matrix
    product may depend on the linear algebra library.
    """
    state = blake2b(digest_size=16)
    for name, array in arrays_of(one).items():
        state.update(f"{name}{array.shape}".encode())
        state.update(np.ascontiguousarray(array, dtype="<f8").data)
    return state.hexdigest()
