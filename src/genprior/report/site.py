"""A folder that any web server shows as it is, GitHub Pages too."""

import shutil
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from importlib.util import find_spec
from os.path import normpath
from pathlib import Path
from pkgutil import iter_modules

INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={page}">
<title>Recovering signals with deep generative priors</title>
</head>
<body>
<p><a href="{page}">Findings, verdicts and figures</a>,
<a href="api/genprior.html">the package</a></p>
</body>
</html>
"""


class Links(HTMLParser):
    """The relative links of a page, without their fragments."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        target = (dict(attributes).get("href") or "").split("#")[0] if tag == "a" else ""
        if target and ":" not in target:
            self.found.append(target)


def linked_files(page: Path, root: Path) -> list[Path]:
    """The files that a page links to, below a root.

    Args:
        page: below the root.
        root: of the checkout.

    Raises:
        FileNotFoundError: for a link that leads to no file below the root.
    """
    found = []
    for target in dict.fromkeys(Links((root / page).read_text()).found):
        path = Path(normpath(page.parent / target))  # by name: results may lie on another disk
        if path.parts[0] == ".." or not (root / path).is_file():
            raise FileNotFoundError(f"{page} links to {target}, which is not there")
        found.append(path)
    return found


def modules(package: str = "genprior") -> list[str]:
    """The package and what lies in it, for pages of which its public names alone would have one."""
    (folder,) = find_spec(package).submodule_search_locations
    names = sorted(module.name for module in iter_modules([folder]))
    return [package, *(f"{package}.{name}" for name in names)]


def write_site(folder: Path, page: str, beside: Iterable[str], root: Path = Path()) -> None:
    """Copy a page, what it links to and what stands beside it, each to the place that it has.

    Links are relative, so they lead in the folder where they lead in the checkout.

    Args:
        folder: to write, new.
        page: the first page.
        beside: other files.
        root: of the checkout; page and files are below it.
    """
    files = [Path(page), *linked_files(Path(page), root), *map(Path, beside)]
    for path in dict.fromkeys(files):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)
    (folder / "index.html").write_text(INDEX.format(page=escape(page)))
    (folder / ".nojekyll").touch()  # or GitHub Pages leaves out what begins with an underscore
