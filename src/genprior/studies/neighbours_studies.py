"""The neighbours' studies by name: what makes their rows, and the rows' columns."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.neighbours import plugin, reversal, snr, stochastic
from genprior.types import Row

Rows = Callable[[int, Mapping[str, Any]], Iterator[Row]]

STUDIES: dict[str, tuple[Rows, pa.Schema]] = {
    "levels": (snr.rows, snr.LEVELS_SCHEMA),
    "paths": (snr.rows, snr.PATHS_SCHEMA),
    "plugin": (plugin.rows, plugin.SCHEMA),
    "reversal": (reversal.rows, reversal.SCHEMA),
    "stochastic": (stochastic.rows, stochastic.SCHEMA),
}
