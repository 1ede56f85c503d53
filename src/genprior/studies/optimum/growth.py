"""Whether AMP and descent recover the code, on the same instances."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import Settings
from genprior.descent.incremental import Engine
from genprior.descent.outcomes import OutcomeKind, decide
from genprior.experiments.grid import expansive_shape
from genprior.inference.amp import amp
from genprior.model.instances import Instance, instances
from genprior.model.problem import Problem
from genprior.model.risk import relative_error
from genprior.studies.optimum.networks import IDENTITY, identity
from genprior.types import Row

ENOUGH = 1e-8  # relative error at which AMP is stopped
LOST = 1e3  # and at which it is given up

SCHEMA = pa.schema(
    [
        ("method", pa.string()),
        *IDENTITY,
        ("step", pa.float64()),  # of descent
        ("step_rule", pa.string()),
        ("iterations", pa.int64()),
        ("relative_error", pa.float64()),
        ("certified", pa.bool_()),  # to converge to x0; known of descent alone
    ]
)


def by_amp(one: Instance, iterations: int) -> Row:
    """How AMP ends."""
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    done, error = 0, np.inf
    for done, x in enumerate(islice(amp(problem), iterations + 1)):  # noqa: B007
        error = relative_error(x, one.code)
        if error <= ENOUGH or not error < LOST:
            break
    return {"iterations": done, "relative_error": error, "certified": None}


def by_descent(one: Instance, settings: Settings, threshold: float) -> Row:
    """How descent ends; a run counts as certified only if it ends within a threshold of x0.

    A run far from x0 at the cap is not sent on to find out what becomes of it, as the main
    experiments do: here only success counts.
    """
    engine = Engine.of_code(one.weights, one.sensing, one.code)
    end, limit = engine.descend_to_proof(one.start, one.tie_direction, settings)
    error = relative_error(end.x if limit is None else limit.point, one.code)
    certified = error <= threshold and (
        decide(engine, one.code, end, settings).kind == OutcomeKind.RECOVERY
    )
    return {"iterations": end.iterations, "relative_error": error, "certified": certified}


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial, m and method.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``depth``, ``expansivity``, ``measurement_ratio`` (a list),
            ``methods``, ``trials``, ``descent``, ``iterations`` (of AMP), ``relative_error``
            (below which descent is worth a proof).
    """
    shape = expansive_shape(part["latent_dimension"], part["expansivity"], part["depth"])
    counts = [round(shape[0] * ratio) for ratio in part["measurement_ratio"]]
    settings = Settings.from_config(part["descent"], part["depth"])
    for trial in range(*part["trials"]):
        for one in instances(seed, "gaussian", shape, trial, counts):
            ends = {}
            if "amp" in part["methods"]:
                ends["amp"] = by_amp(one, part["iterations"])
            if "descent" in part["methods"]:
                ends["descent"] = by_descent(one, settings, part["relative_error"])
            for method, end in ends.items():
                descends = method == "descent"
                yield {
                    "method": method,
                    **identity(one, part, trial),
                    "step": settings.step if descends else np.nan,
                    "step_rule": settings.step_rule if descends else "",
                    **end,
                }
