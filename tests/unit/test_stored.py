"""Files of users: what they hold is read as it is, and what cannot be used is refused in a line."""

import io
import os
import pickle
import zipfile

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from genprior.export import write_npz
from genprior.model import archives
from genprior.model.instances import instance
from genprior.model.networks import Network
from genprior.model.stored import (
    StoredError,
    about_network,
    about_sensing,
    digest_of,
    read_network,
    read_sensing,
    read_vector,
    require_digest,
    write_network,
)

RNG = np.random.default_rng(5)
W1, W2 = RNG.standard_normal((5, 3)), RNG.standard_normal((7, 5))
B1 = RNG.standard_normal(5)
A = RNG.standard_normal((4, 7))
NETWORK = {"W1": W1, "W2": W2}


def changed(array, place, value):
    other = np.array(array)
    other[place] = value
    return other


def npz(**entries):
    """The bytes of an .npz file; arrays of objects are pickled in it."""
    stream = io.BytesIO()
    np.savez(stream, **entries)
    return stream.getvalue()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def archive(**parts):
    """The bytes of a zip file of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as whole:
        for name, content in parts.items():
            whole.writestr(f"{name}.npy", content)
    return stream.getvalue()


def header(shape, dtype="<f8", fortran=False):
    """The beginning of an .npy file of any shape, without the array."""
    stream = io.BytesIO()
    said = {"descr": dtype, "fortran_order": fortran, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, said)
    return stream.getvalue()


def sparse(matrix=A, form="csr", **changes):
    """The bytes of SciPy's file of a matrix with some entries changed; None: left out."""
    stream = io.BytesIO()
    scipy.sparse.save_npz(stream, scipy.sparse.coo_array(matrix).asformat(form))
    stream.seek(0)
    entries = dict(np.load(stream)) | changes
    return npz(**{name: value for name, value in entries.items() if value is not None})


def flipped(content, position):
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


def with_password():
    """A zip file whose entries say that they are encrypted."""
    content = bytearray(archive(W1=npy(W1)))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def torch_file():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as whole:
        whole.writestr("archive/data.pkl", pickle.dumps({}))
    return stream.getvalue()


def twice():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as whole, pytest.warns(UserWarning):
        whole.writestr("W1.npy", npy(W1))
        whole.writestr("W1.npy", npy(W1))
    return stream.getvalue()


def other_file():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as whole:
        whole.writestr("readme.txt", "hello")
    return stream.getvalue()


class Bomb:
    """What runs when it is unpickled."""

    def __reduce__(self):
        return os.putenv, ("GENPRIOR_BOMB", "went off")


