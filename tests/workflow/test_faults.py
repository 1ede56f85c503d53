"""What happens to a run: signals, full disks, damaged tables, clocks, others beside it.

Whatever it is, the same command again ends with the tables of an uninterrupted run.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from clones import assert_same_tables, generated, tables, wait_for

sys.path.append(str(Path(__file__).parents[1]))

import kills

SUCCESS, BATCHES = kills.TARGETS
RECOVERIES = "results/smoke/recoveries"


@pytest.fixture(scope="module")
def small(smoke, tmp_path_factory):
    """Makes fresh clones of a workflow of six short jobs."""

    def make(name: str):
        path = tmp_path_factory.mktemp("small") / name
        # Times are kept, so that Numba finds the kernels that the smoke workflow compiled.
        shutil.copytree(smoke.path, path, ignore=generated(smoke.path))
        return kills.small(path)

    return make


@pytest.fixture(scope="module")
def finished(small):
    clone = small("finished")
    clone.run()
    return clone


@pytest.fixture(scope="module")
def uninterrupted(finished):
    return tables(finished)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_twenty_kills_at_random_moments(small):
    """tests/kills.py runs the same 200 times and more."""
    assert kills.kills(small("killed"), count=20, seed=int(time.time())) == []


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM], ids=lambda n: n.name)
def test_a_signal_ends_a_run_and_the_next_one_finishes(small, uninterrupted, number):
    """SIGHUP goes to all that a terminal runs, SIGTERM to the process that was named."""
    clone = small(number.name)
    process = clone.start()
    wait_for(lambda: list((clone.path / "results").rglob("*.parquet")))
    if number == signal.SIGHUP:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    assert process.wait() != 0
    clone.run()
    assert_same_tables(tables(clone), uninterrupted)


@contextmanager
def full_disk(path: Path):
    """A small disk without room in a place; yields the file that takes the room."""
    path.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path]
    try:
        done = subprocess.run(mount, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no command mount")
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    try:
        filler = path / "filler"
        with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        yield filler
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


@pytest.mark.parametrize("place", ["results", "cache"])
def test_a_full_disk_is_named_and_the_next_run_finishes(small, uninterrupted, place):
    clone = small(f"full {place}".replace(" ", "-"))
    if place == "cache":
        clone.cache = clone.path.with_name("cache")
    with full_disk(clone.cache or clone.path / "results") as filler:
        assert clone.start().wait() != 0
        named = f"{place}/genprior/digests" if clone.cache else "results/smoke/"
        sentence = "No space left on device. Mend that, then run the same command again."
        told = [line for line in clone.said.splitlines() if sentence in line]
        assert told and all(named in line for line in told)
        assert "Traceback" not in clone.said
        filler.unlink()
        clone.run()
        assert_same_tables(tables(clone), uninterrupted)


def test_without_room_for_scratch_files_a_run_finds_room_elsewhere(
    small, uninterrupted, tmp_path, monkeypatch
):
    clone = small("full-scratch")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    with full_disk(tmp_path / "scratch"):
        clone.run()
        assert_same_tables(tables(clone), uninterrupted)


def test_damaged_tables_are_named_and_made_again(small, finished, uninterrupted):
    """One is cut short, one emptied, one edited into another that can be read."""
    clone = small("damaged")
    shutil.copytree(finished.path, clone.path, symlinks=True, dirs_exist_ok=True)
    recoveries = next((clone.path / RECOVERIES).rglob("*.parquet"))
    outcomes = next((clone.path / "results/smoke/outcomes").rglob("*.parquet"))
    recoveries.write_bytes(recoveries.read_bytes()[:-100])
    table = pd.read_parquet(outcomes)
    table.iloc[::-1].to_parquet(outcomes)
    (clone.path / BATCHES).write_text("")
    said = clone.run()
    for path in (recoveries, outcomes):
        assert f"{path.relative_to(clone.path)} is not what a job wrote: it is made again" in said
    assert f"{BATCHES} is empty: it is made again" in said
    assert_same_tables(tables(clone), uninterrupted)
    assert len(list((clone.path / ".snakemake/set-aside").rglob("*.*"))) == 3


def test_a_clock_that_jumps_back_costs_nothing_and_hides_nothing(small, finished, uninterrupted):
    """All is of tomorrow: nothing is made again, and edits of today are seen."""
    clone = small("clock")
    shutil.copytree(finished.path, clone.path, symlinks=True, dirs_exist_ok=True)
    tomorrow = time.time() + 86400
    for path in clone.path.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            os.utime(path, (tomorrow, tomorrow))
    assert "Nothing to be done" in clone.run()
    source = clone.path / "src/genprior/experiments/recovery.py"
    source.write_text(source.read_text() + "\n# edited\n")
    os.utime(source, (1, 1))
    clone.run()
    assert "Recoveries of" in clone.said and "Instances of" not in clone.said
    assert_same_tables(tables(clone), uninterrupted)


def test_of_two_runs_in_one_checkout_the_second_says_so(small, uninterrupted):
    clone = small("twice")
    first = clone.start()
    wait_for(lambda: (clone.path / ".snakemake/run.lock").exists())
    time.sleep(0.5)
    done = subprocess.run(
        [sys.executable, "-E", "-s", "workflow/run.py", *clone.command()[1:]],
        cwd=clone.path,
        env=clone.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert f"another run is at work in this directory (process {first.pid})" in done.stderr
    assert first.wait() == 0, clone.said[-3000:]
    assert_same_tables(tables(clone), uninterrupted)


def test_two_clones_use_one_cache_at_once_and_a_damaged_entry_is_made_again(small, uninterrupted):
    clones = [small(name) for name in ("left", "right")]
    cache = clones[0].path.with_name("shared")
    for clone in clones:
        clone.cache = cache
    for process, clone in [(clone.start(), clone) for clone in clones]:
        assert process.wait() == 0, clone.said[-3000:]
        assert_same_tables(tables(clone), uninterrupted)

    entry = max(clones[0].entries(), key=lambda path: path.stat().st_size)
    entry.write_bytes(entry.read_bytes()[:-1])
    third = small("third")
    third.cache = cache
    assert f"the cache's {entry} is not what a job wrote: it is dropped" in third.run()
    assert_same_tables(tables(third), uninterrupted)
