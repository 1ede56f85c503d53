"""How descent on noisy measurements gets there: the error of every iterate (HHHV, Figure 3)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.model.risk import relative_error
from genprior.studies.noise.snr import IDENTITY, descents
from genprior.types import Row

SCHEMA = pa.schema([*IDENTITY, ("iteration", pa.int64()), ("relative_error", pa.float64())])


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial, SNR and iteration.

    Args:
        seed: the configuration's seed.
        part: as in ``snr.descents``, and ``path``, how many iterates to keep.
    """
    for identity, one, end in descents(seed, part, part["path"]):
        for iteration, x in enumerate(end.path):
            yield identity | {
                "iteration": iteration,
                "relative_error": relative_error(x, one.code),
            }
