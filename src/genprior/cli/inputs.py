"""What the commands read: a problem in files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from genprior.api import steps
from genprior.cli.faults import Fault
from genprior.descent import Settings
from genprior.model import stored
from genprior.model.problem import Problem
from genprior.types import Array

Read = TypeVar("Read")


def given(read: Callable[..., Read], *arguments: Any) -> Read:
    """What a reader makes of what was given.

    Raises:
        Fault: where it refuses that.
    """
    try:
        return read(*arguments)
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise Fault(f"{name}{error.strerror or error}") from None
    except (ValueError, TypeError) as error:
        raise Fault(error) from None


def problem_of(chosen: Any) -> Problem:
    """The problem that --weights, --sensing and --measurements name."""
    network = given(stored.read_network, chosen.weights)
    sensing = None if chosen.sensing is None else given(stored.read_sensing, chosen.sensing)
    measurements = given(stored.read_vector, chosen.measurements, "y")
    return given(_fitting, chosen, network, sensing, measurements)


def _fitting(chosen: Any, network: Any, sensing: Array | None, measurements: Array) -> Problem:
    """The problem, or which of the files do not fit one another."""
    try:
        return Problem(network, sensing, measurements)
    except ValueError as error:
        other = "" if chosen.sensing is None else f", {chosen.sensing}"
        files = f"{chosen.weights}{other} and {chosen.measurements}"
        raise ValueError(f"{files} do not fit: {error}") from None


def code_of(problem: Problem, path: str | None, name: str = "x0") -> Array | None:
    """The code that a file holds, None without a file."""
    if path is None:
        return None
    code = given(stored.read_vector, path, name)
    k = problem.shape[0]
    if code.shape != (k,):
        raise Fault(f"{path}: {name} has shape {code.shape}; the network takes codes of ({k},)")
    if not code.any():
        raise Fault(f"{path}: {name} is 0; it should be nonzero")
    return code


def settings_of(problem: Problem, chosen: Any) -> Settings:
    """How to descend, by --step and --max-iterations."""
    try:
        rule: str | float = float(chosen.step)
    except ValueError:
        rule = chosen.step
    try:
        return steps.settings(problem, rule, max_iterations=chosen.max_iterations)
    except ValueError as error:
        raise Fault(f"--{str(error).replace('_', '-')}") from None


def plain(value: Any) -> Any:
    """A value as JSON has it: lists for arrays, null for what is no finite number."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value


def must_be_writable(path: str | None) -> None:
    """Refuse, before anything is computed, what cannot be a file."""
    if path is not None and Path(path).is_dir():
        raise Fault(f"{path}: is a folder; name a file")
    if path is not None and not Path(path).parent.is_dir():
        raise Fault(f"{path}: there is no folder {Path(path).parent}")
