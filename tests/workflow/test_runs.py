"""Runs that are killed, cut up differently or given a wrong configuration."""

import os
import signal

import pytest
from clones import assert_same_tables, tables, wait_for


@pytest.fixture(scope="module")
def uninterrupted(tiny):
    clone = tiny("uninterrupted")
    clone.run()
    return tables(clone)


def test_tables_depend_neither_on_cores_nor_on_chunks(tiny, uninterrupted):
    """One run on one core and in smaller jobs against one on two cores in larger ones."""
    other = tiny("one core, two trials a job", trials_per_job=2)
    other.run(cores=1)
    assert len(list(other.path.rglob("*.t002-002.parquet"))) >= 10, "nothing was cut up"
    assert_same_tables(tables(other), uninterrupted)


def test_after_kill_9_the_next_run_finishes_by_itself(tiny, uninterrupted):
    """Killed twice: Snakemake alone, whose jobs live on, then everything at once."""
    clone = tiny("killed")
    for victim, recoveries in [("snakemake", 1), ("everything", 3)]:
        process = clone.start()
        wait_for(lambda wanted=recoveries: len(recovered(clone)) >= wanted)
        if victim == "snakemake":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert list((clone.path / ".snakemake/locks").iterdir()), "it ended before it was killed"
    kept = clone.files("results")
    assert not all((clone.path / target).exists() for target in clone.targets)

    said = clone.run()
    assert "removed the lock of a killed run" in said
    assert_same_tables(tables(clone), uninterrupted)
    again = clone.files("results")
    assert any(again[name] == written for name, written in kept.items()), "all was computed again"
    assert not clone.pending()


def recovered(clone):
    return list((clone.path / "results").rglob("recoveries/*/*.parquet"))


def test_a_wrong_configuration_is_one_message_and_touches_nothing(tiny):
    clone = tiny("misconfigured", seed=-1)
    before = clone.files()
    process = clone.start()
    assert process.wait() == 1
    said = [line for line in clone.said.splitlines() if "workflow specific profile" not in line]
    assert said == [
        "the configuration cannot be run:",
        f"seed: given -1; allowed: an integer >= 0 and <= {2**128 - 1}",
    ]
    assert clone.files() == before
