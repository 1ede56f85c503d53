"""A method on a block of instances: one tidy row a trial."""

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any

from genprior.descent import Descent, Settings, step_size, step_text
from genprior.experiments.blocks import Block, identity_row
from genprior.experiments.curves import curve
from genprior.experiments.engines import engine_of
from genprior.experiments.verified import verified_instances
from genprior.methods.contract import Method, MethodError, NotApplicable
from genprior.methods.roles import Role
from genprior.model.instances import Instance, stream
from genprior.model.risk import descent_direction, empirical_risk, relative_error
from genprior.types import Array, Row


def recover(one: Instance, settings: Settings) -> Descent:
    """Descend on one instance from its start, and keep every iterate."""
    whole = settings.max_iterations + 1
    return engine_of(one).descend(one.start, one.tie_direction, settings, path_length=whole)


def recovery_rows(
    seed: int,
    block: Block,
    settings: Any,
    expected: Sequence[Row],
    method: Method | None = None,
) -> Iterator[Row]:
    """One row a trial: how descent, or another method, ended on every instance of a block.

    Args:
        seed: the configuration's seed.
        block: cells and trials.
        settings: how to descend (``descent.Settings``), or the method's own settings.
        expected: the block's rows of the instances table.
        method: another method than descent.

    Raises:
        NotApplicable, MethodError: as ``Method.run``, with the trial.
    """
    for cell, trial, one in verified_instances(seed, block, expected):
        identity = identity_row(cell, trial)
        if method is None:
            yield identity | descended(one, settings)
            continue
        try:
            yield identity | found_by(method, settings, one, seed)
        except (NotApplicable, MethodError) as error:
            where = f"shape {identity['shape']}, m = {cell.measurements}, trial {trial}"
            raise type(error)(f"{error} ({where})") from error


def descended(one: Instance, settings: Settings) -> Row:
    """The columns of one descent."""
    began = perf_counter()
    end = recover(one, settings)
    seconds = perf_counter() - began
    return columns_of_descent(end, one.code, settings, seconds) | {"curve": curve(end, one.code)}


def columns_of_descent(end: Descent, code: Array, settings: Settings, seconds: float) -> Row:
    """How a descent ended, as columns of the recoveries table."""
    return {
        "step": settings.step,
        "step_rule": settings.step_rule,
        "relative_error": relative_error(end.x, code),
        "loss": end.loss,
        "gradient_norm": end.gradient_norm,
        "iterations": end.iterations,
        "negations": end.negations,
        "stop": str(end.stop),
        "seconds": seconds,
        "x": end.x.tolist(),
    }


def found_by(method: Method, settings: Any, one: Instance, seed: int) -> Row:
    """The columns of one run of a method, to which x0 is not told.

    The stream is the trial's own, whatever m: the same draws serve every cell of a network.
    """
    problem = engine_of(one).problem
    draws = stream(seed, Role.METHOD, one.shape, one.trial)
    began = perf_counter()
    found = method.run(problem, one.start.copy(), one.tie_direction.copy(), settings, draws)
    seconds = perf_counter() - began
    step, rule = None, method.name
    if method.descends:
        step, rule = step_size(settings.step, problem.depth), step_text(settings.step)
    loss, slope = found.loss, found.gradient_norm
    if loss is None:
        loss = empirical_risk(problem, found.x)
    if slope is None:
        v = descent_direction(problem, found.x, one.tie_direction)
        slope = float((v @ v) ** 0.5)
    return {
        "step": step,
        "step_rule": rule,
        "relative_error": relative_error(found.x, one.code),
        "loss": loss,
        "gradient_norm": slope,
        "iterations": found.iterations,
        "negations": found.negations,
        "stop": found.stop,
        "seconds": seconds,
        "x": found.x.tolist(),
        "curve": None,
    }
