"""Arrays in .npy and .npz files of users: headers first, and nothing is ever unpickled.

A header says what an array will take before anything is allocated; whether it tells the truth is
seen from the length of the file.  ``numpy.load`` would trust it.
"""

import os
import re
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genprior.machine import in_bytes, memory

HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
BROKEN = (
    EOFError,
    NotImplementedError,  # a compression that there is no module for
    OSError,
    RecursionError,
    RuntimeError,  # a file with a password
    SyntaxError,
    ValueError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)
# What people bring instead, by the first bytes.
OTHERS = {
    b"\x89HDF": "an HDF5 file, as Keras writes them",
    b"\x80": "a pickle, which is never loaded",
    b"\x1f\x8b": "a gzip file",
    b"MATLAB": "a MATLAB file",
}
ARCHIVE, ARRAY = b"PK", b"\x93NUMPY"


class StoredError(ValueError):
    """A file that cannot be used; one line says which file and entry, what was found there and what
    is allowed."""

    in_a_line = True  # for the log of a job, which then has no traceback (``genprior.job``)


class Header(NamedTuple):
    """What an array in a file is.

    Attributes:
        shape, dtype: of the array.
        fortran: whether its first index runs fastest in the file.
        skipped: bytes before its entries.
    """

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool
    skipped: int

    @property
    def bytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize


def headers(path: str | Path) -> dict[str, Header]:
    """The arrays of an .npz file by name; that of an .npy file under the empty name.

    Raises:
        StoredError: if there is no such file, or it is neither, is broken or holds something else
            than arrays of numbers or text.
    """
    with _streams(path) as streams:
        return {name: _header(path, name, size, open_it) for name, size, open_it in streams}


def read(path: str | Path, names: Sequence[str], beside: float = 0) -> dict[str, NDArray]:
    """Some arrays of a file, numbers of any byte order, in memory as in the file.

    Args:
        path: the file.
        names: of the arrays, as in ``headers``.
        beside: bytes that the caller will make of them.

    Raises:
        StoredError: as ``headers``; if the machine has not the memory for these arrays in double
            precision, before any of it is taken; if the file is broken.
    """
    found = {}
    with _streams(path) as streams:
        chosen = [(_header(path, *one), *one) for one in streams if one[0] in names]
        needed = sum(header.bytes + 8 * prod(header.shape) for header, *_ in chosen) + beside
        refuse_beyond_memory(path, ", ".join(one[1] for one in chosen if one[1]), needed)
        for header, name, _, open_it in chosen:
            with _told(path, name), open_it() as stream:
                stream.read(header.skipped)
                content = stream.read(header.bytes)
            if len(content) != header.bytes:
                raise StoredError(f"{_place(path, name)}: the file ends too early")
            flat = np.frombuffer(content, dtype=header.dtype)
            found[name] = flat.reshape(header.shape, order="F" if header.fortran else "C")
    return {name: found[name] for name in names}


def refuse_beyond_memory(path: str | Path, names: str, needed: float) -> None:
    """Refuse what takes more bytes than the machine has.

    Raises:
        StoredError: with both numbers.
    """
    if needed > (there := memory()):
        raise StoredError(
            f"{_place(path, names)}: takes about {in_bytes(needed)} of memory; "
            f"this machine has {in_bytes(there)}"
        )


@contextmanager
def _streams(path: str | Path) -> Iterator[list]:
    """The parts of a file: name, size, and what opens it."""
    with _told(path, ""):
        if Path(path).is_dir():
            raise StoredError(f"{path}: is a directory; needed is an .npz file")
        file = open(path, "rb")
    with file:
        with _told(path, ""):
            begin = file.read(6)
            size = os.fstat(file.fileno()).st_size
        if begin == ARRAY:
            yield [("", size, lambda: open(path, "rb"))]
        elif begin.startswith(ARCHIVE):
            file.seek(0)
            with _told(path, ""):
                archive = zipfile.ZipFile(file)
            with archive:
                yield _parts(path, archive)
        else:
            known = [text for start, text in OTHERS.items() if begin.startswith(start)]
            what = known[0] if known else "empty" if not begin else "neither .npz nor .npy"
            raise StoredError(f"{path}: is {what}; needed is an .npz file (numpy.savez)")


def _parts(path: str | Path, archive: zipfile.ZipFile) -> list:
    infos = archive.infolist()
    if any(info.filename.endswith("data.pkl") for info in infos):
        raise StoredError(
            f"{path}: is a PyTorch file of pickled objects, which are never loaded; "
            "save its arrays with numpy.savez"
        )
    parts = []
    for info in infos:
        if not info.filename.endswith(".npy"):
            raise StoredError(f"{path}: holds {info.filename[:60]!r}, no array of numpy.savez")
        name = info.filename.removesuffix(".npy")
        if name in [part[0] for part in parts]:
            raise StoredError(f"{path}: {named(name)} is there twice")
        parts.append((name, info.file_size, lambda info=info: archive.open(info)))
    return parts


def _header(path: str | Path, name: str, size: int, open_it) -> Header:
    place = _place(path, name)
    with _told(path, name), open_it() as stream:
        version = np.lib.format.read_magic(stream)
        if version not in HEADERS:
            raise StoredError(f"{place}: is in version {version} of the format; allowed: 1.0, 2.0")
        shape, fortran, dtype = HEADERS[version](stream)
        skipped = stream.tell()
    if dtype.hasobject:
        raise StoredError(
            f"{place}: holds pickled objects, which are never loaded; allowed: arrays of "
            "floating-point numbers"
        )
    header = Header(shape, dtype, fortran, skipped)
    if min(shape, default=0) < 0:
        raise StoredError(f"{place}: has shape {shape}")
    refuse_beyond_memory(path, name, header.bytes)
    if skipped + header.bytes != size:
        raise StoredError(
            f"{place}: should have {header.bytes} bytes for shape {shape} of {dtype}, but "
            f"has {size - skipped}"
        )
    return header


@contextmanager
def _told(path: str | Path, name: str) -> Iterator[None]:
    """What is wrong with a file in one line."""
    place = _place(path, name)
    try:
        yield
    except StoredError:
        raise
    except FileNotFoundError:
        raise StoredError(f"{path}: there is no such file") from None
    except MemoryError:
        raise StoredError(f"{place}: takes more memory than there is") from None
    except BROKEN as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise StoredError(f"{place}: cannot be read ({_line(why)})") from None


def _line(text: object) -> str:
    """A message in one line, cut where it is long."""
    words = " ".join(str(text).split())
    return words if len(words) <= 120 else f"{words[:117]}..."


def _place(path: str | Path, name: str) -> str:
    return f"{path}: {named(name)}" if name else str(path)


def named(*names: str) -> str:
    """Names of entries in one line, a few of many, odd ones as Python writes them."""
    shown = [
        name if re.fullmatch(r"[\w., -]{1,60}", name, re.ASCII) else repr(name[:60])
        for name in names[:8]
    ]
    return ", ".join(shown + ["..."] * (len(names) > 8)) or "nothing"
