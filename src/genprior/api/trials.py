"""What a diagram's trials are, and one of them after the other."""

import inspect
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import nan
from numbers import Integral, Real
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import Settings
from genprior.descent.incremental import Engine
from genprior.descent.outcomes import decide
from genprior.experiments.blocks import Block, block_instances, identity_row
from genprior.experiments.grid import Cell, cells_of, group_cells_by_shape
from genprior.experiments.outcomes import columns_of
from genprior.experiments.schemas import OUTCOMES, RECOVERIES
from genprior.model.instances import SENSING_LAWS, Instance
from genprior.model.problem import Problem
from genprior.model.risk import empirical_risk, relative_error
from genprior.types import Array, Row

Method = Callable[[Problem, Array], Array]
DESCENT = "descent"
DESCENDING = {"negation_check": True, "gradient_tolerance": 1e-9}
Task = tuple[tuple[int, ...], int]  # a shape and a trial


class MethodError(ValueError):
    """A user's method that failed or gave back no code; the message says at which trial."""


@dataclass(frozen=True)
class Design:
    """Which trials a diagram has, and what is done in each.

    Attributes:
        experiment: the grid, as in the configuration.
        seed: of the instances.
        descent: the settings under the configuration's key ``descent``.
        method: ``descent`` or a function.
    """

    experiment: Mapping[str, Any]
    seed: int
    descent: Mapping[str, Any]
    method: str | Method

    @classmethod
    def of(
        cls,
        *,
        sensing: str,
        trials: int,
        seed: int,
        descent: Mapping[str, Any],
        method: str | Method,
        depth: int | None,
        widths: Sequence[int] | None,
        **axes: Any,
    ) -> "Design":
        """The design of a call, checked.

        Raises:
            ValueError: which argument, what was given and what is allowed.
        """
        if method != DESCENT and not callable(method):
            raise ValueError(
                f"method is {method!r}; it should be {DESCENT!r} or a function "
                "(problem, start) -> x"
            )
        if sensing not in SENSING_LAWS:
            raise ValueError(f"sensing is {sensing!r}; allowed: {', '.join(SENSING_LAWS)}")
        experiment: dict[str, Any] = {"sensing": sensing, "trials": _count("trials", trials)}
        if not isinstance(seed, Integral) or not 0 <= seed < 2**128:
            raise ValueError(f"seed is {seed!r}; it should be an integer from 0 to 2^128 - 1")
        for name in ("latent_dimension", "measurements"):
            if axes[name] is not None:
                experiment[name] = _several(name, axes[name], _count)
        for name in ("expansivity", "measurement_ratio"):
            if axes[name] is not None:
                experiment[name] = _several(name, axes[name], _positive)
        if depth is not None:
            experiment["depth"] = _count("depth", depth)
        if widths is not None:
            experiment["widths"] = _several("widths", widths, _count, distinct=False)
        given = experiment.keys() & {"depth", "expansivity", "widths"}
        if given not in ({"widths"}, {"depth", "expansivity"}):
            raise ValueError("give either widths, or both depth and expansivity")
        counted = experiment.keys() & {"measurements", "measurement_ratio"}
        if len(counted) != (sensing != "identity"):
            raise ValueError(
                "sensing 'identity' measures all n_d coordinates; give neither measurements nor "
                "measurement_ratio"
                if sensing == "identity"
                else "give either measurement_ratio (m/k) or measurements (m)"
            )
        design = cls(experiment, int(seed), DESCENDING | dict(descent), method)
        if any(min(*cell.shape, cell.measurements) < 1 for cell in design.cells):
            raise ValueError("the grid rounds to a layer without neurons or to no measurement")
        design.settings(design.cells[0].depth)
        return design

    @property
    def proves(self) -> bool:
        """Whether outcomes are proved."""
        return self.method == DESCENT

    @cached_property
    def cells(self) -> list[Cell]:
        return cells_of(self.experiment)

    @property
    def schema(self) -> pa.Schema:
        """The columns of a trial."""
        more = [field for field in OUTCOMES if field.name not in RECOVERIES.names]
        return pa.schema([*RECOVERIES, *(more if self.proves else [])])

    @property
    def recovery_columns(self) -> list[str]:
        return RECOVERIES.names

    @property
    def outcome_columns(self) -> list[str]:
        return OUTCOMES.names

    def tasks(self) -> list[Task]:
        """Every shape in every trial, trial by trial, so that what is done tells what is left."""
        shapes = group_cells_by_shape(self.cells)
        return [(shape, trial) for trial in range(self.experiment["trials"]) for shape in shapes]

    def settings(self, depth: int) -> Settings:
        return Settings.from_config(self.descent, depth)

    def identity(self) -> dict[str, Any]:
        """All that a trial's rows depend on, as JSON; how many trials there are does not count."""
        grid = {key: value for key, value in self.experiment.items() if key != "trials"}
        return {
            "grid": grid,
            "seed": str(self.seed),
            "method": self.method if isinstance(self.method, str) else _named(self.method),
            "descent": dict(self.descent) if self.proves else None,
        }

    def rows(self, task: Task) -> list[Row]:
        """The trials of one network: one row a number of measurements.

        Raises:
            MethodError: where a user's method fails.
        """
        shape, trial = task
        cells = tuple(group_cells_by_shape(self.cells)[shape])
        block = Block("", cells, trial, trial)
        return [
            identity_row(cell, trial) | (self._descended(one) if self.proves else self._tried(one))
            for cell, _, one in block_instances(self.seed, block)
        ]

    def _descended(self, one: Instance) -> Row:
        settings = self.settings(len(one.weights))
        engine = Engine.of_code(one.weights, one.sensing, one.code)
        began = perf_counter()
        end = engine.descend(one.start, one.tie_direction, settings)
        seconds = perf_counter() - began
        outcome = decide(engine, one.code, end, settings)
        return {
            "step": settings.step,
            "step_rule": settings.step_rule,
            "relative_error": relative_error(end.x, one.code),
            "loss": end.loss,
            "gradient_norm": end.gradient_norm,
            "iterations": end.iterations,
            "negations": end.negations,
            "stop": str(end.stop),
            "seconds": seconds,
            "x": end.x.tolist(),
            **columns_of(outcome),
            "seconds_to_decide": perf_counter() - began - seconds,
        }

    def _tried(self, one: Instance) -> Row:
        engine = Engine.of_code(one.weights, one.sensing, one.code)
        where = f"shape {'-'.join(map(str, one.shape))}, m = {one.measurement_count}, "
        where += f"trial {one.trial}"
        # A method that draws from the global generators draws the same in whatever process it runs.
        random.seed(where)
        np.random.seed(random.getrandbits(32))  # noqa: NPY002  (it is the user's)
        began = perf_counter()
        try:
            x = np.asarray(self.method(engine.problem, one.start.copy()), dtype=np.float64)
        except Exception as error:
            raise MethodError(
                f"{_name(self.method)} failed at {where}: {type(error).__name__}: {error}"
            ) from error
        seconds = perf_counter() - began
        if x.shape != one.code.shape:
            raise MethodError(
                f"{_name(self.method)} gave an array of shape {x.shape} at {where}; it should give "
                f"a code, shape {one.code.shape}"
            )
        finite = bool(np.isfinite(x).all())
        return {
            "step_rule": _name(self.method),
            "relative_error": relative_error(x, one.code) if finite else np.inf,
            "loss": empirical_risk(engine.problem, x) if finite else nan,
            "stop": "" if finite else "diverged",
            "seconds": seconds,
            "x": x.tolist(),
        }


def _name(method: Any) -> str:
    return getattr(method, "__qualname__", type(method).__name__)


def _named(method: Method) -> str:
    """A method's name and the digest of its source, where it has one that can be read."""
    try:
        source = inspect.getsource(method)
    except (OSError, TypeError):
        return _name(method)
    return f"{_name(method)} {blake2b(source.encode(), digest_size=8).hexdigest()}"


def _several(
    name: str, given: Any, check: Callable[[str, Any], Any], distinct: bool = True
) -> list[Any]:
    """One value or several as a list."""
    alone = isinstance(given, str | Real)
    values = [check(name, value) for value in ([given] if alone else list(given))]
    if not values or (distinct and len(set(values)) < len(values)):
        raise ValueError(f"{name} is {given!r}; it should be one value or several distinct ones")
    return values


def _count(name: str, value: Any) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name} is {value!r}; it should be a positive integer")
    return int(value)


def _positive(name: str, value: Any) -> float:
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < value < np.inf:
        raise ValueError(f"{name} is {value!r}; it should be a positive number")
    return int(value) if isinstance(value, Integral) else float(value)
