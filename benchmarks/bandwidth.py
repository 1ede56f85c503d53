"""How fast a core reads: the inner product of the engines, over a buffer of a given size."""

from numba import njit

from genprior.descent.kernels import _inner


@njit(cache=False, error_model="numpy")
def read(rows, ones, times):
    """Read the whole buffer this many times."""
    total = 0.0
    for _ in range(times):
        for i in range(len(rows)):
            total += _inner(rows[i], ones)
    return total
