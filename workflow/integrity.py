"""Before a run: mend what a fault has left.

    python workflow/integrity.py      (in the checkout; run.py does it when nothing else is at work)

Half-written files of killed jobs go. A result or a cache's entry that is not what a job wrote, by
its digest, is named and made again; of a result a copy is kept. What was made from other inputs
than those that are there is made again, by content: the clock may have jumped, so that times of
files say nothing. Times in the future, which Snakemake takes for a fault, become the present.
"""

import json
import os
import shutil
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from genprior import files

RECORDS = Path(".snakemake/metadata")
INCOMPLETE = Path(".snakemake/incomplete")
SET_ASIDE = Path(".snakemake/set-aside")
READ = ("src", "workflow", "config", "notebooks", "tests/claims", "results")
NAMED = 10

digest = cache(files.digest)
known = cache(files.known)


def say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def results() -> Iterator[Path]:
    """Every file of every size's results, but the list of digests."""
    for path in sorted(files.RESULTS.glob("*/**/*")):
        if path.is_symlink() or (path.is_file() and path.name != files.SUMS):
            yield path


def damage(path: Path, recorded: dict[str, str]) -> str | None:
    """What is wrong with a result; None if it is what a job wrote.

    Args:
        path: below the folder ``results``; a link leads into a cache.
        recorded: the digests of its folder.
    """
    if not path.exists():
        return "is gone from the cache"
    if path.is_symlink():
        whole = digest(path) in known(path.resolve().parent)
    else:
        whole = digest(path) == recorded.get(str(path.relative_to(*path.parts[:2])))
    if whole:
        return None
    return "is empty" if path.stat().st_size == 0 else "is not what a job wrote"


def mark_incomplete(path: Path) -> None:
    """Tell Snakemake that a job has not finished this file, as it does itself while a job runs.

    If the file were removed, Snakemake would not make it again while all that was made from it is
    there.
    """
    name = urlsafe_b64encode(str(path).encode()).decode()
    *folders, last = (name[start : start + 254] for start in range(0, len(name), 254))
    mark = INCOMPLETE.joinpath(*(f"@{part}" for part in folders), last)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text('{"external_jobid": null}')


def mark_damaged() -> list[str]:
    """Have damaged results made again; a sentence for each."""
    told = []
    again = "it is made again where it is needed"
    recorded = {folder: files.recorded(folder) for folder in files.RESULTS.glob("*")}
    for path in list(results()):
        if why := damage(path, recorded[Path(*path.parts[:2])]):
            if path.is_symlink():
                path.unlink()
                told.append(f"{path} {why}: {again}")
                continue
            aside = SET_ASIDE / path
            aside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, aside)
            mark_incomplete(path)
            told.append(f"{path} {why}: {again}; what was there is kept as {aside}")
    return told


def drop_damaged_entries(folder: Path) -> list[str]:
    """Remove what is damaged from the cache; a sentence for each."""
    told = []
    for path in sorted(folder.glob("*.*")):
        # Another checkout may add to the cache meanwhile: a digest is there before its entry.
        with suppress(FileNotFoundError):
            if path.is_file() and files.digest(path) not in files.known(folder):
                path.unlink()
                told.append(f"the cache's {path} is not what a job wrote: it is dropped")
    return told


def records() -> Iterator[tuple[Path, dict[str, str]]]:
    """Every output that Snakemake remembers, and the digests of what it was made from."""
    for path in RECORDS.rglob("*"):
        if path.is_file():
            # Long names are cut into folders whose names begin with @.
            name = "".join(part.lstrip("@") for part in path.relative_to(RECORDS).parts)
            with suppress(ValueError):  # the record of a run that was killed while it wrote
                found = json.loads(path.read_text()).get("input_checksums") or {}
                yield Path(urlsafe_b64decode(name).decode()), found


def age_stale() -> None:
    """Make outputs of other inputs than those that are there older than all inputs.

    Snakemake asks for the content of those inputs only that are newer than an output.
    """
    for output, made_from in records():
        inputs = {path: found.removeprefix("sha256:") for path, found in made_from.items()}
        if os.path.lexists(output) and any(
            os.path.isfile(path) and digest(Path(path)) != found for path, found in inputs.items()
        ):
            os.utime(output, (0, 0), follow_symlinks=False)


def leave_the_future(folders: Iterable[str]) -> None:
    """Give files that are newer than now the time of now, results a later one than sources."""
    now = time.time()
    for folder in folders:
        then = now if folder == files.RESULTS.name else now - 1
        for path in Path(folder).rglob("*"):
            if path.lstat().st_mtime > now + 1:
                with suppress(PermissionError):
                    os.utime(path, (then, then), follow_symlinks=False)


def main() -> None:
    for path in files.RESULTS.rglob(f".*{files.PARTIAL}"):
        path.unlink()
    told = []
    if folder := os.environ.get("SNAKEMAKE_OUTPUT_CACHE"):
        told += drop_damaged_entries(Path(folder))
    told += mark_damaged()
    for text in told[:NAMED]:
        say(text)
    if len(told) > NAMED:
        say(f"and {len(told) - NAMED} more")
    age_stale()
    leave_the_future(READ)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        say(f"cannot read or write {error.filename2 or error.filename}: {error.strerror}")
        sys.exit(2)
