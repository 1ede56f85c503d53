"""Trials on all cores, each kept when it is done, the same whatever the number of cores."""

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from numbers import Integral
from pathlib import Path
from time import perf_counter, sleep
from typing import TextIO

from threadpoolctl import threadpool_limits

from genprior.api.design import Design, Task
from genprior.api.trials import rows as rows_of_task
from genprior.api.trials import warm_up
from genprior.files import PARTIAL
from genprior.tables import read_json, read_rows, write_json, write_rows
from genprior.types import Row

DESCRIPTION = "diagram.json"
SAY_SECONDS = 0.2  # between two tellings of how far it is
LOOK_SECONDS = 1.0  # between two looks of a process whether its parent is there

# What the processes work at. They are forked, so that a method can be a function of a notebook,
# which no other process could import.
_work: tuple[Design, Path | None] | None = None


def rows_of(
    design: Design, cores: int | None, progress: bool, store: str | Path | None
) -> list[Row]:
    """All rows of a design, in the order of its tasks.

    Args:
        design: what to do.
        cores: how many processes, or None for one each core.
        progress: whether a line on standard error tells how far it is.
        store: a folder for the trials as they finish, or None.

    Raises:
        ValueError: for a store that holds other trials, or for no positive number of cores.
        MethodError: where a method fails.
    """
    if cores is not None and (not isinstance(cores, Integral) or cores < 1):
        raise ValueError(f"cores is {cores!r}; it should be a positive integer")
    folder = None if store is None else opened(Path(store).resolve(), design)
    tasks = design.tasks()
    finished = {} if folder is None else stored(folder, tasks)
    waiting = [task for task in tasks if task not in finished]
    line = _Line(sys.stderr if progress else None, len(waiting), len(finished))
    if waiting:
        line.say("compiling, which the first call does for a minute or more")
        with threadpool_limits(1):
            warm_up(design)
        line.began = perf_counter()
        processes = min(int(cores or available()), len(waiting))
        try:
            for task, rows in _computed(design, folder, waiting, processes):
                finished[task] = rows
                line.count()
        except KeyboardInterrupt:
            kept = "nothing is kept without a store"
            if folder is not None:
                kept = f"what is done is in {folder}, and the same call goes on"
            line.end(f"stopped; {kept}")
            raise
        except BrokenProcessPool:
            line.end()
            raise RuntimeError(
                "a process was killed, perhaps for want of memory; take fewer cores"
            ) from None
        except BaseException:
            line.end()
            raise
    line.end()
    return [row for task in tasks for row in finished[task]]


def available() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Macs
        return os.cpu_count() or 1


def opened(folder: Path, design: Design) -> Path:
    """A store, made where there is none.

    Raises:
        ValueError: where it holds other trials, and how they differ.
    """
    path, wanted = folder / DESCRIPTION, design.identity()
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; a store is a folder")
    folder.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        if any(folder.iterdir()):
            raise ValueError(f"{folder} holds other files and no {DESCRIPTION}; name another store")
        write_json(wanted, path)
    try:
        found = read_json(path)
    except ValueError:
        raise ValueError(f"{path} cannot be read; remove {folder} or name another store") from None
    for key in wanted:
        if found.get(key) != wanted[key]:
            raise ValueError(
                f"{folder} holds trials of another {key}: {found.get(key)}, and now it is "
                f"{wanted[key]}; name another store"
            )
    for left in folder.glob(f".*{PARTIAL}"):  # of a process that was killed while it wrote
        left.unlink(missing_ok=True)
    return folder


def stored(folder: Path, tasks: Sequence[Task]) -> dict[Task, list[Row]]:
    """The tasks that a store has, with their rows."""
    paths = {task: path_of(folder, task) for task in tasks}
    return {task: read_rows(path) for task, path in paths.items() if path.is_file()}


def path_of(folder: Path, task: Task) -> Path:
    """Where a store keeps a task."""
    shape, trial = task
    return folder / f"{'-'.join(map(str, shape))}.t{trial:03d}.parquet"


def _computed(
    design: Design, folder: Path | None, tasks: Sequence[Task], processes: int
) -> Iterator[tuple[Task, list[Row]]]:
    """Tasks with their rows as they are done.

    One process is a process of its own too: so all see the same one thread of linear algebra, on
    whose number last bits may depend.
    """
    global _work
    _work = design, folder
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("fork"), _begin, (os.getpid(),)
    )
    try:
        with _without_warnings():
            futures = {pool.submit(_do, task): task for task in tasks}
        for future in as_completed(futures):
            yield futures[future], future.result()
        pool.shutdown()
    except BaseException:
        workers = list(pool._processes.values())
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        raise
    finally:
        _work = None


def _begin(parent: int) -> None:
    """At the start of a process: an interrupt is its parent's, one thread is its own, and it does
    not outlive a parent that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(LOOK_SECONDS)
    os._exit(1)


def _do(task: Task) -> list[Row]:
    assert _work is not None
    design, folder = _work
    rows = rows_of_task(design, task)
    if folder is not None:
        write_rows(rows, design.schema, path_of(folder, task))
    return rows


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Python warns of forks beside threads, which may hold locks; these processes only compute."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


class _Line:
    """One line that says how far it is and how long the rest may take."""

    def __init__(self, file: TextIO | None, of: int, before: int):
        self.file, self.of, self.before = file, of, before
        self.done, self.width = 0, 0
        self.began = self.said = perf_counter()

    def count(self) -> None:
        """One more is done."""
        self.done += 1
        now = perf_counter()
        if now - self.said >= SAY_SECONDS or self.done == self.of:
            self.said = now
            left = (now - self.began) / self.done * (self.of - self.done)
            self.say(f"{self.told()}, about {left:.0f} s left" if left >= 1 else self.told())

    def told(self) -> str:
        before = f", {self.before} from before" if self.before else ""
        return f"{self.done} of {self.of} networks{before}"

    def say(self, text: str) -> None:
        """Overwrite the line."""
        if self.file is not None:
            print(f"\r{text.ljust(self.width)}", end="", file=self.file, flush=True)
            self.width = len(text)

    def end(self, text: str = "") -> None:
        """Leave the line as it is, with a last word."""
        if self.file is not None and (self.width or text):
            self.say(f"{self.told()}; {text}" if text else self.told())
            print(file=self.file, flush=True)
