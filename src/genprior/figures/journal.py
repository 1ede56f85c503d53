"""What a reader's journal asks of all figures: the width of its column, its font, its colours."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Journal:
    """A journal's wishes.

    Attributes:
        width: of one column, in inches.
        font: a family that comes with Matplotlib.
        palette: the name of a palette of Seaborn or Matplotlib, or colours.
    """

    width: float = 3.4
    font: str = "DejaVu Sans"
    palette: str | Sequence[str] = "colorblind"


_present = [Journal()]


def present() -> Journal:
    """The journal that figures are drawn for."""
    return _present[-1]


@contextmanager
def drawn_for(wishes: Mapping[str, Any]) -> Iterator[None]:
    """Draw and save figures for the journal configured under ``style``."""
    _present.append(Journal(**wishes))
    try:
        yield
    finally:
        _present.pop()
