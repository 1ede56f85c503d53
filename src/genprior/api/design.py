"""Which trials a diagram has, and what is done in each, checked before anything is computed."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.api import steps
from genprior.descent import Settings
from genprior.experiments.grid import Cell, cells_of, group_cells_by_shape
from genprior.experiments.schemas import OUTCOMES, RECOVERIES
from genprior.methods.contract import MethodError
from genprior.methods.registry import method_of
from genprior.model import laws
from genprior.model.instances import array_digest, network_digest
from genprior.model.networks import Network
from genprior.model.stored import read_network, read_sensing
from genprior.types import Array

Method = Callable[..., Any]
DESCENT = "descent"
Task = tuple[tuple[int, ...], int]  # a shape and a trial


@dataclass(frozen=True)
class Design:
    """Which trials a diagram has, and what is done in each.

    Attributes:
        experiment: the grid, as in the configuration.
        label: the laws of A and of the network, or the digests of one's own (``model.laws``).
        network, matrix: of one's own, or None.
        seed: of the instances.
        step: a rule of ``steps`` or a number.
        max_iterations: of descent.
        method: ``descent``, another method's name or a function.
        settings: of another method.
    """

    experiment: Mapping[str, Any]
    label: str
    network: Network | None
    matrix: Array | None
    seed: int
    step: str | float
    max_iterations: int
    method: str | Method
    settings: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        *,
        network: str | Path | Network | Sequence[Array],
        sensing: str | Path | Array,
        trials: int,
        seed: int,
        step: str | float | None,
        max_iterations: int,
        method: str | Method,
        settings: Mapping[str, Any] | None,
        **grid: Any,
    ) -> "Design":
        """The design of a call, checked.

        Raises:
            ValueError: which argument, what was given and what is allowed.
        """
        own, network_law = _own_network(network)
        matrix, sensing_law = _own_matrix(sensing)
        if not isinstance(seed, Integral) or isinstance(seed, bool) or not 0 <= seed < 2**128:
            raise ValueError(f"seed is {seed!r}; it should be an integer from 0 to 2^128 - 1")
        if own is not None:
            given = [name for name in SHAPES if grid[name] is not None]
            if given:
                raise ValueError(f"{given[0]} is told by the network; leave it out")
            grid |= {"latent_dimension": own.shape[0], "widths": own.shape[1:]}
        if matrix is not None and grid["measurements"] is grid["measurement_ratio"] is None:
            grid["measurements"] = len(matrix)
        experiment = _experiment(grid, laws.named(sensing_law).word, _count("trials", trials))
        rule = step if step is not None else "2^d/d^2" if own is None else "curvature"
        design = cls(
            experiment=experiment,
            label=laws.label(sensing_law, network_law),
            network=own,
            matrix=matrix,
            seed=int(seed),
            step=rule,
            max_iterations=max_iterations,
            method=method,
            settings=dict(settings or {}),
        )
        design.check()
        return design

    def check(self) -> None:
        """Refuse, before anything is computed, what the trials would be refused for."""
        if self.settings and (self.method == DESCENT or callable(self.method)):
            raise ValueError("settings are for a method by its name; descent has step and others")
        sensing_law, network_law = laws.laws_of(self.label)
        for cell in self.cells:
            if min(*cell.shape, cell.measurements) < 1:
                raise ValueError("the grid rounds to a layer without neurons or to no measurement")
            fault = laws.rows_fault(sensing_law, cell.shape[-1], cell.measurements)
            fault = fault or laws.shape_fault(network_law, cell.shape)
            if self.matrix is not None:
                m, n = self.matrix.shape
                if n != cell.shape[-1] or cell.measurements > m:
                    fault = (
                        f"sensing has shape {self.matrix.shape}; needed are n_d = "
                        f"{cell.shape[-1]} columns and at least {cell.measurements} rows"
                    )
            if fault:
                raise ValueError(fault)
        if self.step not in steps.RULES:
            steps.require_rule(self.step)
        # Settings and methods say themselves what they do not take.
        Settings(1.0, True, self.max_iterations, 0.0)
        if not callable(self.method) and self.method != DESCENT:
            if not isinstance(self.method, str):
                raise MethodError(
                    f"method is {self.method!r}; it should be a name or a function "
                    "(problem, start) -> x"
                )
            try:
                method_of(self.method).settings_of(self.settings)
            except MethodError:
                raise
            except ValueError as error:
                raise ValueError(
                    f"settings of {self.method}: {' '.join(str(error).split())}"
                ) from None

    @property
    def descends(self) -> bool:
        """Whether this is descent by its settings here."""
        return self.method == DESCENT

    @property
    def proves(self) -> bool:
        """Whether outcomes are proved: by descent, and where there are linear pieces."""
        return self.descends and (self.network is None or self.network.last != "sigmoid")

    @cached_property
    def cells(self) -> list[Cell]:
        return [replace(cell, law=self.label) for cell in cells_of(self.experiment)]

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

    def identity(self) -> dict[str, Any]:
        """All that a trial's rows depend on, as JSON; how many trials there are does not count."""
        grid = {key: value for key, value in self.experiment.items() if key != "trials"}
        return {
            "grid": grid | {"sensing": self.label},
            "seed": str(self.seed),
            "method": self.method if isinstance(self.method, str) else _named(self.method),
            "settings": self.settings,
            "descent": [self.step, self.max_iterations] if self.descends else None,
        }


