"""A network, a sensing matrix and vectors of one's own, from .npz and .npy files.

A network is an .npz file (``numpy.savez``) with

    W1, ..., Wd    weights, W_i of shape (n_i, n_{i-1}), n_0 = k
    b1, ..., bd    biases, shape (n_i,); a layer without one has none
    activation     "relu", the default, or "leaky", of all layers but the last
    slope          of "leaky", in [0, 1)
    last           "relu", the default (the activation of the others), "linear" or "sigmoid"

A sensing matrix is the entry A of an .npz file, shape (m, n_d), an .npy file, or what
``scipy.sparse.save_npz`` writes (csr, csc or coo).  Numbers are floating-point numbers of 16, 32 or
64 bits, of any byte order and layout, and are held in double precision.  Integers are refused: what
they were before they were rounded or quantised is not known here.  What an exported trial holds
(``genprior.export``) may stand beside, so that one file gives network, matrix and measurements.

Rows that are zero, or equal to another, are refused where they make a problem that has no unique
answer by construction: a neuron that is always off, two that switch together, a measurement of
nothing, a measurement twice.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genprior.model.archives import (
    Header,
    StoredError,
    headers,
    named,
    read,
    refuse_beyond_memory,
)
from genprior.model.instances import array_digest, network_arrays, network_digest
from genprior.model.networks import Network
from genprior.types import Array

__all__ = [
    "StoredError",
    "about_network",
    "about_sensing",
    "digest_of",
    "network_entries",
    "read_network",
    "read_sensing",
    "read_vector",
    "require_digest",
    "write_network",
]

WEIGHTS = re.compile(r"W[1-9][0-9]{0,5}")
LAYERS = re.compile(r"[Wb]([1-9][0-9]{0,5})")
WORDS = {"activation": ("relu", "leaky"), "last": ("relu", "linear", "sigmoid")}
# What an exported trial holds beside its network and its matrix.
BESIDE = ("x0", "start", "tie_direction", "y")
SPARSE = {
    "csr": ("indices", "indptr"),
    "csc": ("indices", "indptr"),
    "coo": ("row", "col"),
}
ALLOWED = "allowed: floating-point numbers of 16, 32 or 64 bits"


class About(NamedTuple):
    """What a plan needs to know of a file.

    Attributes:
        digest: of the content.
        shape: (k, n_1, ..., n_d) of a network, (m, n_d) of a matrix.
        biases: whether a network has biases.
        last: a network's last layer.
    """

    digest: str
    shape: tuple[int, ...]
    biases: bool = False
    last: str = "relu"


def about_network(path: str | Path) -> About:
    """Digest and shape of a network in a file; a file that did not change is read once.

    Raises:
        StoredError: as ``read_network``.
    """
    return _about_network(str(path), _state(path))


def about_sensing(path: str | Path) -> About:
    """Digest and shape of a sensing matrix in a file; a file that did not change is read once.

    Raises:
        StoredError: as ``read_sensing``.
    """
    return _about_sensing(str(path), _state(path))


def _state(path: str | Path) -> tuple[int, ...]:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):  # which its reader will say
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=64)
def _about_network(path: str, _: tuple[int, ...]) -> About:
    one = read_network(path)
    return About(network_digest(one), one.shape, one.biases is not None, one.last)


@lru_cache(maxsize=64)
def _about_sensing(path: str, _: tuple[int, ...]) -> About:
    matrix = read_sensing(path)
    return About(array_digest({"A": matrix}), matrix.shape)


def digest_of(path: str | Path) -> str:
    """The digest (``instances.array_digest``) of what a file holds: a network, else a sensing
    matrix, else the vector of an .npy file.

    The same numbers have the same digest in whatever precision, byte order, layout or form, sparse
    or not, they are kept.

    Raises:
        StoredError: if the file is none of these.
    """
    found = headers(path)
    if any(map(WEIGHTS.fullmatch, found)):
        return about_network(path).digest
    if set(found) == {""} and len(found[""].shape) == 1:
        return array_digest({"": read_vector(path, "")})
    return about_sensing(path).digest


# Networks ----------------------------------------------------------------------------------------


def read_network(path: str | Path) -> Network:
    """A network from an .npz file; see the module for its entries.

    Raises:
        StoredError: naming the file and the entry, what was found and what is allowed.
    """
    found = headers(path)
    depth = _require_names(path, found)
    for name, header in found.items():
        if LAYERS.fullmatch(name):
            _require_floats(path, name, header, 2 if name.startswith("W") else 1)
    _require_chain(path, found, depth)
    words = {name: _word(path, name, found) for name in WORDS}
    slope = _slope(path, found, words["activation"])
    chosen = [name for name in found if LAYERS.fullmatch(name)]
    arrays = {name: _doubles(path, name, array) for name, array in read(path, chosen).items()}
    weights = tuple(arrays[f"W{i}"] for i in range(1, depth + 1))
    biases = tuple(
        arrays.get(f"b{i}", np.zeros(len(layer))) for i, layer in enumerate(weights, start=1)
    )
    for i, (layer, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        if i < depth or words["last"] == "relu":
            _require_neurons(path, f"W{i}", layer, bias)
    affine = any(bias.any() for bias in biases)
    return Network(weights, biases if affine else None, slope, words["last"])


def write_network(network: Network, path: str | Path) -> None:
    """Write a network to an .npz file that ``read_network`` takes."""
    np.savez(path, **network_entries(network))


def network_entries(network: Network) -> dict[str, Any]:
    """The entries of a network's .npz file; what is the default is left out."""
    entries: dict[str, Any] = dict(network_arrays(network))
    if network.slope:
        entries |= {"activation": np.array("leaky"), "slope": np.array(float(network.slope))}
    if network.last != "relu":
        entries["last"] = np.array(network.last)
    return entries


