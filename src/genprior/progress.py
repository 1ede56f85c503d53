"""Honest progress of a long job, now and then, for its log."""

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import TextIO, TypeVar

Item = TypeVar("Item")
REPORT_SECONDS = 5.0


def reported(items: Iterable[Item], file: TextIO, of: int | None = None) -> Iterator[Item]:
    """The items as they come, with a line on how many there are and, if known, the time left.

    Args:
        items: what a job makes, one after another.
        file: where lines are written, at most one in ``REPORT_SECONDS`` and one at the end.
        of: how many items there will be, if that is known.
    """
    began = said = perf_counter()
    done = 0
    for done, item in enumerate(items, start=1):
        yield item
        now = perf_counter()
        if now - said >= REPORT_SECONDS:
            said = now
            left = f", about {(now - began) / done * (of - done):.0f} s left" if of else ""
            print(f"{done}{f' of {of}' if of else ''}{left}", file=file)
    print(f"{done} in {perf_counter() - began:.1f} s", file=file)
