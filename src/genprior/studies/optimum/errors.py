"""The error of AMP at every iteration, beside what state evolution predicts."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa

from genprior.experiments.grid import expansive_shape
from genprior.inference.amp import amp
from genprior.inference.evolution import code_errors
from genprior.model.instances import instance
from genprior.model.problem import Problem
from genprior.model.risk import relative_error
from genprior.studies.optimum.networks import IDENTITY, identity
from genprior.types import Row

SCHEMA = pa.schema(
    [
        *IDENTITY,
        ("iteration", pa.int64()),
        ("relative_error", pa.float64()),
        ("predicted", pa.float64()),  # ||x - x0|| / ||x0|| as k grows
    ]
)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and iteration.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``depth``, ``expansivity``, ``measurement_ratio``,
            ``iterations``, ``trials``.
    """
    k, iterations = part["latent_dimension"], part["iterations"]
    shape = expansive_shape(k, part["expansivity"], part["depth"])
    m = round(k * part["measurement_ratio"])
    predicted = [error**0.5 for error in code_errors(shape, m, iterations)]
    for trial in range(part["trials"]):
        one = instance(seed, "gaussian", shape, trial, m)
        estimates = amp(Problem.of_code(one.weights, one.sensing, one.code))
        for iteration, x in enumerate(islice(estimates, iterations + 1)):
            yield {
                **identity(one, part, trial),
                "iteration": iteration,
                "relative_error": relative_error(x, one.code),
                "predicted": predicted[iteration],
            }