def _require_names(path: str | Path, found: Mapping[str, Header]) -> int:
    """The depth of a network, whose entries have the right names."""
    if set(found) == {""}:
        raise StoredError(f"{path}: is a single array; needed is an .npz file with W1, ..., Wd")
    numbers = sorted(int(name[1:]) for name in found if WEIGHTS.fullmatch(name))
    if not numbers:
        raise StoredError(f"{path}: has no W1; there is {named(*found)}")
    if missing := [i for i, number in enumerate(numbers, start=1) if i != number]:
        raise StoredError(f"{path}: has {named(f'W{numbers[-1]}')} but no W{missing[0]}")
    for name in found:
        layer = LAYERS.fullmatch(name)
        if layer and int(layer[1]) > numbers[-1]:
            raise StoredError(f"{path}: {named(name)} has no layer; the last one is W{numbers[-1]}")
        if not layer and name not in (*WORDS, "slope", "A", *BESIDE):
            raise StoredError(
                f"{path}: unknown entry {named(name)}; allowed: W1, ..., Wd, b1, ..., bd, "
                "activation, slope, last"
            )
    return numbers[-1]


def _require_floats(path: str | Path, name: str, header: Header, axes: int) -> None:
    place = f"{path}: {name}" if name else str(path)
    if header.dtype.kind != "f" or header.dtype.itemsize > 8:
        hint = "; convert by .astype(float) if they are meant" if header.dtype.kind in "iu" else ""
        raise StoredError(f"{place}: has values of type {header.dtype}; {ALLOWED}{hint}")
    if len(header.shape) != axes:
        wanted = "two axes" if axes == 2 else "one axis"
        raise StoredError(f"{place}: has shape {header.shape}; allowed: {wanted}")
    if 0 in header.shape:
        raise StoredError(f"{place}: has shape {header.shape}; allowed: at least 1 on every axis")


def _require_chain(path: str | Path, found: Mapping[str, Header], depth: int) -> None:
    shapes = [found[f"W{i}"].shape for i in range(1, depth + 1)]
    turned = all(one[1] == two[0] for one, two in pairwise(shapes))
    for i, (one, two) in enumerate(pairwise(shapes), start=2):
        if two[1] != one[0]:
            hint = "; transposed they would: W_i is (outputs, inputs)" if turned else ""
            raise StoredError(
                f"{path}: W{i}: has shape {two}, but W{i - 1} has {one[0]} rows; allowed: "
                f"({two[0]}, {one[0]}){hint}"
            )
    for i, shape in enumerate(shapes, start=1):
        if f"b{i}" in found and found[f"b{i}"].shape != shape[:1]:
            raise StoredError(
                f"{path}: b{i}: has shape {found[f'b{i}'].shape}; W{i} has {shape[0]} rows, so "
                f"allowed: ({shape[0]},)"
            )


