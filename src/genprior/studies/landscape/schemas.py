"""The columns of the landscape's tables."""

import pyarrow as pa

from genprior.tables import IDENTITY

OBSERVATIONS = pa.schema([*IDENTITY, ("measure", pa.string()), ("value", pa.float64())])
PLANE = pa.schema(
    [("shape", pa.string())] + [(n, pa.float64()) for n in ("x", "y", "empirical", "expected")]
)
PATHS = pa.schema(
    [
        ("shape", pa.string()),
        ("start", pa.int64()),
        ("iteration", pa.int64()),
        ("x", pa.float64()),
        ("y", pa.float64()),
        ("outcome", pa.string()),
    ]
)
ENDS = pa.schema(
    [
        *IDENTITY,
        ("start", pa.string()),
        ("number", pa.int64()),
        ("negation_check", pa.bool_()),
        ("kind", pa.string()),
        ("codimension", pa.int64()),
        ("relative_error", pa.float64()),
        ("along", pa.float64()),
        ("off", pa.float64()),
        ("distance_to_mirror", pa.float64()),
        ("iterations", pa.int64()),
        ("stop", pa.string()),
    ]
)
