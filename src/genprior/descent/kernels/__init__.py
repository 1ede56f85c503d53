"""The kernels of the compiled engines, in rooms that build on one another:

``compiling`` (decorators and their cache), ``lanes`` (sums of columns), ``evaluation`` (f and v),
``bounds`` (of norms and of f(-x)), ``streaming`` (its loop), ``region`` and ``flips`` (the linear
regions), ``ball`` (the certificate), ``incremental`` (its loop).

Exactness.  Results are the same bits on every x86-64 processor, whatever its vector width: there is
no fastmath, the order of every sum is fixed, and no sum goes through a linear algebra library.
"""

from genprior.descent.kernels.ball import ball_certificate
from genprior.descent.kernels.bounds import Bounds, bounds_of
from genprior.descent.kernels.evaluation import Operators, measure
from genprior.descent.kernels.incremental import incremental_descent
from genprior.descent.kernels.streaming import (
    CAP,
    CERTIFIED,
    CYCLE,
    DIVERGED,
    GRADIENT,
    Rule,
    stream_descent,
)

__all__ = [
    "CAP",
    "CERTIFIED",
    "CYCLE",
    "DIVERGED",
    "GRADIENT",
    "Bounds",
    "Operators",
    "Rule",
    "ball_certificate",
    "bounds_of",
    "incremental_descent",
    "measure",
    "stream_descent",
]
