"""Files that are whole or not there, and whose digests are kept, so that damage can be told.

A digest is recorded before its file appears under its name: in the folder of the run's results, by
path, and in the cache between workflows, if there is one, where Snakemake chooses the names.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from secrets import token_hex

RESULTS = Path("results")
# Lines of a digest and a path below the folder, as `sha256sum -c` reads them; the last one of a
# path counts.
SUMS = "SHA256SUMS"
# Digests alone, one a line, of all that was ever written for the cache beside which they stand.
KNOWN = "digests"
PARTIAL = ".partial"


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """A new file to write to, which takes the place of ``path`` when all went well.

    Its name is its own, so that of two writers at once one leaves a whole file. What was written is
    on the disk before it gets its name: no power cut leaves an empty file there.
    """
    path = Path(path)
    partial = path.with_name(f".{path.name}.{token_hex(8)}{PARTIAL}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        yield partial
        os.fsync(handle)
        _record(digest(partial), path)
        os.replace(partial, path)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, str(partial)):
            error.filename = str(path)
        raise
    finally:
        os.close(handle)


def digest(path: str | Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def recorded(folder: Path) -> dict[str, str]:
    """The digests that are recorded in a folder of results, by path below it."""
    lines = _lines(folder / SUMS)
    return {line[66:]: line[:64] for line in lines if line[64:66] == "  "}


def known(cache: Path) -> set[str]:
    """The digests of all that was ever written for a cache."""
    return set(_lines(cache / KNOWN))


def _lines(path: Path) -> list[str]:
    """The lines of a file, none where there is no file; a broken one says nothing to its reader."""
    return path.read_text(errors="replace").splitlines() if path.is_file() else []


def _record(found: str, path: Path) -> None:
    if path.is_absolute() or path.parts[0] != RESULTS.name or len(path.parts) < 3:
        return
    folder = RESULTS / path.parts[1]
    _append(f"{found}  {path.relative_to(folder)}", folder / SUMS)
    if cache := os.environ.get("SNAKEMAKE_OUTPUT_CACHE"):
        _append(found, Path(cache) / KNOWN)


def _append(line: str, path: Path) -> None:
    """Add a line in one write, beside others who do; after a line that was cut short, a new one."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        size = os.fstat(handle).st_size
        cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        text = b"\n" * cut + f"{line}\n".encode()
        if os.write(handle, text) < len(text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(handle)
