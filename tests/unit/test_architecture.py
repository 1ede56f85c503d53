"""Imports go down the layers, and no family of studies knows another."""

import ast
import subprocess
import sys
from pathlib import Path

from genprior.families import FAMILIES

ROOT = Path(__file__).parents[2]
LAYERS = [
    "report",
    "claims",
    "studies",
    "figures",
    "experiments",
    "statistics",
    "methods",
    "descent",
    "inference",
    "model",
    "types",
]
CONTRACTS = """
[importlinter]
root_package = genprior

[importlinter:contract:layers]
name = imports go down
type = layers
layers =
{layers}

[importlinter:contract:families]
name = families are independent
type = independence
modules =
{families}
"""


def lines(names):
    return "\n".join(f"    genprior.{name}" for name in names)


def test_layers_and_families(tmp_path):
    contracts = tmp_path / "contracts.ini"
    contracts.write_text(
        CONTRACTS.format(
            layers=lines(LAYERS),
            families=lines(f"studies.{family}" for family in FAMILIES),
        )
    )
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("lint-imports")),
            "--no-cache",
            "--config",
            str(contracts),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_is_in_a_layer():
    """Or it is one of the few that stand beside them: what is read while a run is planned."""
    beside = {"configuration", "dependencies", "export", "families", "frames"}
    beside |= {"files", "job", "machine", "progress", "provenance", "tables"}
    rooms = {path.stem for path in (ROOT / "src/genprior").iterdir() if path.stem != "__init__"}
    rooms -= {"__pycache__", "py"}
    assert rooms == {*LAYERS, *beside}


def test_every_family_s_folder_is_named():
    folders = {path.parent.name for path in (ROOT / "src/genprior/studies").glob("*/plan.py")}
    assert folders == set(FAMILIES)


def test_nothing_inside_imports_the_public_face():
    """``genprior/__init__.py`` stands in what every job depends on, so it must stay bare."""
    for path in sorted((ROOT / "src/genprior").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert "genprior" not in [alias.name for alias in node.names], path
            if isinstance(node, ast.ImportFrom):
                assert node.module != "genprior", path
