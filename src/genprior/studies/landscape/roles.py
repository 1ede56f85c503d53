"""The roles of the landscape's random streams (``genprior.model.instances.stream``)."""

from enum import IntEnum


class Role(IntEnum):
    """What a random stream is for; the numbers are part of every seed and never change."""

    POINTS = 20
    SEARCH = 21
    STARTS = 22
    TIES = 23  # never drawn from: the directions at kinks come from the stream of searches
