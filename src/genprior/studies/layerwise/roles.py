"""What random streams are for; the numbers are part of every seed and never change."""

from enum import IntEnum


class Role(IntEnum):
    """The roles of the layer-wise studies."""

    LAYER = 40
    LAYER_INPUT = 41
    OBJECTIVE = 42
    OUTPUT_NOISE = 43
    SUBSET = 44
    FORMULA = 45
