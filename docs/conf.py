"""How Sphinx writes the pages of documentation.

`make docs` puts them into pages/, with those of the package in pages/api. Nothing is fetched when
they are read.
"""

import re
import warnings
from pathlib import Path

import pdoc

from genprior.report.site import modules

project = "genprior"
author = "The genprior authors"
project_copyright = author
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "genprior"
html_copy_source = html_show_sourcelink = False
html_baseurl = ""

# A link from a page to a file that is none, and one to the pages of the package.
OUTSIDE = re.compile(r"\[([^]]*)\]\(\.\./([^)#]+)[^)]*\)")
PACKAGE = re.compile(r"\[([^]]*)\]\((api/[^)]*)\)")


def setup(app):
    """What Sphinx asks on the way."""
    app.connect("source-read", _links)
    app.connect("build-finished", _package)


def _links(app, name: str, source: list[str]) -> None:
    """Files of the checkout by their name; the package's pages, which are written afterwards, as
    HTML that nobody looks at."""
    text = OUTSIDE.sub(lambda found: f"{found[1]} (`{found[2]}`)", source[0])
    source[0] = PACKAGE.sub(r'<a href="\2">\1</a>', text)


def _package(app, error: Exception | None) -> None:
    """The pages of the package beside the others."""
    if error is None:
        warnings.simplefilter("ignore")  # of names that pdoc cannot follow
        pdoc.render.configure(docformat="google")
        pdoc.pdoc(*modules(), output_directory=Path(app.outdir) / "api")
