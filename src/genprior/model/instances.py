"""Random instances: identity -> random streams -> arrays, with a digest that proves the rebuild.

An instance is a network, a sensing matrix, a latent code x0 to be recovered and a start.  Every
array has a random stream of its own, keyed by what the array *is*, so that nothing depends on the
order of the work, on its division into jobs or on which other instances a grid holds:

    stream = SeedSequence(entropy=seed, spawn_key=(role, trial, k, n_1, ..., n_d))

The sensing law and m are left out of the key of the network, the code and the start, so one network
serves every m, step and method (common random numbers), and the matrices A of one instance are
nested: rows 1..m of one stream, scaled by 1/sqrt(m).  The entries of W_i and A are then rounded to
single precision (see ``networks.to_singles``); all other arrays keep double precision.

Laws: W_i ~ N(0, 1/n_i) and A ~ N(0, 1/m) (HV, section 1) or others (``model.laws``), whose streams
are the same; x0 ~ N(0, I_k) (HHHV, section 4); the start ~ N(0, I_k) (the script that accompanies
HV; HHHV allow any nonzero start).  A network and a matrix can also be a user's own, the same in
every trial (``model.stored``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

import numpy as np

from genprior.model.laws import (
    OWN,
    draw_rows,
    draw_weights,
    laws_of,
    named,
    own_text,
    sensing_matrices,
)
from genprior.model.networks import Network
from genprior.types import Array


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
        law: the laws' label (``laws.label``), such as ``gaussian`` or ``dct+orthogonal``.
        sensing: A, shape (m, n_d), or None for A = I.
        biases, slope, last: what a network of one's own has beside weights (``networks.Network``).
    """

    shape: tuple[int, ...]
    trial: int
    weights: tuple[Array, ...]
    code: Array
    start: Array
    tie_direction: Array
    law: str
    sensing: Array | None
    biases: tuple[Array, ...] | None = None
    slope: float = 0.0
    last: str = "relu"

    @property
    def network(self) -> Network:
        return Network(self.weights, self.biases, self.slope, self.last)

    @property
    def measurement_count(self) -> int:
        return self.shape[-1] if self.sensing is None else len(self.sensing)


def stream(seed: int, role: int, shape: Sequence[int], trial: int) -> np.random.Generator:
    """The random stream of one array, keyed by identity alone; ``role`` says what it is."""
    key = (int(role), int(trial), *(int(n) for n in shape))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def sensing_rows(seed: int, law: str, shape: Sequence[int], trial: int, rows: int) -> Array:
    """The first ``rows`` unscaled rows of an instance's sensing matrix (``laws.draw_rows``)."""
    return draw_rows(law, shape[-1], rows, stream(seed, Role.SENSING, shape, trial))


def instances(
    seed: int,
    law: str,
    shape: Sequence[int],
    trial: int,
    measurement_counts: Sequence[int],
    network: Network | None = None,
    matrix: Array | None = None,
) -> Iterator[Instance]:
    """One trial's instances, one for each m: same network, code and start, nested rows of A.

    Args:
        seed: the configuration's seed.
        law: the laws' label (``laws.label``); under ``identity`` every m must equal n_d.
        shape: (k, n_1, ..., n_d).
        trial: the number of the trial.
        measurement_counts: the values of m, in the order wanted.
        network: a network of one's own, where the label says so.
        matrix: an A of one's own, where the label says so; its first m rows are taken, unscaled.

    Raises:
        ValueError: for an unknown law, an m that it cannot have, or arrays of one's own that are
            missing or are not those that the label names.
    """
    sensing_law, network_law = laws_of(law)
    matrices: Sequence[Array | None]
    if named(sensing_law).word == OWN:
        matrices = own_rows(sensing_law, shape[-1], measurement_counts, matrix)
    else:
        source = stream(seed, Role.SENSING, shape, trial)
        matrices = sensing_matrices(sensing_law, shape[-1], measurement_counts, source)
    if named(network_law).word == OWN:
        network = own_network(network_law, shape, network)
    else:
        source = stream(seed, Role.NETWORK, shape, trial)
        network = Network(draw_weights(network_law, shape, source))
    code, start, tie_direction = (
        stream(seed, role, shape, trial).standard_normal(shape[0])
        for role in (Role.CODE, Role.START, Role.TIE)
    )
    for sensing in matrices:
        yield Instance(
            shape=tuple(shape),
            trial=trial,
            weights=network.weights,
            code=code,
            start=start,
            tie_direction=tie_direction,
            law=law,
            sensing=sensing,
            biases=network.biases,
            slope=network.slope,
            last=network.last,
        )


