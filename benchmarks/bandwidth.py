"""How fast a core reads, by the engines' two ways of taking columns, from a buffer of some size.

Doubles are read as they are; singles are widened on the way, which costs a core more than the
reading where the buffer fits its nearer caches.
"""

import time

import numpy as np
from numba import njit

from genprior.descent.kernels.lanes import add_columns, multiply_columns

COLUMN = 256  # numbers


@njit(cache=False, error_model="numpy")
def add_up(columns, sums, coefficients, everything, times):
    for _ in range(times):
        add_columns(sums, columns, coefficients, everything, len(everything))


@njit(cache=False, error_model="numpy")
def multiply(columns, vector, products, everything, times):
    for _ in range(times):
        multiply_columns(products, columns, vector, everything, len(everything))


def bytes_per_second(size: int, seconds: float, stored: str) -> float:
    """The faster of the two over a buffer of ``size`` bytes, each timed for about ``seconds``.

    ``stored`` is the numbers' type, float32 or float64.
    """
    width = COLUMN * np.dtype(stored).itemsize
    columns = np.ones((max(1, size // width), COLUMN), dtype=stored)
    short, long = np.ones(COLUMN), np.zeros(len(columns))
    everything, best = np.arange(len(columns)), 0.0
    for reader in (add_up, multiply):
        reader(columns, short, long, everything, 1)
        times, spent = 1, 0.0
        while spent < seconds:
            times *= 2
            began = time.perf_counter()
            reader(columns, short, long, everything, times)
            spent = time.perf_counter() - began
        best = max(best, columns.nbytes * times / spent)
    return best