OBJECTS = np.array([Bomb(), None], dtype=object)
HUGE = (10**7, 10**7)
# What a file holds; what its one line must say beside the file's name.
BAD_NETWORKS = {
    "an empty file": (b"", "is empty; needed is an .npz file"),
    "text": (b"W1 = 3\n", "is neither .npz nor .npy"),
    "no zip": (b"PK\x03\x04 and so on", "cannot be read (File is not a zip file)"),
    "a truncated zip": (npz(**NETWORK)[:-40], "cannot be read"),
    "a damaged entry": (flipped(npz(**NETWORK), 250), "W1: cannot be read (Bad CRC-32"),
    "an empty zip": (archive(), "has no W1; there is nothing"),
    "a zip of something else": (other_file(), "holds 'readme.txt', no array of numpy.savez"),
    "a zip with a password": (with_password(), "W1: cannot be read"),
    "PyTorch's file": (torch_file(), "is a PyTorch file of pickled objects, which are never"),
    "an HDF5 file": (b"\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras writes them"),
    "a pickle": (pickle.dumps(OBJECTS), "is a pickle, which is never loaded"),
    "a single array": (npy(W1), "is a single array; needed is an .npz file with W1, ..., Wd"),
    "pickled objects": (npz(W1=OBJECTS), "W1: holds pickled objects, which are never loaded"),
    "pickled objects beside": (npz(**NETWORK, y=OBJECTS), "y: holds pickled objects"),
    "a structured type": (npz(W1=np.zeros(3, "f8,f8")), "W1: has values of type [('f0', '<f8')"),
    "a header that is none": (archive(W1=b"\x93NUMPY\x01\x00\x06\x00{'a':}"), "W1: cannot be"),
    "an entry that is no array": (archive(W1=b"hello"), "W1: cannot be read"),
    "an entry without an end": (archive(W1=npy(W1)[:-8]), "W1: should have 120 bytes"),
    "an entry with more": (archive(W1=npy(W1) + b"?"), "but has 121"),
    "the format's version 3": (archive(W1=flipped(npy(W1), 6)), "W1: is in version"),
    "more than memory": (archive(W1=header(HUGE)), "W1: takes about 800,000 GB of memory; this"),
    "more than there are numbers": (archive(W1=header((10**30, 9**99))), "W1: takes about"),
    "a negative axis": (archive(W1=header((-1, 3))), "W1: has shape (-1, 3)"),
    "an entry twice": (twice(), "W1 is there twice"),
    "no W1": (npz(W2=W2), "has W2 but no W1"),
    "no W2": (npz(W1=W1, W3=W2), "has W3 but no W2"),
    "wrong names": (npz(weight=W1), "has no W1; there is weight"),
    "names of np.savez": (npz(arr_0=W1), "has no W1; there is arr_0"),
    "small letters": (npz(w1=W1, W1=W1), "unknown entry w1; allowed: W1, ..., Wd, b1"),
    "an unknown entry": (npz(**NETWORK, mean=B1), "unknown entry mean; allowed: W1"),
    "a bias without a layer": (npz(**NETWORK, b3=B1), "b3 has no layer; the last one is W2"),
    "a number that no layer has": (npz(W1=W1, W999999=W2), "has W999999 but no W2"),
    "a number beyond all layers": (npz(W1=W1, W1000000=W2), "unknown entry W1000000; allowed"),
    "a number of many digits": (npz(W1=W1, **{f"b{'9' * 5000}": W2}), "unknown entry 'b99999"),
    "a name of two lines": (npz(W1=W1, **{"W2\nW3": W2}), r"unknown entry 'W2\nW3'; allowed"),
    "many names": (npz(**{f"a{i}": B1 for i in range(99)}), "there is a0, a1, a2, a3, a4, a5, a6"),
    "NaN": (
        npz(W1=changed(W1, (4, 2), np.nan), W2=W2),
        "W1: has the value nan at [4, 2]; allowed: finite numbers",
    ),
    "infinity": (npz(W1=W1, W2=changed(W2, (0, 1), -np.inf)), "W2: has the value -inf at [0, 1]"),
    "NaN in a bias": (npz(**NETWORK, b1=changed(B1, 2, np.nan)), "b1: has the value nan at [2]"),
    "complex numbers": (npz(W1=W1 + 0j), "W1: has values of type complex128; allowed: floating"),
    "integers": (npz(W1=np.eye(3, dtype=int)), "W1: has values of type int64; allowed: floating"),
    "booleans": (npz(W1=np.eye(3, dtype=bool)), "W1: has values of type bool; allowed: floating"),
    "text in W1": (npz(W1=np.array([["a"]])), "W1: has values of type <U1; allowed: floating"),
    "extended precision": (archive(W1=header((1, 1), "<f16") + bytes(16)), "W1: "),
    "three axes": (npz(W1=W1[None]), "W1: has shape (1, 5, 3); allowed: two axes"),
    "one axis": (npz(W1=W1[0]), "W1: has shape (3,); allowed: two axes"),
    "k = 0": (npz(W1=np.zeros((5, 0))), "W1: has shape (5, 0); allowed: at least 1 on every"),
    "n_1 = 0": (npz(W1=np.zeros((0, 3))), "W1: has shape (0, 3); allowed: at least 1 on every"),
    "shapes that do not chain": (
        npz(W1=W1, W2=W2[:, :4]),
        "W2: has shape (7, 4), but W1 has 5 rows; allowed: (7, 5)",
    ),
    "transposed weights": (
        npz(W1=W1.T, W2=W2.T),
        "allowed: (5, 3); transposed they would: W_i is (outputs, inputs)",
    ),
    "a long bias": (npz(**NETWORK, b1=np.ones(6)), "b1: has shape (6,); W1 has 5 rows, so allow"),
    "a bias with two axes": (npz(**NETWORK, b1=B1[:, None]), "b1: has shape (5, 1); allowed: one"),
    "an integer bias": (npz(**NETWORK, b1=np.ones(5, int)), "b1: has values of type int64"),
    "an unknown activation": (
        npz(**NETWORK, activation="tanh"),
        "activation: given 'tanh'; allowed: relu, leaky",
    ),
    "an unknown last layer": (
        npz(**NETWORK, last="softmax"),
        "last: given 'softmax'; allowed: relu, linear, sigmoid",
    ),
    "an activation that is a number": (npz(**NETWORK, activation=1.0), "allowed: one of relu, le"),
    "several activations": (npz(**NETWORK, activation=["relu", "leaky"]), "activation: has shape"),
    "an activation of objects": (npz(**NETWORK, activation=OBJECTS), "activation: holds pickled"),
    "leaky without a slope": (npz(**NETWORK, activation="leaky"), "but there is no slope"),
    "a slope of relu": (npz(**NETWORK, slope=0.1), "slope: given 0.1, but activation is relu"),
    "a slope of 1": (
        npz(**NETWORK, activation="leaky", slope=1.0),
        "slope: given 1.0; allowed: >= 0 and < 1",
    ),
    "a negative slope": (npz(**NETWORK, activation="leaky", slope=-0.1), "slope: given -0.1"),
    "a slope that is NaN": (npz(**NETWORK, activation="leaky", slope=np.nan), "slope: given nan"),
    "several slopes": (npz(**NETWORK, slope=B1), "slope: has shape (5,)"),
    "a neuron that is off": (
        npz(W1=changed(W1, 3, 0), W2=W2),
        "W1: row 3 (from 0) is zero and has no bias",
    ),
    "equal neurons": (
        npz(W1=W1, W2=changed(W2, 6, W2[1])),
        "W2: rows 1 and 6 (from 0) are equal, their biases too",
    ),
}
BAD_MATRICES = {
    "a network": (npz(**NETWORK), "has no entry A; there is W1, W2; allowed: A, or what scipy"),
    "another name": (npz(B=A), "has no entry A; there is B"),
    "an unknown entry": (npz(A=A, B=A), "unknown entry B; allowed: A"),
    "NaN": (npz(A=changed(A, (1, 2), np.nan)), "A: has the value nan at [1, 2]"),
    "NaN in .npy": (npy(changed(A, (1, 2), np.nan)), "has the value nan at [1, 2]"),
    "integers": (npz(A=np.eye(4, 7, dtype=np.int8)), "A: has values of type int8; allowed:"),
    "complex numbers": (npz(A=np.fft.fft(A)), "A: has values of type complex128"),
    "m = 0": (npz(A=np.zeros((0, 7))), "A: has shape (0, 7); allowed: at least 1 on every axis"),
    "n = 0": (npy(np.zeros((4, 0))), "has shape (4, 0); allowed: at least 1 on every axis"),
    "one axis": (npy(A[0]), "has shape (7,); allowed: two axes"),
    "three axes": (npz(A=A[None]), "A: has shape (1, 4, 7); allowed: two axes"),
    "a zero row": (npz(A=changed(A, 2, 0)), "A: row 2 (from 0) is zero and measures nothing"),
    "an equal row": (npz(A=changed(A, 3, A[0])), "A: rows 0 and 3 (from 0) are equal and measure"),
    "objects": (npy(OBJECTS), "holds pickled objects, which are never loaded"),
    "more than memory": (header(HUGE), "takes about 800,000 GB of memory; this machine has"),
    "a short .npy": (npy(A)[:-3], "should have 224 bytes for shape (4, 7) of float64, but has 221"),
    "another sparse format": (sparse(form="dia"), "format: given 'dia'; allowed: csr, csc, coo"),
    "a sparse format of objects": (sparse(format=OBJECTS), "format: holds pickled objects"),
    "a sparse format that is a number": (sparse(format=3), "format: given '?'; allowed: csr, csc"),
    "sparse without indices": (sparse(indices=None), "has format csr but no entry indices"),
    "sparse with more": (sparse(offsets=B1), "unknown entry offsets; allowed: shape, data"),
    "sparse with NaN": (
        sparse(changed(np.eye(4, 7), (2, 2), np.nan)),
        "data: has the value nan at [2]",
    ),
    "sparse of integers": (sparse(np.eye(4, dtype=int)), "data: has values of type int64"),
    "sparse of complex numbers": (sparse(np.eye(4) * 1j), "data: has values of type complex128"),
    "sparse of nothing": (sparse(np.zeros((4, 7))), "data: is empty, so that every row of A is"),
    "sparse with a zero row": (sparse(np.eye(5, 4)), "row 4 (from 0) is zero and measures noth"),
    "sparse with equal rows": (sparse(np.ones((3, 4))), "rows 0 and 1 (from 0) are equal"),
    "an index out of range": (
        sparse(np.eye(4), indices=np.array([0, 1, 2, 4])),
        "indices: has 4; allowed: >= 0 and < 4",
    ),
    "a negative index": (sparse(np.eye(4), indices=np.array([0, 1, 2, -1])), "indices: has -1"),
    "a row out of range": (
        sparse(np.eye(4), "coo", row=np.array([0, 1, 2, 9])),
        "row: has 9; allowed: >= 0 and < 4",
    ),
    "a column out of range": (
        sparse(np.eye(4, 7), "csc", shape=np.array([3, 7])),
        "indices: has 3; allowed: >= 0 and < 3",
    ),
    "indices of another type": (sparse(np.eye(4), indices=np.arange(4.0)), "indices: has shape"),
    "too few indices": (sparse(np.eye(4), indices=np.arange(3)), "indices: has 3 numbers; data"),
    "a short indptr": (sparse(np.eye(4), indptr=np.array([0, 1, 4])), "indptr: allowed: 5 number"),
    "a falling indptr": (sparse(np.eye(4), indptr=np.array([0, 3, 2, 4, 4])), "indptr: allowed"),
    "a shape of three": (sparse(np.eye(4), shape=np.array([4, 4, 4])), "shape: given [4, 4, 4]"),
    "a shape of nothing": (sparse(np.eye(4), shape=np.array([0, 4])), "shape: given [0, 4]"),
    "sparse, more than memory": (
        sparse(np.eye(4), "coo", shape=np.array([10**7, 10**7])),
        "A: takes about 1,600,000 GB of memory",
    ),
}
BAD_VECTORS = {
    "no entry": (npz(z=B1), "has no entry y; there is z"),
    "NaN": (npz(y=changed(B1, 1, np.nan)), "y: has the value nan at [1]"),
    "a column": (npy(B1[:, None]), "has shape (5, 1); allowed: one axis"),
    "a number": (npz(y=np.array(1.0)), "y: has shape (); allowed: one axis"),
    "nothing": (npy(np.zeros(0)), "has shape (0,); allowed: at least 1 on every axis"),
    "integers": (npy(np.arange(5)), "has values of type int64"),
    "more than memory": (header((10**15,)), "takes about 8,000,000 GB of memory"),
}


