"""What a job is said to depend on is what Python imports when the job runs."""

import ast
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from genprior import dependencies
from genprior.dependencies import DependencyError, depends
from genprior.families import FAMILIES
from genprior.figures.declared import all_declared

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow/scripts"
GENERIC = {"study", "summary", "estimates", "figure"}  # scripts that import what their rule names

# Run in a process of its own, which imports other people's packages once and forks for each job:
# the import statements of the job's files, then what they brought in of ours.
REAL = """
import ast, json, os, sys
from pathlib import Path

import matplotlib.pyplot, numba, pandas, pyarrow.parquet, scipy.stats, seaborn, statsmodels.api

for names in json.loads(sys.stdin.read()):
    if os.fork():
        if os.wait()[1]:
            sys.exit(f"{names}: cannot be imported")
        continue
    for name in names:
        path = Path(name)
        if path.parts[0] == "src":
            __import__(".".join(path.with_suffix("").parts[1:]).removesuffix(".__init__"))
            continue
        tree = ast.parse(path.read_text())
        tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        exec(compile(tree, name, "exec"))
    files = [
        module.__file__
        for name, module in list(sys.modules.items())
        if name.split(".")[0] == "genprior" and getattr(module, "__file__", None)
    ]
    print(json.dumps(sorted(str(Path(file).relative_to(Path.cwd())) for file in files)), flush=True)
    os._exit(0)
"""


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def jobs():
    """Every kind of job: a script and what its rule adds to it."""
    for script in sorted(SCRIPTS.glob("*.py")):
        if script.stem not in GENERIC:
            yield script.stem, ()
    yield "estimates", ("src/genprior/experiments/measures.py",)
    for family in FAMILIES:
        folder = Path("src/genprior/studies") / family
        yield "summary", (str(folder / "summary.py"),)
        yield "estimates", (str(folder / "measures.py"),)
        for module in sorted((ROOT / folder).glob("*.py")):
            if any(
                isinstance(node, ast.FunctionDef) and node.name == "rows"
                for node in ast.parse(module.read_text()).body
            ):
                yield "study", (str(folder / module.name),)
    for figure in map(str, sorted((ROOT / "src/genprior").rglob("figure_*.py"))):
        yield "figure", (str(Path(figure).relative_to(ROOT)),)


def test_dependencies_are_the_real_imports():
    """For every script, every module of rows, every summary and every figure."""
    entries = [(f"workflow/scripts/{script}.py", *modules) for script, modules in jobs()]
    done = subprocess.run(
        [sys.executable, "-c", REAL],
        input=json.dumps(entries),
        env=os.environ | {"PYTHONPATH": "src", "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    real = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(real) == len(entries) > 50
    for names, files in zip(entries, real, strict=True):
        assert [name for name in depends(*names).files if name.endswith(".py")] == files, names


def test_software_is_what_the_files_import_at_the_versions_that_are_installed():
    software = depends("workflow/scripts/recoveries.py").software
    assert software["numpy"] == version("numpy") and software["numba"] == version("numba")
    assert "genprior" not in software and "json" not in software


def test_a_figure_does_not_depend_on_the_engines():
    figures = [figure.path for figure in all_declared().values()]
    for figure in figures:
        files = depends("workflow/scripts/figure.py", figure).files
        assert not [path for path in files if "/descent/kernels/" in path], figure


def test_package_data_counts():
    assert "src/genprior/report/page.html.j2" in depends("workflow/scripts/report.py").files


def test_code_cells_of_a_notebook_count():
    files = depends("notebooks/2_transition.ipynb").files
    assert "src/genprior/model/instances.py" in files


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from . import other", "relative import"),
        ("from importlib import import_module\nimport_module('genprior.a')", "import_module()"),
        ("x = __import__('genprior.a')", "__import__()"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_file_and_line(tmp_path, monkeypatch, text, told):
    package = tmp_path / "src/genprior"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "one.py").write_text("import numpy\n" + text)
    (tmp_path / "script.py").write_text("from genprior import one")
    monkeypatch.chdir(tmp_path)
    dependencies.depends.cache_clear()
    dependencies._direct.cache_clear()
    with pytest.raises(DependencyError) as error:
        depends("script.py")
    assert told in str(error.value)
    assert f"src/genprior/one.py:{text.count(chr(10)) + 2}" in str(error.value)
    dependencies.depends.cache_clear()
    dependencies._direct.cache_clear()


def test_what_stands_under_type_checking_never_runs(tmp_path, monkeypatch):
    package = tmp_path / "src/genprior"
    package.mkdir(parents=True)
    for name in ("__init__", "a", "b"):
        (package / f"{name}.py").touch()
    (tmp_path / "script.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import genprior.a\n"
        "else:\n    import genprior.b\n"
    )
    monkeypatch.chdir(tmp_path)
    dependencies.depends.cache_clear()
    dependencies._direct.cache_clear()
    assert depends("script.py").files == ("src/genprior/__init__.py", "src/genprior/b.py")
    dependencies.depends.cache_clear()
    dependencies._direct.cache_clear()
