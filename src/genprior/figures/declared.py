"""What a figure says of itself, read from its file without running it.

A figure is one file ``figure_<name>.py``, beside the style or in the folder of its family:

* ``TITLE``, ``CATEGORY``, ``CAPTION``: for the report;
* ``NEEDS``: what its tables are, by argument, as paths below ``results/<size>/``; one path or a
  list, whose tables come as one.  A path that ends with ``/`` stands for all tables in the folder;
* ``CLAIMS``: the claims that it bears on, whose entries (as in the ledger) come as the table
  ``claims``, by id;
* ``SETTINGS``: the keys of the configuration that it is given, dotted;
* ``draw(tables, settings)``: the figure.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path("src")
# Categories that come first, in this order.
FIRST = ("Phase transitions", "Scaling", "Published settings", "What becomes of a run", "Landscape")
NAMES = ("TITLE", "CATEGORY", "NEEDS", "CLAIMS", "SETTINGS", "CAPTION")


class DeclarationError(ValueError):
    """A figure that does not say what is needed; the message names file and line."""


def literals(path: Path, names: Sequence[str]) -> dict[str, Any]:
    """The values of these names, assigned at the top level of a file as plain literals.

    Raises:
        DeclarationError: if a name is missing or what it is assigned is not a literal.
    """
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text(), str(path)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in names:
                try:
                    found[name] = ast.literal_eval(node.value)
                except ValueError:
                    raise DeclarationError(
                        f"{path}:{node.lineno}: {name} must be a plain literal, for it is read "
                        "without running the file"
                    ) from None
    missing = [name for name in names if name not in found]
    if missing:
        raise DeclarationError(f"{path}:1: missing {', '.join(missing)}")
    return found


def paths_of(need: str | Sequence[str]) -> list[str]:
    """A need as a list of paths."""
    return [need] if isinstance(need, str) else list(need)


@dataclass(frozen=True)
class Declared:
    """A figure's declaration.

    Attributes:
        name: of the picture's files and of its rule.
        path: its file.
        title, category, caption: for the report.
        needs: paths by argument.
        claims: ids of the claims that it bears on.
        settings: dotted keys of the configuration.
    """

    name: str
    path: str
    title: str
    category: str
    caption: str
    needs: Mapping[str, list[str]]
    claims: Sequence[str]
    settings: Sequence[str]

    @property
    def module(self) -> str:
        """Its module, to import."""
        return ".".join(Path(self.path).relative_to(SOURCE).with_suffix("").parts)


def declared_in(path: Path) -> Declared:
    """The declaration in one file."""
    found = literals(path, NAMES)
    return Declared(
        name=path.stem.removeprefix("figure_"),
        path=str(path),
        title=found["TITLE"],
        category=found["CATEGORY"],
        caption=" ".join(found["CAPTION"].split()),
        needs={name: paths_of(need) for name, need in found["NEEDS"].items()},
        claims=found["CLAIMS"],
        settings=found["SETTINGS"],
    )


def all_declared() -> dict[str, Declared]:
    """Every figure of the package, by name, in the order of their categories.

    Raises:
        DeclarationError: for a file that declares too little, or two figures of one name.
    """
    found: dict[str, Declared] = {}
    for path in sorted(SOURCE.rglob("figure_*.py"), key=lambda path: (path.parts[2:-1], path.name)):
        figure = declared_in(path)
        if figure.name in found:
            raise DeclarationError(f"{path}:1: {found[figure.name].path} has the same name")
        found[figure.name] = figure
    categories = list(dict.fromkeys([*FIRST, *(figure.category for figure in found.values())]))
    order = sorted(found.values(), key=lambda figure: categories.index(figure.category))
    return {figure.name: figure for figure in order}


def main_figures(figures: Iterable[Declared]) -> dict[str, str]:
    """The figure of each claim that has one, the first that bears on it."""
    listed = [(claim, figure.name) for figure in figures for claim in figure.claims]
    return dict(reversed(listed))
