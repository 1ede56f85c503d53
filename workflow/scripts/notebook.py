"""Execute a notebook on the results of a run and write it as one HTML file."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from genprior.job import log_to
from genprior.tables import write_text

log_to(snakemake.log[0])
os.dup2(sys.stderr.fileno(), 2)  # what kernels say goes there too

# Nothing of a user's: no settings, start-up files, kernels or templates, no matplotlibrc from the
# folder in which this runs. Kernels are started in a folder that is empty and goes away with them.
for name in list(os.environ):
    if name.startswith(("IPYTHON", "JUPYTER", "MATPLOTLIB", "MPLBACKEND", "PYTHONSTARTUP")):
        del os.environ[name]
empty = TemporaryDirectory()
os.environ |= {
    "GENPRIOR_RESULTS": str(Path(snakemake.input.ledger).parent.resolve()),
    "IPYTHONDIR": empty.name,
    "JUPYTER_NO_CONFIG": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "MATPLOTLIBRC": matplotlib.get_data_path(),
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
os.environ |= {f"JUPYTER_{place}_DIR": empty.name for place in ("CONFIG", "DATA", "RUNTIME")}

notebook = nbformat.read(snakemake.input.notebook, as_version=4)
where = {"metadata": {"path": empty.name}}
NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()
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
