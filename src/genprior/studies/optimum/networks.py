"""What tells the rows of the studies of what is possible apart: their network, m and trial."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from genprior.model.instances import Instance
from genprior.types import Row

IDENTITY = [
    ("shape", pa.string()),
    ("latent_dimension", pa.int64()),
    ("depth", pa.int64()),
    ("expansivity", pa.float64()),
    ("measurements", pa.int64()),
    ("trial", pa.int64()),
]


def identity(one: Instance, part: Mapping[str, Any], trial: int) -> Row:
    """The columns of ``IDENTITY`` for an instance of a part with one ``expansivity``."""
    return {
        "shape": "-".join(map(str, one.shape)),
        "latent_dimension": one.shape[0],
        "depth": part["depth"],
        "expansivity": float(part["expansivity"]),
        "measurements": one.measurement_count,
        "trial": trial,
    }
