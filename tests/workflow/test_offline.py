"""A figure from nothing to its file in a network of its own, which reaches nowhere."""

import shutil
import socket
import subprocess
import sys

import pytest
from clones import Clone, make_clone

FIGURE = "results/smoke/figures/stochastic.pdf"
ALONE = ["unshare", "--map-root-user", "--net"]


@pytest.fixture
def alone():
    """The words before a command that cut it off, proved by a server that it does not reach."""
    if (
        not shutil.which(ALONE[0])
        or subprocess.run([*ALONE, "true"], capture_output=True).returncode
    ):
        pytest.skip("needs unshare and the right to make a network of one's own")
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = (
            f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        )
        command = [sys.executable, "-c", call]
        assert subprocess.run(command).returncode == 0
        assert subprocess.run([*ALONE, *command], capture_output=True).returncode != 0
    return ALONE


def test_a_figure_needs_no_network(alone, tmp_path):
    clone = Clone(make_clone(tmp_path / "clone"), targets=[FIGURE])
    done = subprocess.run(
        [*alone, sys.executable, "-E", "-s", "workflow/run.py", *clone.command(cores=1)[1:]],
        cwd=clone.path,
        env=clone.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-6000:]
    assert (clone.path / FIGURE).stat().st_size > 0
