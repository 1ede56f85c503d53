"""Execute a notebook on the results of a run and write it as one HTML file."""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from genprior.tables import write_text

sys.stderr = open(snakemake.log[0], "w", buffering=1)

os.environ["GENPRIOR_RESULTS"] = str(Path(snakemake.input.ledger).parent.resolve())
notebook = nbformat.read(snakemake.input.notebook, as_version=4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
# Without addresses: the page asks the network for nothing.
exporter = HTMLExporter(
    embed_images=True,
    mathjax_url="",
    require_js_url="",
    jquery_url="",
    mermaid_js_url="",
    widget_renderer_url="",
    html_manager_semver_range="",
)
write_text(exporter.from_notebook_node(notebook)[0], snakemake.output.html)
