"""workflow/integrity.py: what faults have left before a run."""

import json
import os
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from genprior import files

ROOT = Path(__file__).parents[2]
SOURCE = Path("src/source.py")
TABLE = Path("results/smoke/a/t.csv")
OTHER = Path("results/smoke/a/u.csv")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Two results, one made from the other and from a source, through a cache or not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SNAKEMAKE_OUTPUT_CACHE", raising=False)
    for folder in ("src", "results/smoke/a", "cache", ".snakemake/metadata"):
        Path(folder).mkdir(parents=True)
    SOURCE.write_text("pass")
    write("1\n", TABLE)
    write("2\n", OTHER)
    made_from = {str(path): f"sha256:{files.digest(path)}" for path in (SOURCE, TABLE)}
    record(OTHER, json.dumps({"input_checksums": made_from}))
    return tmp_path


def write(text, path):
    with files.whole(path) as partial:
        partial.write_text(text)


def encoded(output):
    return urlsafe_b64encode(str(output).encode()).decode()


def record(output, text):
    Path(".snakemake/metadata", encoded(output)).write_text(text)


def mend(**environment):
    """What is said."""
    done = subprocess.run(
        [sys.executable, ROOT / "workflow/integrity.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def times():
    return {path: path.lstat().st_mtime_ns for path in (SOURCE, TABLE, OTHER)}


def test_what_is_as_it_was_made_stays(checkout):
    before = times()
    assert mend() == "" and times() == before


@pytest.mark.parametrize(
    ("content", "why"),
    [("", "is empty"), ("1", "is not what a job wrote"), ("7\n", "is not what a job wrote")],
    ids=["emptied", "cut short", "edited"],
)
def test_a_damaged_table_is_named_and_kept_elsewhere(checkout, content, why):
    TABLE.write_text(content)
    aside = Path(".snakemake/set-aside") / TABLE
    again = "it is made again where it is needed"
    assert mend() == f"run.py: {TABLE} {why}: {again}; what was there is kept as {aside}\n"
    assert aside.read_text() == content
    assert [mark.name for mark in Path(".snakemake/incomplete").iterdir()] == [encoded(TABLE)]


def test_a_table_put_in_another_s_place_is_told(checkout):
    TABLE.write_bytes(OTHER.read_bytes())
    assert f"{TABLE} is not what a job wrote" in mend()


def test_half_written_files_go(checkout):
    left = TABLE.with_name(f".{TABLE.name}.0123{files.PARTIAL}")
    left.touch()
    assert mend() == "" and not left.exists()


def test_a_cache_s_damaged_entry_is_dropped_with_the_links_to_it(checkout, monkeypatch):
    cache = checkout / "cache"
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(cache))
    for path, entry in [(TABLE, cache / "one.csv"), (OTHER, cache / "two.csv")]:
        write(path.read_text(), path)
        path.rename(entry)
        path.symlink_to(entry)
    assert mend() == ""
    (cache / "one.csv").write_text("")
    said = mend()
    assert said.count("\n") == 2 and f"the cache's {cache / 'one.csv'}" in said
    assert f"{TABLE} is gone from the cache" in said
    assert sorted(os.listdir(cache)) == ["digests", "two.csv"]
    assert not os.path.lexists(TABLE) and OTHER.exists()
    (cache / "two.csv").unlink()
    assert mend(SNAKEMAKE_OUTPUT_CACHE="") == (
        f"run.py: {OTHER} is gone from the cache: it is made again where it is needed\n"
    )


@pytest.mark.parametrize("past", [1, 10**6])
def test_what_was_made_from_other_inputs_is_old_whatever_the_clock_says(checkout, past):
    SOURCE.write_text("pass  # edited")
    then = time.time() - past
    os.utime(SOURCE, (then, then))
    before = times()
    assert mend() == ""
    assert times() == before | {OTHER: 0}


def test_a_record_that_was_cut_short_says_nothing(checkout):
    record(OTHER, '{"input_chec')
    before = times()
    assert mend() == "" and times() == before


def test_no_file_is_of_the_future(checkout):
    for path in (SOURCE, TABLE):
        os.utime(path, (2**32, 2**32))
    assert mend() == ""
    assert all(stamp <= time.time_ns() for stamp in times().values())
