"""How a job of the workflow tells what it does, and what stopped it."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from traceback import print_exception
from types import TracebackType


def log_to(path: str | Path) -> None:
    """Write what the running script says to its log; say in one sentence if the machine stops it.

    A disk that is full, a place that cannot be read or written, or a user's file that was edited
    since the run was planned, is no fault of the program's: what is wrong and what to do is all
    that there is to say. Any other exception has its traceback in the log.
    """
    sys.stderr = open(path, "w", buffering=1)
    sys.excepthook = _tell


def sentence(error: OSError) -> str:
    """What stopped a job, and what to do next."""
    where = error.filename2 or error.filename or "a file"
    why = os.strerror(error.errno) if error.errno else str(error)
    return f"cannot write or read {where}: {why}. Mend that, then run the same command again."


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if isinstance(error, OSError) or getattr(error, "in_a_line", False):
        told = sentence(error) if isinstance(error, OSError) else str(error)
        # The log may lie on the disk that is full.
        for stream in (sys.stderr, sys.__stderr__):
            with suppress(OSError):
                print(told, file=stream, flush=True)
    else:
        print_exception(kind, error, trace, file=sys.stderr)
