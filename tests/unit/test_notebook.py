"""The script that makes a notebook's page, beside everything that a user can have lying about."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]

PICTURE = """
import os
import matplotlib
import matplotlib.pyplot as plt
plt.plot([0, 1])
plt.show()
print("results in", os.environ["GENPRIOR_RESULTS"], "with", matplotlib.rcParams["lines.linewidth"])
"""
RUN = """
import runpy, sys
from types import SimpleNamespace as Names
files = Names(notebook="picture.ipynb", ledger="results/claims.json")
job = Names(input=files, output=Names(html="page.html"), log=["log"])
runpy.run_path(sys.argv[1], init_globals={"snakemake": job})
"""


def test_a_page_is_made_by_this_python_with_its_pictures(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PICTURE)])
    nbformat.write(notebook, tmp_path / "picture.ipynb")
    (tmp_path / "results").mkdir()
    strange = {
        "matplotlibrc": "lines.linewidth: 9\n",
        "home/.config/matplotlib/matplotlibrc": "lines.linewidth: 9\n",
        "home/.ipython/profile_default/startup/0.py": "raise SystemExit('a stranger')",
        "home/.jupyter/jupyter_config.json": "no json",
        "home/.local/share/jupyter/kernels/python3/kernel.json": json.dumps(
            {"argv": ["/nowhere/python", "{connection_file}"], "display_name": "a stranger"}
        ),
        "home/.local/share/jupyter/nbconvert/templates/lab/index.html.j2": "a stranger's page",
        "startup.py": "raise SystemExit('a stranger')",
    }
    for name, text in strange.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    home = tmp_path / "home"
    user = {
        "HOME": str(home),
        "MPLBACKEND": "pdf",
        "MATPLOTLIBRC": str(tmp_path),
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_PATH": str(home / ".local/share/jupyter"),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "PYTHONSTARTUP": str(tmp_path / "startup.py"),
    }
    script = str(ROOT / "workflow/scripts/notebook.py")
    done = subprocess.run(
        [sys.executable, "-c", RUN, script],
        cwd=tmp_path,
        env=os.environ | user,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr + (tmp_path / "log").read_text()
    page = (tmp_path / "page.html").read_text()
    assert "data:image/png" in page
    assert f"results in {tmp_path / 'results'} with 1.5" in page
    assert "a stranger" not in page