def _word(path: str | Path, name: str, found: Mapping[str, Header]) -> str:
    """The value of an entry that is a word."""
    allowed = WORDS[name]
    if name not in found:
        return allowed[0]
    header = found[name]
    if header.dtype.kind not in "US" or header.shape not in ((), (1,)):
        raise StoredError(
            f"{path}: {name}: has shape {header.shape} and type {header.dtype}; allowed: one of "
            f"{', '.join(allowed)}"
        )
    value = read(path, [name])[name].item() if not header.shape else read(path, [name])[name][0]
    word = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    if word not in allowed:
        given = word if len(word) <= 40 else f"{word[:40]}..."
        raise StoredError(f"{path}: {name}: given {given!r}; allowed: {', '.join(allowed)}")
    return word


def _slope(path: str | Path, found: Mapping[str, Header], activation: str) -> float:
    if "slope" not in found:
        if activation == "leaky":
            raise StoredError(f"{path}: activation is leaky, but there is no slope; give one")
        return 0.0
    header = found["slope"]
    if header.dtype.kind != "f" or header.dtype.itemsize > 8 or header.shape not in ((), (1,)):
        raise StoredError(
            f"{path}: slope: has shape {header.shape} and type {header.dtype}; allowed: one "
            "floating-point number >= 0 and < 1"
        )
    slope = float(read(path, ["slope"])["slope"].reshape(()))
    if not 0 <= slope < 1:
        raise StoredError(f"{path}: slope: given {slope}; allowed: >= 0 and < 1")
    if slope and activation == "relu":
        raise StoredError(f"{path}: slope: given {slope}, but activation is relu; give leaky")
    return slope


def _doubles(path: str | Path, name: str, array: NDArray) -> Array:
    """The array in double precision, its entries finite."""
    if not np.isfinite(array).all():
        where = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        place = f"{path}: {name}" if name else str(path)
        raise StoredError(
            f"{place}: has the value {array[where]} at [{', '.join(map(str, where))}]; allowed: "
            "finite numbers"
        )
    return np.ascontiguousarray(array, dtype=np.float64)


def _require_neurons(path: str | Path, name: str, layer: Array, bias: Array) -> None:
    """Refuse neurons that never switch and pairs that always switch together."""
    off = ~layer.any(axis=1) & (bias == 0)
    if off.any():
        raise StoredError(
            f"{path}: {name}: row {int(off.argmax())} (from 0) is zero and has no bias, so that "
            "its neuron is always off; allowed: rows that are not; leave the neuron out"
        )
    if twins := _twins(np.column_stack([layer, bias])):
        raise StoredError(
            f"{path}: {name}: rows {twins[0]} and {twins[1]} (from 0) are equal, their biases too; "
            "allowed: distinct rows; join the neurons in one"
        )


def _twins(rows: Array) -> tuple[int, int] | None:
    """The first pair of equal rows."""
    seen: dict[bytes, int] = {}
    for number, row in enumerate(rows + 0.0):  # which makes -0 a 0
        first = seen.setdefault(row.tobytes(), number)
        if first != number:
            return first, number
    return None


# Sensing matrices and vectors --------------------------------------------------------------------


def read_sensing(path: str | Path) -> Array:
    """A sensing matrix, shape (m, n_d), from an .npz or .npy file; see the module.

    Raises:
        StoredError: naming the file and the entry, what was found and what is allowed.
    """
    found = headers(path)
    if "format" in found:
        name, matrix = "", _from_sparse(path, found)
    else:
        name = "" if set(found) == {""} else "A"
        _require_matrix(path, found)
        matrix = _doubles(path, name, read(path, [name])[name])
    place = f"{path}: {name}" if name else str(path)
    if not (there := matrix.any(axis=1)).all():
        raise StoredError(
            f"{place}: row {int(there.argmin())} (from 0) is zero and measures nothing; allowed: "
            "rows that are not"
        )
    if twins := _twins(matrix):
        raise StoredError(
            f"{place}: rows {twins[0]} and {twins[1]} (from 0) are equal and measure the same "
            "twice; allowed: distinct rows"
        )
    return matrix


def _require_matrix(path: str | Path, found: Mapping[str, Header]) -> None:
    name = "" if set(found) == {""} else "A"
    if name not in found:
        raise StoredError(
            f"{path}: has no entry A; there is {named(*found)}; allowed: A, or "
            "what scipy.sparse.save_npz writes"
        )
    network = ("activation", "slope", "last")
    for other in found:
        if other not in ("", "A", *network, *BESIDE) and not LAYERS.fullmatch(other):
            raise StoredError(f"{path}: unknown entry {named(other)}; allowed: A")
    _require_floats(path, name, found[name], 2)


