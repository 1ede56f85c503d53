"""Runs that are killed, cut up differently or given a wrong configuration."""

import os
import signal
import subprocess
import time

import pytest
from conftest import assert_same_tables, tables


@pytest.fixture
def uninterrupted(tiny):
    clone = tiny("uninterrupted")
    clone.run()
    return tables(clone)


def test_tables_depend_on_no_cores_no_chunks_and_no_killed_run(tiny, uninterrupted):
    """Three runs against one; together, because a run costs many seconds."""
    other = tiny("one core, two trials a job", trials_per_job=2)
    other.run(cores=1)
    assert len(list(other.path.rglob("*.t002-002.parquet"))) >= 10, "nothing was cut up"
    assert_same_tables(tables(other), uninterrupted)


@pytest.mark.parametrize("victims", ["snakemake", "everything"])
def test_after_kill_9_the_next_run_finishes_by_itself(tiny, uninterrupted, victims):
    clone = tiny("killed")
    process = clone.start()
    wait_for(lambda: list((clone.path / "results").rglob("recoveries/*/*.parquet")))
    if victims == "everything":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    process.stdout.close()
    assert list((clone.path / ".snakemake/locks").iterdir()), "it ended before it was killed"
    kept = clone.files("results")
    left = [target for target in clone.targets if not (clone.path / target).exists()]
    assert left, "it had finished before it was killed"

    said = clone.run()
    assert "removed the lock of a killed run" in said
    assert_same_tables(tables(clone), uninterrupted)
    # What a job had finished, metadata and all, is not computed again.
    again = clone.files("results")
    assert any(again[name] == written for name, written in kept.items())
    assert not clone.pending()


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_wrong_configuration_is_one_message_and_touches_nothing(tiny):
    clone = tiny("misconfigured", seed=-1)
    before = clone.files()
    process = clone.start()
    said, _ = process.communicate()
    assert process.returncode != 0
    assert "seed: given -1; allowed: an integer >= 0" in said
    assert "Traceback" not in said and 'File "' not in said
    assert len(said.splitlines()) <= 12, said
    assert clone.files() == before


def test_a_missing_configuration_file_is_named(tiny):
    clone = tiny("missing")
    clone.config = "config/nowhere.yaml"
    done = subprocess.run(
        clone.command(), cwd=clone.path, env=clone.environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "config/nowhere.yaml" in done.stderr and "Traceback" not in done.stderr
