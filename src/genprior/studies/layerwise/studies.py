"""The layer-wise studies by name: what makes their rows, and the rows' columns."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from genprior import hardness
from genprior.studies.layerwise import comparison, expansion, noise
from genprior.types import Row

Rows = Callable[[int, Mapping[str, Any]], Iterator[Row]]

STUDIES: dict[str, tuple[Rows, pa.Schema]] = {
    "noise": (noise.rows, noise.SCHEMA),
    "comparison": (comparison.rows, comparison.SCHEMA),
    "layer": (expansion.layer_rows, expansion.LAYER_SCHEMA),
    "depth": (expansion.depth_rows, expansion.DEPTH_SCHEMA),
    "subset": (expansion.subset_rows, expansion.SUBSET_SCHEMA),
    "hardness": (hardness.rows, hardness.SCHEMA),
}
