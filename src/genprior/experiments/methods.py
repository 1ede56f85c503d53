"""The key ``method`` of an experiment: a name, or a mapping with a name and the method's settings.

A method's file is imported only where an experiment names it, so that planning stays quick.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, Field, ValidationError

from genprior.configuration.pieces import Disagreement, Fault
from genprior.configuration.words import allowed, shown
from genprior.methods.contract import Method, MethodError, NotApplicable
from genprior.methods.registry import ALLOWED, DESCENTS, method_of, place_of
from genprior.model.problem import Problem

Chosen = Mapping[str, Any]


def split(given: str | Chosen) -> tuple[Any, dict[str, Any]]:
    """The name of a method as given, and the settings given with it."""
    if isinstance(given, str):
        return given, {}
    rest = dict(given)
    return rest.pop("name", None), rest


def setting_faults(method: Method, given: Chosen) -> Iterator[Fault]:
    """What is wrong with settings, by key."""
    try:
        method.settings_of(given)
    except ValidationError as error:
        schema = method.settings.model_json_schema()
        keys = schema.get("properties", {})
        for one in error.errors():
            key = str(one["loc"][0]) if one["loc"] else ""
            if one["type"] == "extra_forbidden":
                known = ", ".join(sorted(keys)) or "none"
                yield key, f"unknown key; allowed here: name, {known}"
            elif one["type"] == "missing":
                yield key, "missing key"
            elif key in keys and one["type"] != "value_error":
                yield key, f"given {shown(given[key])}; allowed: {allowed(keys[key])}"
            else:
                yield key, " ".join(one["msg"].split())
    except Exception as error:  # whatever settings of someone's own may raise
        yield "", " ".join(f"{type(error).__name__}: {error}".split())


def _known(given: Any) -> Any:
    name, settings = split(given)
    if not isinstance(name, str):
        raise Disagreement([("name", f"given {shown(name)}; allowed: {ALLOWED}")])
    if name in DESCENTS and settings:
        told = "the settings of descent stand under the experiment's key descent"
        raise Disagreement([(str(key), told) for key in settings])
    if name in DESCENTS:
        return given
    try:
        method = method_of(name)
    except MethodError as error:
        key = "" if isinstance(given, str) else "name"
        raise Disagreement([(key, str(error))]) from None
    odd = [key for key in settings if not isinstance(key, str)]
    faults = [("", f"key {shown(key)}; allowed: text") for key in odd]
    if faults := faults or list(dict.fromkeys(setting_faults(method, settings))):
        raise Disagreement(faults)
    return given


Choice = Annotated[
    str | dict[Any, Any],
    Field(
        description="What recovers the codes, `descent` without this key: the name of a method, or "
        "a mapping with `name` and the method's settings; docs/methods.md has them all. One's own "
        "is a function by its import path, package.module:function."
    ),
    AfterValidator(_known),
]


def written_out(given: str | Chosen | None) -> dict[str, Any] | None:
    """A valid choice with all settings filled in; None for descent, which needs no word."""
    name, settings = (None, {}) if given is None else split(given)
    if name is None or name == "descent":
        return None
    if name in DESCENTS:
        return {"name": name}
    made = method_of(name).settings_of(settings)
    return {"name": name} | (made.model_dump() if hasattr(made, "model_dump") else settings)


def choice_faults(given: str | Chosen, inversion: bool, own_descent: bool) -> Iterator[Fault]:
    """What is wrong with a valid choice in its experiment.

    Args:
        given: the choice.
        inversion: whether A = I in the experiment.
        own_descent: whether the experiment has the key ``descent``.
    """
    name, _ = split(given)
    if name in DESCENTS:
        return
    if own_descent:
        yield "descent", f"the method is {name}, which takes none of these settings; remove it"
    try:
        method_of(name).require(_smallest(inversion))
    except NotApplicable as error:
        yield "method", str(error)


def _smallest(inversion: bool) -> Problem:
    """A problem of one neuron, with a sensing matrix or without one."""
    one = np.ones((1, 1))
    return Problem((one,), None if inversion else one, np.ones(1))


def job_method(chosen: Chosen | None) -> dict[str, Any]:
    """What a job is told of a choice that is written out: how to find the method, its settings."""
    if chosen is None:
        return {}
    name, settings = split(chosen)
    module, function = place_of(name)
    told = {"name": name, "module": module, "function": function}
    return {"method": told if name in DESCENTS else told | {"settings": settings}}


def descends(chosen: Chosen | None) -> bool:
    """Whether a choice is gradient descent, whose settings are the key ``descent``."""
    return chosen is None or split(chosen)[0] in DESCENTS
