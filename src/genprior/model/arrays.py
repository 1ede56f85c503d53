"""What the arrays of a problem and of a run must be; asked once, where they come in.

Compiled code reads what it is told to read: past the end of an array that is too short, and over
NaN as over a neuron that is off.  So nothing reaches it unasked.
"""

from typing import Any

import numpy as np


def require(name: str, array: Any, shape: tuple[int | str, ...]) -> None:
    """Refuse what is no array of finite real numbers of this shape.

    Args:
        name: what the array is called in the message.
        array: what was given.
        shape: a number for each axis, or the name of a size that is free.

    Raises:
        TypeError: for what is no array, or one of something else than integers or floating-point
            numbers of at most double precision.
        ValueError: for another shape, one with a size of 0, or a value that is not finite.
    """
    wanted = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    should = f"it should be an array of finite real numbers, shape {wanted}"
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is a {type(array).__name__}; {should}")
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        raise TypeError(f"{name} has values of type {array.dtype}; {should}, at most 64 bits each")
    if array.ndim != len(shape) or any(
        isinstance(size, int) and size != given
        for size, given in zip(shape, array.shape, strict=True)
    ):
        raise ValueError(f"{name} has shape {array.shape}; {should}")
    if 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}, no numbers at all; {should}")
    if not np.isfinite(array).all():
        place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
        where = ", ".join(map(str, place))
        raise ValueError(f"{name} has the value {array[place]} at [{where}]; {should}")
