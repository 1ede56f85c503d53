"""One trial of a diagram: a row of a table."""

import inspect
import random
from collections.abc import Iterator
from dataclasses import replace
from math import inf, nan
from time import perf_counter

import numpy as np

from genprior.api import steps
from genprior.api.design import Design, Method, Task, name_of
from genprior.descent import Settings, incremental
from genprior.descent.outcomes import decide
from genprior.experiments.blocks import identity_row
from genprior.experiments.engines import engine_of
from genprior.experiments.grid import Cell, group_cells_by_shape
from genprior.experiments.outcomes import columns_of
from genprior.experiments.recovery import columns_of_descent
from genprior.methods.contract import DIVERGED, Found, MethodError
from genprior.methods.registry import method_of
from genprior.methods.roles import Role
from genprior.model.instances import Instance, instances, stream
from genprior.model.problem import Problem
from genprior.model.risk import empirical_risk, relative_error
from genprior.types import Row


def rows(design: Design, task: Task) -> list[Row]:
    """The trials of one network: one row a number of measurements.

    Raises:
        MethodError: where a method fails.
    """
    return [
        identity_row(cell, task[1])
        | (descended(design, one) if design.descends else tried(design, one))
        for cell, one in drawn(design, task)
    ]


def warm_up(design: Design) -> None:
    """Compile, once and before there are processes, what the trials run."""
    _, one = next(iter(drawn(design, design.tasks()[0])))
    engine = engine_of(one)
    if design.descends:
        end = engine.descend(
            one.start, one.tie_direction, Settings(1e-9, one.network.plain, 1, 0.0)
        )
        if isinstance(engine, incremental.Engine):
            engine.limit(end.x, Settings(1e-9, one.network.plain, 1, 0.0))


def drawn(design: Design, task: Task) -> Iterator[tuple[Cell, Instance]]:
    """The instances of one network in one trial, with their cells."""
    shape, trial = task
    cells = group_cells_by_shape(design.cells)[shape]
    counts = [cell.measurements for cell in cells]
    every = instances(
        design.seed, design.label, shape, trial, counts, design.network, design.matrix
    )
    return zip(cells, every, strict=True)


def descended(design: Design, one: Instance) -> Row:
    """How descent ended, and what is proved of it."""
    engine = engine_of(one)
    settings = steps.settings(engine.problem, design.step, max_iterations=design.max_iterations)
    began = perf_counter()
    end = engine.descend(one.start, one.tie_direction, settings)
    seconds = perf_counter() - began
    row = columns_of_descent(end, one.code, settings, seconds)
    if design.proves:
        row |= columns_of(decide(engine, one.code, end, settings))
        row["seconds_to_decide"] = perf_counter() - began - seconds
    return row


def tried(design: Design, one: Instance) -> Row:
    """What another method found."""
    problem = engine_of(one).problem
    where = f"shape {'-'.join(map(str, one.shape))}, m = {one.measurement_count}, "
    where += f"trial {one.trial}"
    # A method that draws from the global generators draws the same in whatever process it runs.
    random.seed(where)
    np.random.seed(random.getrandbits(32))  # noqa: NPY002  (it is the user's)
    began = perf_counter()
    try:
        found = _found(design, problem, one)
    except Exception as error:
        raise MethodError(
            f"{name_of(design.method)} failed at {where}: {type(error).__name__}: {error}"
        ) from error
    seconds = perf_counter() - began
    x = found.x
    if x.shape != one.code.shape:
        raise MethodError(
            f"{name_of(design.method)} gave an array of shape {x.shape} at {where}; it should give "
            f"a code, shape {one.code.shape}"
        )
    finite = bool(np.isfinite(x).all())
    return {
        "step_rule": name_of(design.method),
        "relative_error": relative_error(x, one.code) if finite else inf,
        "loss": empirical_risk(problem, x) if finite else nan,
        "iterations": found.iterations or None,
        "stop": found.stop if finite else DIVERGED,
        "seconds": seconds,
        "x": x.tolist(),
    }


def _found(design: Design, problem: Problem, one: Instance) -> Found:
    """What the method gives back, as it stands."""
    given = problem, one.start.copy()
    whole = *given, one.tie_direction, design.settings
    draws = stream(design.seed, Role.METHOD, one.shape, one.trial)
    if isinstance(design.method, str):
        method = method_of(design.method)
        return method.run(*given, one.tie_direction, method.settings_of(design.settings), draws)
    answer = design.method(*given) if _takes_two(design.method) else design.method(*whole, draws)
    if isinstance(answer, Found):
        return replace(answer, x=np.asarray(answer.x, dtype=np.float64))
    return Found(np.asarray(answer, dtype=np.float64), iterations=0)


def _takes_two(method: Method) -> bool:
    """Whether a function takes a problem and a start alone, not all that ``methods`` hand on."""
    try:
        inspect.signature(method).bind("problem", "start")
    except TypeError:
        return False
    except ValueError:  # compiled code without a signature
        return True
    return True