def line_of(read, path, *arguments):
    """The one line that refuses a file."""
    with pytest.raises(StoredError) as error:
        read(path, *arguments)
    line = str(error.value)
    assert line.startswith(str(path)) and "\n" not in line and len(line) < 400, line
    return line


def tables():
    for read, bad in (
        (read_network, BAD_NETWORKS),
        (read_sensing, BAD_MATRICES),
        (read_vector, BAD_VECTORS),
    ):
        for name, (content, words) in bad.items():
            arguments = ("y",) if read is read_vector else ()
            yield pytest.param(read, arguments, content, words, id=f"{read.__name__}: {name}")


@pytest.mark.parametrize(("read", "arguments", "content", "words"), list(tables()))
def test_bad_files_are_refused_in_a_line(tmp_path, read, arguments, content, words):
    (tmp_path / "mine.npz").write_bytes(content)
    assert words in line_of(read, tmp_path / "mine.npz", *arguments)
    assert "GENPRIOR_BOMB" not in os.environ


def test_there_are_enough_bad_files():
    assert len(BAD_NETWORKS) + len(BAD_MATRICES) + len(BAD_VECTORS) >= 40


@pytest.mark.parametrize("read", [read_network, read_sensing, about_network, about_sensing])
def test_files_that_cannot_be_opened(tmp_path, read):
    assert line_of(read, tmp_path / "none.npz").endswith("there is no such file")
    assert "is a directory; needed is an .npz file" in line_of(read, tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "cannot be read (" in line_of(read, tmp_path / "loop")
    (tmp_path / "file").write_text("")
    assert "cannot be read (Not a directory)" in line_of(read, tmp_path / "file" / "mine.npz")


def test_a_file_that_must_not_be_read(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(archives, "open", refuse, raising=False)
    assert "cannot be read (Permission denied)" in line_of(read_network, tmp_path / "mine.npz")


def test_memory_is_asked_before_any_is_taken(tmp_path, monkeypatch):
    """Doubles of single precision take twice what the file has; nothing was read for the answer."""
    (tmp_path / "mine.npz").write_bytes(npz(W1=np.ones((50, 40), np.float32)))
    needed = 50 * 40 * (4 + 8)
    monkeypatch.setattr(archives, "memory", lambda: needed - 1)
    monkeypatch.setattr(np, "frombuffer", None)
    assert "W1: takes about" in line_of(read_network, tmp_path / "mine.npz")


# Good files --------------------------------------------------------------------------------------


def stored(path, **entries):
    np.savez(path, **entries)
    return path


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", ">f4", "<f2", ">f2"])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray])
def test_any_precision_order_and_layout_is_accepted(tmp_path, dtype, layout):
    """Exactly, in double precision, and equal numbers have one digest."""
    halves = W1.astype("f2").astype("f8"), W2.astype("f2").astype("f8")
    plain = stored(tmp_path / "plain.npz", W1=halves[0], W2=halves[1])
    given = {f"W{i}": layout(layer.astype(dtype)) for i, layer in enumerate(halves, start=1)}
    other = stored(tmp_path / "other.npz", **given)
    network = read_network(other)
    for layer, expected in zip(network.weights, halves, strict=True):
        assert layer.dtype == np.dtype("f8") and layer.flags.c_contiguous
        np.testing.assert_array_equal(layer, expected)
    assert network.plain and network.shape == (3, 5, 7)
    assert digest_of(plain) == digest_of(other) == about_network(other).digest


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_digest_of_a_matrix_is_of_its_numbers(tmp_path_factory, data):
    """Byte order, strides, sparse or dense, .npy or .npz: one digest; another number: another."""
    folder = tmp_path_factory.mktemp("digest")
    rows, columns = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
    matrix = np.random.default_rng(data.draw(st.integers(0, 99))).standard_normal((rows, columns))
    known = digest_of(stored(folder / "a.npz", A=matrix))
    wide = np.zeros((2 * rows, 3 * columns), dtype=data.draw(st.sampled_from(["<f8", ">f8"])))
    strided = wide[::2, ::-3]
    strided[...] = matrix
    np.save(folder / "b.npy", strided)
    assert digest_of(folder / "b.npy") == known
    form = data.draw(st.sampled_from(["csr", "csc", "coo"]))
    kept = scipy.sparse.csr_matrix(matrix).asformat(form)
    scipy.sparse.save_npz(folder / "c.npz", kept, compressed=data.draw(st.booleans()))
    np.testing.assert_array_equal(read_sensing(folder / "c.npz"), matrix)
    assert digest_of(folder / "c.npz") == about_sensing(folder / "c.npz").digest == known
    place = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    matrix[place] = np.nextafter(matrix[place], 9)
    assert digest_of(stored(folder / "a.npz", A=matrix)) != known


def test_sparse_values_at_one_place_add_up(tmp_path):
    kept = scipy.sparse.coo_array(([1.0, 2.0, 4.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 3))
    scipy.sparse.save_npz(tmp_path / "a.npz", kept)
    np.testing.assert_array_equal(read_sensing(tmp_path / "a.npz"), [[0, 3, 0], [4, 0, 0]])


def test_biases_slopes_and_last_layers(tmp_path):
    given = {"b1": B1, "activation": "leaky", "slope": np.float32(0.25), "last": b"sigmoid"}
    network = read_network(stored(tmp_path / "a.npz", **NETWORK, **given))
    np.testing.assert_array_equal(network.biases[0], B1)
    np.testing.assert_array_equal(network.biases[1], np.zeros(7))
    assert (network.slope, network.last, network.plain) == (0.25, "sigmoid", False)
    write_network(network, tmp_path / "b.npz")
    assert digest_of(tmp_path / "b.npz") == digest_of(tmp_path / "a.npz")
    about = about_network(tmp_path / "b.npz")
    assert (about.shape, about.biases, about.last) == ((3, 5, 7), True, "sigmoid")


def test_every_part_of_a_network_is_in_its_digest(tmp_path):
    leaky = {"activation": "leaky", "slope": 0.5}
    several = [
        {},
        {"b1": B1},
        {"b2": np.ones(7)},
        leaky,
        leaky | {"slope": 0.25},
        {"last": "linear"},
        {"last": "sigmoid"},
        leaky | {"last": "linear"},
    ]
    digests = {digest_of(stored(tmp_path / "a.npz", **NETWORK, **one)) for one in several}
    assert len(digests) == len(several)
    # Biases that are zero are none, and what is the default need not be said.
    said = {"b1": np.zeros(5), "activation": "relu", "slope": 0.0, "last": "relu"}
    assert read_network(stored(tmp_path / "b.npz", **NETWORK, **said)).plain
    plain = digest_of(stored(tmp_path / "a.npz", **NETWORK))
    assert digest_of(tmp_path / "b.npz") == plain


def test_rows_that_are_refused_elsewhere_are_fine_where_they_do_no_harm(tmp_path):
    """A constant neuron; pixels that are alike where the last layer has no kinks."""
    constant = read_network(stored(tmp_path / "a.npz", W1=changed(W1, 3, 0), b1=np.ones(5)))
    assert not constant.weights[0][3].any()
    alike = changed(changed(W2, 6, W2[1]), 2, 0)
    for last in ("linear", "sigmoid"):
        assert read_network(stored(tmp_path / "a.npz", W1=W1, W2=alike, last=last)).last == last


def test_an_exported_trial_is_a_network_a_matrix_and_vectors(tmp_path):
    one = instance(3, "dct+tied", (3, 5, 7), 0, 4)
    path = tmp_path / "trial.npz"
    write_npz(one, path)
    network = read_network(path)
    for left, right in zip(network.weights, one.weights, strict=True):
        np.testing.assert_array_equal(left, right)
    np.testing.assert_array_equal(read_sensing(path), one.sensing)
    np.testing.assert_array_equal(read_vector(path, "x0"), one.code)
    assert read_vector(path, "y").shape == (4,)


def test_an_exported_network_with_biases_is_read_back(tmp_path):
    given = Network((W1, W2), (B1, np.ones(7)), 0.5, "linear")
    write_network(given, tmp_path / "mine.npz")
    back = read_network(tmp_path / "mine.npz")
    assert (back.slope, back.last) == (0.5, "linear")
    np.testing.assert_array_equal(back.biases[1], given.biases[1])


def test_vectors(tmp_path):
    np.save(tmp_path / "y.npy", B1.astype(">f4"))
    vector = read_vector(tmp_path / "y.npy", "y")
    np.testing.assert_array_equal(vector, B1.astype("f4"))
    assert vector.dtype == np.dtype("f8")
    np.savez(tmp_path / "y.npz", y=vector, other=A)
    np.testing.assert_array_equal(read_vector(tmp_path / "y.npz", "y"), vector)
    assert digest_of(tmp_path / "y.npy") != digest_of(stored(tmp_path / "n.npz", **NETWORK))


def test_an_edited_file_is_noticed(tmp_path):
    path = stored(tmp_path / "mine.npz", **NETWORK)
    before = about_network(path).digest
    require_digest(path, about_network(path).digest, before)
    stored(path, W1=W1, W2=changed(W2, (0, 0), 3))
    with pytest.raises(StoredError, match="the file was edited since; run again"):
        require_digest(path, about_network(path).digest, before)
