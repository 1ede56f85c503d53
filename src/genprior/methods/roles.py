"""What random streams are for; the numbers are part of every seed and never change."""

from enum import IntEnum


class Role(IntEnum):
    """The roles of methods of recovery."""

    METHOD = 49