def _from_sparse(path: str | Path, found: Mapping[str, Header]) -> Array:
    """The dense matrix of what ``scipy.sparse.save_npz`` wrote."""
    header = found["format"]
    raw = read(path, ["format"])["format"].reshape(-1) if header.dtype.kind in "US" else []
    form = raw[0] if len(raw) == 1 else "?"
    form = form.decode(errors="replace") if isinstance(form, bytes) else str(form)
    if form not in SPARSE:
        raise StoredError(
            f"{path}: format: given {form[:40]!r}; allowed: {', '.join(SPARSE)} (A.tocsr())"
        )
    names = ("shape", "data", *SPARSE[form])
    for name in names:
        if name not in found:
            raise StoredError(f"{path}: has format {form} but no entry {name}")
    for name in found:
        if name not in (*names, "format", "_is_array"):
            raise StoredError(f"{path}: unknown entry {named(name)}; allowed: {', '.join(names)}")
    for name in ("shape", *SPARSE[form]):
        header = found[name]
        if header.dtype.kind not in "iu" or len(header.shape) != 1:
            raise StoredError(
                f"{path}: {name}: has shape {header.shape} and type {header.dtype}; allowed: "
                "integers along one axis"
            )
    data = found["data"]
    if data.shape == (0,):
        raise StoredError(f"{path}: data: is empty, so that every row of A is zero")
    _require_floats(path, "data", data, 1)
    size = read(path, ["shape"])["shape"].tolist()
    if len(size) != 2 or min(size) < 1:
        raise StoredError(f"{path}: shape: given {size}; allowed: two numbers, at least 1 each")
    refuse_beyond_memory(path, "A", 16.0 * size[0] * size[1])
    arrays = read(path, ["data", *SPARSE[form]], 16.0 * size[0] * size[1])
    values = _doubles(path, "data", arrays["data"])
    if form == "coo":
        places = [arrays["row"], arrays["col"]]
    else:
        outer = size[0] if form == "csr" else size[1]
        places = [_repeated(path, arrays["indptr"], outer, len(values)), arrays["indices"]]
        places = places if form == "csr" else places[::-1]
    names = [*SPARSE[form]] if form == "coo" else ["indices", "indices"]
    for name, place, below in zip(names, places, size, strict=True):
        _require_places(path, name, place, len(values), below)
    dense = np.zeros(size)
    np.add.at(dense, tuple(place.astype(np.int64) for place in places), values)
    return dense


def _repeated(path: str | Path, ends: NDArray, outer: int, count: int) -> NDArray:
    """The row of each value of csr, or its column of csc."""
    numbers = ends.astype(object).tolist()
    rising = all(one <= two for one, two in pairwise(numbers))
    if len(numbers) != outer + 1 or numbers[0] != 0 or numbers[-1] != count or not rising:
        raise StoredError(
            f"{path}: indptr: allowed: {outer + 1} numbers that do not fall, from 0 to {count}, "
            "how many values there are"
        )
    return np.repeat(np.arange(outer), np.diff(numbers))


def _require_places(path: str | Path, name: str, places: NDArray, count: int, below: int) -> None:
    if len(places) != count:
        raise StoredError(f"{path}: {name}: has {len(places)} numbers; data has {count}")
    outside = (places < 0) | (places >= below)
    if outside.any():
        raise StoredError(
            f"{path}: {name}: has {int(places[outside.argmax()])}; allowed: >= 0 and < {below}"
        )


def read_vector(path: str | Path, name: str) -> Array:
    """A vector, shape (n,): the array of an .npy file, or the entry of this name of an .npz file.

    Raises:
        StoredError: naming the file and the entry, what was found and what is allowed.
    """
    found = headers(path)
    entry = "" if set(found) == {""} else name
    if entry not in found:
        raise StoredError(f"{path}: has no entry {name}; there is {named(*found)}")
    _require_floats(path, entry, found[entry], 1)
    return _doubles(path, entry, read(path, [entry])[entry])


def require_digest(path: str | Path, found: str, expected: str) -> None:
    """Refuse a file that is no longer what a run was planned with.

    Raises:
        StoredError: with both digests.
    """
    if found != expected:
        raise StoredError(
            f"{path}: its content has digest {found}, but this run was planned with {expected}: "
            "the file was edited since; run again"
        )
