"""Where descent on noisy measurements ends, against the noise and k (HHHV, Figure 2)."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.model.risk import relative_error
from genprior.studies.noise.snr import IDENTITY, descents
from genprior.types import Row

SCHEMA = pa.schema(
    [
        *IDENTITY,
        ("relative_noise", pa.float64()),
        ("relative_error", pa.float64()),
        ("iterations", pa.int64()),
        ("stop", pa.string()),
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and SNR.

    Args:
        seed: the configuration's seed.
        part: as in ``snr.descents``.
    """
    for identity, one, end in descents(seed, part):
        yield identity | {
            "relative_noise": 10 ** (-identity["snr"] / 10),
            "relative_error": relative_error(end.x, one.code),
            "iterations": end.iterations,
            "stop": str(end.stop),
        }
