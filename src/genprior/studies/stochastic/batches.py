"""Stochastic gradient descent over the rows of A, against full descent, by passes over the rows.

Source and step: ``genprior.methods.numerics.batches``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import step_size, step_text
from genprior.methods.numerics.batches import batch_step, iterates
from genprior.model.instances import Instance, instance, stream
from genprior.model.problem import Problem
from genprior.studies.stochastic.roles import Role
from genprior.types import Array, Row

SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("latent_dimension", pa.int64()),
        ("measurements", pa.int64()),
        ("step", pa.float64()),  # of full descent
        ("step_rule", pa.string()),
        ("batch", pa.int64()),
        ("trial", pa.int64()),
        ("passes", pa.float64()),  # over the rows of A; infinite where the error stays larger
        ("evaluations", pa.float64()),  # of the network and its descent direction
        ("relative_error", pa.float64()),
    ]
)


def descend_by_rows(
    one: Instance,
    batch: int,
    step: float,
    max_passes: int,
    target: float,
    order: np.random.Generator,
) -> tuple[Array, int]:
    """Descent by batches of rows until the relative error is at most a target or passes run out.

    Args:
        one: an instance with a sensing matrix.
        batch: rows a step.
        step: the step of a batch.
        max_passes: passes over the rows of A at most.
        target: relative error to stop at.
        order: the random generator that shuffles the rows before every pass.

    Returns:
        The last iterate and the number of steps.
    """
    problem = Problem.of_code(one.weights, one.sensing, one.code)
    x, steps, goal = one.start, 0, target * np.linalg.norm(one.code)
    for x in iterates(problem, one.start, batch, step, max_passes, order):
        steps += 1
        error = np.linalg.norm(x - one.code)
        if error <= goal or not error < 1e12:
            break
    return x, steps


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and batch size.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``widths``, ``measurements``, ``batch`` (a list), ``step``,
            ``max_passes``, ``relative_error`` (the target), ``trials``.
    """
    shape, m = (part["latent_dimension"], *part["widths"]), part["measurements"]
    full = step_size(part["step"], len(shape) - 1)
    for trial in range(*part["trials"]):
        one = instance(seed, "gaussian", shape, trial, m)
        for batch in part["batch"]:
            shuffling = stream(seed, Role.ROW_ORDER, (batch, *shape), trial)
            step = batch_step(full, shape[0], batch, m)
            x, steps = descend_by_rows(
                one, batch, step, part["max_passes"], part["relative_error"], shuffling
            )
            error = float(np.linalg.norm(x - one.code) / np.linalg.norm(one.code))
            reached = error <= part["relative_error"]
            yield {
                "shape": "-".join(map(str, shape)),
                "latent_dimension": shape[0],
                "measurements": m,
                "step": full,
                "step_rule": step_text(part["step"]),
                "batch": batch,
                "trial": trial,
                "passes": steps * batch / m if reached else float("inf"),
                "evaluations": float(steps) if reached else float("inf"),
                "relative_error": error,
            }