def own_network(law: str, shape: Sequence[int], network: Network | None) -> Network:
    """A network of one's own, proved to be the one that a law's text names.

    Raises:
        ValueError: if it is missing or another.
    """
    if network is None:
        raise ValueError(f"{law} is a network of your own: give its file")
    if own_text(network_digest(network)) != law or network.shape != tuple(shape):
        raise ValueError(
            f"the network has digest {network_digest(network)} and shape "
            f"{'-'.join(map(str, network.shape))}; expected {'-'.join(map(str, shape))}, {law}"
        )
    return network


def own_rows(law: str, n: int, counts: Sequence[int], matrix: Array | None) -> list[Array]:
    """The first m rows, unscaled, of a matrix of one's own, proved to be the one that is named.

    Raises:
        ValueError: if it is missing or another, or has not so many rows or not n columns.
    """
    if matrix is None:
        raise ValueError(f"{law} is a sensing matrix of your own: give its file")
    if own_text(array_digest({"A": matrix})) != law:
        raise ValueError(
            f"the sensing matrix has digest {array_digest({'A': matrix})}; expected {law}"
        )
    if matrix.shape[1] != n or max(counts) > len(matrix):
        raise ValueError(
            f"A has shape {matrix.shape}; needed are n_d = {n} columns and {max(counts)} rows"
        )
    return [matrix[:m] for m in counts]


def instance(seed: int, law: str, shape: Sequence[int], trial: int, m: int) -> Instance:
    """The single instance of one identity (see ``instances``)."""
    return next(instances(seed, law, shape, trial, [m]))


def positive_part(code: Array) -> Array:
    """A non-negative code with about half its entries zero: x^+, or x^- where x^+ vanishes."""
    return np.maximum(code, 0) if (code > 0).any() else np.maximum(-code, 0)


def network_arrays(network: Network) -> dict[str, Array]:
    """The arrays of a network, by their names in a file."""
    arrays = {f"W{i}": layer for i, layer in enumerate(network.weights, start=1)}
    return arrays | {f"b{i}": bias for i, bias in enumerate(network.biases or (), start=1)}


def _kind_of(network: Network) -> str:
    """What a network is beside its arrays; nothing where it is a ReLU network."""
    slope = f"slope={network.slope!r}" if network.slope else ""
    return slope + (f"last={network.last}" if network.last != "relu" else "")


def arrays_of(one: Instance) -> dict[str, Array]:
    """The arrays that define an instance, by their names in an export."""
    arrays = network_arrays(one.network)
    if one.sensing is not None:
        arrays["A"] = one.sensing
    return arrays | {"x0": one.code, "start": one.start, "tie_direction": one.tie_direction}


def digest(one: Instance) -> str:
    """The digest (``array_digest``) of the defining arrays of an instance.

    The measurements y = A G(x0) follow from these and are left out: the last bit of a matrix
    product may depend on the linear algebra library.
    """
    return array_digest(arrays_of(one), _kind_of(one.network))


def network_digest(network: Network) -> str:
    """The digest (``array_digest``) of a network."""
    return array_digest(network_arrays(network), _kind_of(network))


def array_digest(arrays: Mapping[str, Array], words: str = "") -> str:
    """BLAKE2b-128 over names, shapes and little-endian bytes of arrays in double precision, in hex.

    The layout in memory, the byte order and the precision in which equal numbers are kept do not
    matter.
    """
    state = blake2b(words.encode(), digest_size=16)
    for name, array in arrays.items():
        state.update(f"{name}{array.shape}".encode())
        state.update(np.ascontiguousarray(array, dtype="<f8").data)
    return state.hexdigest()