SHAPES = ("latent_dimension", "expansivity", "depth", "widths")


def _own_network(given: Any) -> tuple[Network | None, str]:
    """A network of one's own, or None, and the text of its law."""
    if isinstance(given, str) and not given.endswith(".npz"):
        law = laws.law_text(given)
        laws.density_of(laws.named(law), "network", laws.NETWORK_LAWS)
        return None, law
    if isinstance(given, str | Path):
        given = read_network(given)
    own = given if isinstance(given, Network) else Network(tuple(given))
    return own, laws.own_text(network_digest(own))


def _own_matrix(given: Any) -> tuple[Array | None, str]:
    """A sensing matrix of one's own, or None, and the text of its law."""
    if isinstance(given, str) and not given.endswith((".npz", ".npy")):
        law = laws.law_text(given)
        laws.density_of(laws.named(law), "sensing", laws.SENSING_LAWS)
        return None, law
    matrix = read_sensing(given) if isinstance(given, str | Path) else given
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or matrix.dtype.kind != "f":
        raise ValueError(
            "sensing should be the name of a law, a file or a matrix of floating-point numbers, "
            "shape (m, n_d)"
        )
    return matrix, laws.own_text(array_digest({"A": matrix}))


def _experiment(grid: Mapping[str, Any], sensing: str, trials: int) -> dict[str, Any]:
    """The grid as the configuration has it."""
    one: dict[str, Any] = {"trials": trials}
    one["sensing"] = sensing if sensing == "identity" else "gaussian"  # all that a grid asks
    if grid["latent_dimension"] is None:
        raise ValueError("give latent_dimension, k, or a network of your own")
    for name, check in (
        ("latent_dimension", _count),
        ("measurements", _count),
        ("expansivity", _positive),
        ("measurement_ratio", _positive),
    ):
        if grid[name] is not None:
            one[name] = _several(name, grid[name], check)
    if grid["depth"] is not None:
        one["depth"] = _count("depth", grid["depth"])
    if grid["widths"] is not None:
        one["widths"] = _several("widths", grid["widths"], _count, distinct=False)
    if one.keys() & {"depth", "expansivity", "widths"} not in (
        {"widths"},
        {"depth", "expansivity"},
    ):
        raise ValueError("give either widths, or both depth and expansivity")
    counted = one.keys() & {"measurements", "measurement_ratio"}
    if sensing == "identity" and counted:
        raise ValueError(
            "sensing 'identity' measures all n_d coordinates; give neither measurements nor "
            "measurement_ratio"
        )
    if sensing != "identity" and len(counted) != 1:
        raise ValueError("give either measurement_ratio (m/k) or measurements (m)")
    return one


def name_of(method: Any) -> str:
    """What a method is called."""
    if isinstance(method, str):
        return method
    return getattr(method, "__qualname__", type(method).__name__)


def _named(method: Method) -> str:
    """A method's name and the digest of its source, where it has one that can be read."""
    try:
        source = inspect.getsource(method)
    except (OSError, TypeError):
        return name_of(method)
    return f"{name_of(method)} {blake2b(source.encode(), digest_size=8).hexdigest()}"


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
