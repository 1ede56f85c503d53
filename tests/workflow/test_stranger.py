"""A run on a stranger's machine: nothing of the user's changes what it makes."""

import os
import subprocess
from dataclasses import replace

import pytest
from clones import ROOT, Clone, make_clone

FIGURE = "results/smoke/figures/landscape_contours"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stranger") / "clone"
    return Clone(make_clone(folder), targets=[f"{FIGURE}.png"])


def strange(folder):
    """The variables and files of a user with settings for everything, and no home."""
    for module in ("numpy", "genprior", "sitecustomize"):
        (folder / f"{module}.py").write_text("raise SystemExit('a stranger')")
    (folder / "bash").write_text(f"touch '{folder}/was read'\n")
    (folder / "matplotlibrc").write_text("text.usetex: True\n")
    return {
        "BASH_ENV": str(folder / "bash"),
        "HOME": os.devnull,
        "LC_ALL": "tr_TR.UTF-8",
        "MATPLOTLIBRC": str(folder),
        "MPLBACKEND": "TkAgg",
        "NUMBA_CACHE_DIR": os.devnull,
        "NUMBA_DISABLE_JIT": "1",
        "OMP_NUM_THREADS": "7",
        "PYTHONHOME": "/nowhere",
        "PYTHONPATH": str(folder),
        "SNAKEMAKE_DRY_RUN": "true",
        "SNAKEMAKE_PROFILE": "nowhere",
        "TZ": "Asia/Kathmandu",
        "XDG_CACHE_HOME": os.devnull,
        "XDG_CONFIG_HOME": str(folder),
    }


class Strangers(Clone):
    """A clone whose runs are started with what a user has."""

    @property
    def environment(self):
        return super().environment | strange(self.path.parent)


def test_a_figure_is_the_same_bytes_for_every_user(smoke, clone):
    (clone.path / "matplotlibrc").write_text("savefig.dpi: 30\n")
    mask = os.umask(0o077)
    try:
        Strangers(clone.path, targets=clone.targets).run()
    finally:
        os.umask(mask)
        (clone.path / "matplotlibrc").unlink()
    for ending in ("pdf", "png"):
        figure = f"{FIGURE}.{ending}"
        assert (clone.path / figure).read_bytes() == (smoke.path / figure).read_bytes()
    assert not (clone.path.parent / "was read").exists()
    assert not replace(clone, targets=[]).summary()[f"{FIGURE}.png"].pending


def test_another_checkout_s_package_is_refused(clone):
    done = subprocess.run(
        clone.command("-n"),
        cwd=clone.path,
        env=clone.environment | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert f"genprior comes from {ROOT / 'src/genprior'}, not from this checkout" in done.stderr
