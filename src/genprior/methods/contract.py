"""What every method of recovery is: one function, its settings, the problems that it is for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from types import ModuleType
from typing import Any

import numpy as np

from genprior.model.networks import UnsupportedNetwork
from genprior.model.problem import Problem
from genprior.types import Array

DIVERGED = "diverged"  # the one stop after which x may be no finite number
ARGUMENTS = "problem, start, tie_direction, settings, stream"


class NotApplicable(ValueError):
    """A method was given a problem that it is not for; one line that says which it is for."""


class MethodError(ValueError):
    """What is named as a method is none, or it did not return what a method returns."""


@dataclass(frozen=True)
class Found:
    """What a method returns.

    Attributes:
        x: the latent code that it found, shape (k,).
        iterations: steps taken, or layers or systems solved; at least 0.
        stop: in a word, why it ended.  ``cap`` where more iterations could change it, ``diverged``
            where x is no longer finite or has run away.
        loss: f(x), or None where the method does not know it.
        gradient_norm: ||v(x)||, the same.
        negations: how often it replaced x by -x.
    """

    x: Array
    iterations: int = 1
    stop: str = "done"
    loss: float | None = None
    gradient_norm: float | None = None
    negations: int = 0


Recover = Callable[[Problem, Array, Array, Any, np.random.Generator], Found | Array]


def _any(problem: Problem) -> None:
    """The class of all problems."""


@dataclass(frozen=True)
class Method:
    """A method as experiments take it.

    Attributes:
        name: its name in a configuration.
        recover: problem, start (k,), tie_direction (k,), settings and a random stream of the
            trial's own to what it found: a ``Found``, or x alone, shape (k,).
        require: raises ``NotApplicable`` for a problem that the method is not for.
        settings: makes settings from keys; None where the keys themselves are handed on.
        descends: whether it is gradient descent with the experiment's own settings of descent, so
            that its limit can be proved from where it ended.
    """

    name: str
    recover: Recover
    require: Callable[[Problem], None] = _any
    settings: Callable[..., Any] | None = None
    descends: bool = False

    def settings_of(self, given: Mapping[str, Any]) -> Any:
        """Settings from the keys of a configuration."""
        return dict(given) if self.settings is None else self.settings(**given)

    def run(
        self,
        problem: Problem,
        start: Array,
        tie_direction: Array,
        settings: Any,
        stream: np.random.Generator,
    ) -> Found:
        """What the method finds, looked at.

        Raises:
            NotApplicable: where the method is not for this problem.
            MethodError: where it returns anything else than a code, or an x that is not finite
                without saying that it diverged.
        """
        self.require(problem)
        try:
            answer = self.recover(problem, start, tie_direction, settings, stream)
        except UnsupportedNetwork as error:  # by something that the method is made of
            raise NotApplicable(f"{self.name}: {error}") from error
        return _looked_at(answer, problem.shape[0], self.name)


def method_in(module: ModuleType, function: str = "recover", name: str = "") -> Method:
    """The method that a module has, or that a function of it is.

    Raises:
        MethodError: where there is no such function, or it does not take the five arguments.
    """
    name = name or getattr(module, "NAME", f"{module.__name__}:{function}")
    recover = getattr(module, function, None)
    if not callable(recover):
        what = f"no {function}" if recover is None else f"a {function} that is no function"
        raise MethodError(f"module {module.__name__} has {what}")
    require_signature(recover)
    return Method(
        name=name,
        recover=recover,
        require=getattr(module, "require", _any),
        settings=getattr(module, "Settings", None),
        descends=getattr(module, "DESCENDS", False) and module.__name__.startswith("genprior."),
    )


def require_signature(recover: Callable[..., Any]) -> None:
    """Refuse a function that does not take the five arguments.

    Raises:
        MethodError: with what it takes.
    """
    try:
        takes = signature(recover)
    except ValueError:  # compiled code without one
        return
    try:
        takes.bind(*ARGUMENTS.split(", "))
    except TypeError as error:
        name = getattr(recover, "__name__", "the method")
        raise MethodError(f"{name}{takes} should take ({ARGUMENTS})") from error


def _looked_at(answer: Any, k: int, name: str) -> Found:
    found = answer if isinstance(answer, Found) else Found(answer)
    if not isinstance(found.x, np.ndarray) or found.x.dtype.kind not in "fiu":
        what = "a Found with x" if isinstance(answer, Found) else "something"
        raise MethodError(
            f"method {name} returned {what} of type {type(found.x).__name__}; it should return a "
            f"Found, or an array of real numbers of shape ({k},)"
        )
    x = np.asarray(found.x, dtype=np.float64)
    if x.shape != (k,):
        raise MethodError(f"method {name} returned x of shape {x.shape}; it should be ({k},)")
    if found.stop != DIVERGED and not np.isfinite(x).all():
        at = int(np.flatnonzero(~np.isfinite(x))[0])
        raise MethodError(
            f"method {name} returned x with the value {x[at]} at [{at}]; a method whose x is not "
            f"finite should say so with stop {DIVERGED!r}"
        )
    return found if x is found.x else Found(**{**vars(found), "x": x})
