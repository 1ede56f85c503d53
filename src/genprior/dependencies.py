"""What a job depends on: every file of the package that its script comes to import.

Snakemake follows no imports, so rules give these files as inputs, and the versions of the other
packages that they import as a parameter.  Nothing is imported here; sources are read.  What the
reading cannot follow inside the package, relative and dynamic imports, is refused.
"""

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

PACKAGE = "genprior"
SOURCE = Path("src")  # below the folder in which the workflow runs
# The public face. It fetches a name when a user asks for it, and a job must not ask.
FACADE = SOURCE / PACKAGE / "__init__.py"
# Packages whose distribution has another name.
DISTRIBUTIONS = {"yaml": "pyyaml", "mpl_toolkits": "matplotlib"}
DYNAMIC = {"import_module", "__import__", "exec", "eval"}


class DependencyError(ValueError):
    """An import that cannot be followed; the message names file and line."""


@dataclass(frozen=True)
class Dependencies:
    """What running some files depends on.

    Attributes:
        files: the package's files that they import, directly or through others, sorted.
        software: the versions of the other packages that all of these import, by name.
    """

    files: tuple[str, ...]
    software: dict[str, str]


def _file_of(module: str) -> Path | None:
    """The package's file of a module, or None for a name that is no module."""
    path = SOURCE.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def _code(path: Path) -> str:
    """What a file has Python run."""
    text = path.read_text()
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return text


def _statements(code: ast.AST) -> Iterator[ast.AST]:
    """Every statement, at any depth, but what stands under TYPE_CHECKING and so never runs."""
    waiting = [code]
    while waiting:
        node = waiting.pop()
        yield node
        never = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for block in ("orelse", "finalbody", "handlers", "cases", *([] if never else ["body"])):
            inside = getattr(node, block, [])
            waiting += inside if isinstance(inside, list) else []


def _imported(path: Path, node: ast.AST) -> set[str]:
    """The names that one node may import."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        if node.level:
            raise DependencyError(f"{path}:{node.lineno}: relative import; name the whole module")
        return {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return set()


def _refuse_dynamic(path: Path, node: ast.AST) -> None:
    if isinstance(node, ast.Call) and SOURCE in path.parents:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in DYNAMIC:
            raise DependencyError(
                f"{path}:{node.lineno}: {name}() imports what cannot be read from the source; a "
                "job must not come to import this file"
            )


def _without_fetching(code: ast.Module) -> ast.Module:
    """The public face as it runs when it is imported alone."""
    code.body = [node for node in code.body if getattr(node, "name", None) != "__getattr__"]
    return code


def _refuse_fetching(path: Path, node: ast.AST) -> None:
    """Refuse a name of the public face: what it would bring in cannot be read from here."""
    asked: list[str] = []
    if isinstance(node, ast.Import):
        asked = [alias.name for alias in node.names if alias.name == PACKAGE and alias.asname]
    elif isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
        asked = [alias.name for alias in node.names if _file_of(f"{PACKAGE}.{alias.name}") is None]
    elif isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == PACKAGE:
        there = node.attr.startswith("__") or _file_of(f"{PACKAGE}.{node.attr}")
        asked = [] if there else [node.attr]
    if asked:
        raise DependencyError(
            f"{path}:{node.lineno}: asks the public face of {PACKAGE} for {asked[0]}; a job "
            "imports the module that has it, by its whole name"
        )


def _data(path: Path, node: ast.AST) -> set[Path]:
    """Files of the package that a module reads: Path(__file__).with_name("page.html.j2")."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "with_name"
        and ast.unparse(node.func.value) == "Path(__file__)"
    ):
        return {path.with_name(ast.literal_eval(node.args[0]))}
    return set()


@cache
def _direct(path: Path) -> tuple[frozenset[Path], frozenset[str]]:
    """The package's files that one file names, and the other packages."""
    if path.suffix not in {".py", ".ipynb"}:
        return frozenset(), frozenset()
    text = _code(path)
    code = ast.parse(text, str(path))
    if path == FACADE:
        code = _without_fetching(code)
    for node in ast.walk(code) if PACKAGE in text else ():
        _refuse_fetching(path, node)
    names = {name for node in _statements(code) for name in _imported(path, node)}
    files: set[Path] = set()
    if any(f"{word}(" in text for word in (*DYNAMIC, "with_name")):
        for node in ast.walk(code):
            _refuse_dynamic(path, node)
            files |= _data(path, node)
    # Importing a.b.c runs a and a.b first.
    parts = [name.split(".") for name in names]
    modules = {".".join(part[:n]) for part in parts for n in range(1, len(part) + 1)}
    files |= {
        file
        for name in modules
        if name.split(".")[0] == PACKAGE and (file := _file_of(name)) is not None
    }
    return frozenset(files), frozenset(part[0] for part in parts) - {PACKAGE}


@cache
def _version(package: str) -> str | None:
    """The version of an importable package, None for Python's own."""
    if package in sys.stdlib_module_names:
        return None
    try:
        return version(DISTRIBUTIONS.get(package, package))
    except PackageNotFoundError:
        names = packages_distributions().get(package)  # slow: it reads every distribution's files
        return version(names[0]) if names else None


@cache
def depends(*entries: str) -> Dependencies:
    """What running some scripts, modules or notebooks depends on, themselves left out.

    Args:
        entries: paths below the folder in which the workflow runs.

    Raises:
        DependencyError: for an import that cannot be followed.
    """
    given = {Path(entry) for entry in entries}
    scripts = {path for path in given if SOURCE not in path.parents}
    seen: set[Path] = set()
    tops: set[str] = set()
    # Importing a module runs the packages that it is in.
    packages = {parent / "__init__.py" for path in given - scripts for parent in path.parents}
    waiting = [*given, *(path for path in packages if path.is_file())]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            files, names = _direct(path)
            waiting += files
            tops |= names
    return Dependencies(
        files=tuple(sorted(map(str, seen - scripts))),
        software={top: found for top in sorted(tops) if (found := _version(top)) is not None},
    )
