"""All methods of recovery by name, and anyone's own by import path.

Read where a method is named: in a configuration, on the command line.  No job imports it.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from genprior.methods.contract import Method, MethodError, method_in, require_signature

METHODS = {
    "descent": "genprior.methods.descent",
    "descent-to-proof": "genprior.methods.descent_to_proof",
    "descent-by-rows": "genprior.methods.descent_by_rows",
    "adam": "genprior.methods.adam",
    "l_inf": "genprior.methods.l_inf",
    "l_1": "genprior.methods.l_1",
    "least-squares": "genprior.methods.least_squares",
    "transpose": "genprior.methods.transpose",
    "plugin": "genprior.methods.plugin",
}
# Gradient descent, whose settings are the configuration's key ``descent``.
DESCENTS = ("descent", "descent-to-proof")
ALLOWED = f"one of {', '.join(METHODS)}, or a function of your own as package.module:function"


def place_of(name: str) -> tuple[str, str]:
    """The module and the function that a name stands for.

    Raises:
        MethodError: for a name that is neither a method's nor an import path.
    """
    if name in METHODS:
        return METHODS[name], "recover"
    module, colon, function = name.partition(":")
    parts = [*module.split("."), function]
    if not colon or not all(part.isidentifier() for part in parts):
        raise MethodError(f"given {name!r}; allowed: {ALLOWED}")
    return module, function


def method_of(name: str | Callable[..., Any]) -> Method:
    """A method by its name, by the import path of a function, or from the function itself.

    A module of one's own is looked for where Python looks for modules, and then in the folder in
    which the program runs.

    Raises:
        MethodError: in one line, where there is no such method or it is none.
    """
    if callable(name):
        require_signature(name)
        return Method(getattr(name, "__name__", type(name).__name__), name)
    module, function = place_of(name)
    if name not in METHODS:
        look_here()
    try:
        there = import_module(module)
    except Exception as error:  # whatever a file of someone's own may raise
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise MethodError(f"given {name!r}; {module} cannot be imported, {why}") from error
    try:
        return method_in(there, function, name)
    except MethodError as error:
        raise MethodError(f"given {name!r}; {error}") from error


def file_of(name: str) -> str:
    """The file of a method, below the folder in which the program runs where it lies there.

    Raises:
        MethodError: where there is none.
    """
    module, _ = place_of(name)
    if name not in METHODS:
        look_here()
    found = find_spec(module)
    if found is None or not found.origin:
        raise MethodError(f"given {name!r}; module {module} has no file")
    path = Path(found.origin)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def look_here() -> None:
    """Have Python look for modules in this folder too, after all other places."""
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
