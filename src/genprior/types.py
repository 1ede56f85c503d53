"""The words that signatures share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Weights = Sequence[Array]  # (W_1, ..., W_d), W_i of shape (n_i, n_{i-1}) with n_0 = k
Row = dict[str, Any]  # one row of a table, by column
