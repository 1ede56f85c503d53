"""AMP's threshold m/k as k grows, by depth and expansivity."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior.inference.evolution import amp_threshold, image_limit
from genprior.types import Row

SCHEMA = pa.schema(
    [
        ("depth", pa.int64()),
        ("expansivity", pa.float64()),
        ("amp", pa.float64()),  # infinite where the image does not determine the code
        ("image", pa.float64()),  # the information limit of the image
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row an expansivity.

    Args:
        seed: the configuration's seed, of no use here.
        part: ``depth``, ``expansivity`` (a list).
    """
    for expansivity in part["expansivity"]:
        shape = [float(expansivity) ** i for i in range(part["depth"] + 1)]
        yield {
            "depth": part["depth"],
            "expansivity": float(expansivity),
            "amp": amp_threshold(shape),
            "image": image_limit(shape),
        }
