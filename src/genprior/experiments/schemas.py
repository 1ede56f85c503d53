"""The columns of the experiments' tables, from instances to outcomes."""

import pyarrow as pa

from genprior.tables import IDENTITY

# Of a method that is no descent ``step`` is null, and ``step_rule`` the method's name; its
# ``iterations`` are steps, layers or systems solved, its ``stop`` a word of its own.
STEP = [("step", pa.float64()), ("step_rule", pa.string())]
# The seed is text, for it may have 128 bits and a column of integers has 64.
INSTANCES = pa.schema([*IDENTITY, ("seed", pa.string()), ("digest", pa.string())])
RECOVERIES = pa.schema(
    [
        *IDENTITY,
        *STEP,
        ("relative_error", pa.float64()),
        ("loss", pa.float64()),
        ("gradient_norm", pa.float64()),
        ("iterations", pa.int64()),
        ("negations", pa.int64()),
        ("stop", pa.string()),
        ("seconds", pa.float64()),
        ("x", pa.list_(pa.float64())),
        # The relative error at ``curves.kept_iterations`` of the iterations; null where the method
        # keeps no iterates.
        ("curve", pa.list_(pa.float64())),
    ]
)
OUTCOMES = pa.schema(
    [
        *IDENTITY,
        ("outcome", pa.string()),
        ("codimension", pa.int64()),
        ("nullity", pa.int64()),
        ("converges", pa.bool_()),
        ("point_error", pa.float64()),
        ("along", pa.float64()),
        ("off", pa.float64()),
        ("distance_to_mirror", pa.float64()),
        ("moved", pa.float64()),
        ("further_iterations", pa.int64()),
        ("seconds_to_decide", pa.float64()),
    ]
)
CONVERGENCE = pa.schema(
    [*IDENTITY, *STEP, ("iteration", pa.int64()), ("relative_error", pa.float64())]
)
