"""One archive of a finished run: the same files make the same bytes."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from genprior.files import SUMS, whole

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say; times are no part of a result


def write_archive(paths: Iterable[Path], archive: Path) -> None:
    """Write files into a zip, in a folder of its name, with their checksums.

    There, ``sha256sum -c SHA256SUMS`` tells whether all is as it was.

    Args:
        paths: below the current directory; names in the archive are the same.
        archive: the zip to write.
    """
    contents = {path.as_posix(): path.read_bytes() for path in sorted(paths)}
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in contents.items())
    with whole(archive) as partial, ZipFile(partial, "w") as file:
        for name, data in {**contents, SUMS: sums.encode()}.items():
            entry = ZipInfo(f"{archive.stem}/{name}", EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            file.writestr(entry, data, compresslevel=9)
