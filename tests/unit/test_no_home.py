"""Where nothing can be written, things work all the same, or one sentence says why not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import genprior

PROGRAM = """
from genprior.descent.kernels import evaluation, compiling
print(compiling._scratch())
"""


def test_kernels_are_imported_without_a_place_for_their_cache(tmp_path):
    """Files stand where folders would have to be made: so even root cannot write there."""
    package = tmp_path / "src/genprior"
    left_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(genprior.__file__).parent, package, ignore=left_out)
    (package / "descent/kernels/__pycache__").touch()
    (tmp_path / "home").touch()
    (tmp_path / "scratch").mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "XDG_"))}
    places = {"HOME": "home", "TMPDIR": "scratch", "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=kept | {name: str(tmp_path / place) for name, place in places.items()},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "scratch"))
    assert not list((tmp_path / "scratch").iterdir()), "it left something behind"
