"""`import genprior` offers what its list says, fetched when it is asked for, and no job asks."""

import ast
import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import genprior
from genprior import dependencies
from genprior.dependencies import DependencyError, depends

ROOT = Path(__file__).parents[2]
FACE = ROOT / "src/genprior/__init__.py"
MODULES = ["diagram", "problems", "recovery", "steps"]


def test_importing_it_imports_nothing_else():
    program = "import sys, genprior; print([n for n in sys.modules if n.startswith('genprior.')])"
    program += "; print({'numpy', 'numba', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["[]", "set()"], done.stderr


def test_every_name_is_there_documented_and_told_to_type_checkers():
    for name in genprior.__all__:
        value = getattr(genprior, name)
        assert value is getattr(genprior, name)
        assert inspect.getdoc(value), name
        assert value.__module__.startswith("genprior."), name
    assert set(genprior.__all__) <= set(dir(genprior))
    (block,) = (node for node in ast.parse(FACE.read_text()).body if isinstance(node, ast.If))
    told = {alias.name: node.module for node in block.body for alias in getattr(node, "names", ())}
    fetched = {name: home for home, names in genprior._HOMES.items() for name in names}
    assert sorted(told) == genprior.__all__
    assert {name: module.removeprefix("genprior.") for name, module in told.items()} == fetched
    assert (FACE.parent / "py.typed").is_file()


def test_functions_are_typed():
    for name in genprior.__all__:
        value = getattr(genprior, name)
        if inspect.isfunction(value):
            signature = inspect.signature(value)
            assert signature.return_annotation is not inspect.Signature.empty, name
            for parameter in signature.parameters.values():
                assert parameter.annotation is not inspect.Parameter.empty, (name, parameter)


def test_no_name_hides_a_module():
    modules = {path.stem for path in FACE.parent.iterdir()}
    assert not modules & set(genprior.__all__)


def test_another_name_is_no_attribute():
    with pytest.raises(AttributeError, match="has no attribute 'recovery_of'"):
        genprior.recovery_of  # noqa: B018
    assert not hasattr(genprior, "api_")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"genprior.api.{name}")
    tried = doctest.testmod(module)
    assert tried.failed == 0
    examples = {"diagram": 2, "problems": 7, "recovery": 12, "steps": 4}
    assert tried.attempted >= examples[name]


def test_it_brings_no_job_another_dependency(monkeypatch):
    """Not the functions that it would fetch, nor what these import."""
    monkeypatch.chdir(ROOT)
    assert depends("src/genprior/__init__.py").files == ("src/genprior/__init__.py",)
    for script in sorted((ROOT / "workflow/scripts").glob("*.py")):
        files = depends(f"workflow/scripts/{script.name}").files
        assert "src/genprior/__init__.py" in files
        assert not [
            name for name in files if name.startswith(("src/genprior/api", "src/genprior/cli"))
        ]


@pytest.mark.parametrize(
    "text",
    [
        "from genprior import recover",
        "import genprior\ngenprior.recover",
        "import genprior as g\ng.recover",
    ],
)
def test_a_job_that_asks_it_for_a_name_is_refused(tmp_path, monkeypatch, text):
    package = tmp_path / "src/genprior"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(FACE.read_text())
    (package / "one.py").touch()
    (tmp_path / "script.py").write_text(f"from genprior import one\n{text}\n")
    (tmp_path / "other.py").write_text("import genprior\nimport genprior.one\ngenprior.__version__")
    monkeypatch.chdir(tmp_path)
    dependencies.depends.cache_clear()
    dependencies._direct.cache_clear()
    try:
        with pytest.raises(DependencyError, match=r"script\.py:\d: asks the public face"):
            depends("script.py")
        names = ("src/genprior/__init__.py", "src/genprior/one.py")
        assert depends("other.py").files == names
    finally:
        dependencies.depends.cache_clear()
        dependencies._direct.cache_clear()
