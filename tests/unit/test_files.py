"""Files that are whole or not there, and the digests that tell."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from genprior import files, job

KILLS = int(os.environ.get("GENPRIOR_KILLS", "20"))


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("results/smoke/a").mkdir(parents=True)
    monkeypatch.delenv("SNAKEMAKE_OUTPUT_CACHE", raising=False)
    return tmp_path


def write(text, path):
    with files.whole(path) as partial:
        partial.write_text(text)


def test_two_writers_at_once_leave_one_whole_file(checkout):
    with files.whole("t") as first, files.whole("t") as second:
        assert first != second
        second.write_text("the second's")
        first.write_text("the first's, which is longer")
    assert Path("t").read_text() == "the first's, which is longer"
    assert sorted(os.listdir()) == ["results", "t"]


def test_what_is_written_is_on_the_disk_before_it_has_its_name(checkout, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_size))
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda *names: done.append("named") or real(*names))
    write("text", "t")
    assert done == [4, "named"]


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(checkout):
    write("old", "results/smoke/a/t")
    with pytest.raises(OSError, match="full"), files.whole("results/smoke/a/t") as partial:
        partial.write_text("half")
        raise OSError(errno.ENOSPC, "full")
    assert os.listdir("results/smoke/a") == ["t"]
    assert Path("results/smoke/a/t").read_text() == "old"


def test_digests_stand_beside_results_and_cache_before_the_file_has_its_name(checkout, monkeypatch):
    (checkout / "cache").mkdir()
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(checkout / "cache"))
    monkeypatch.setattr(os, "replace", lambda *names: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write("abc", "results/smoke/a/t.csv")
    # FIPS 180-2, Appendix B.1: the digest of "abc".
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert files.recorded(Path("results/smoke")) == {"a/t.csv": abc}
    assert files.known(checkout / "cache") == {abc}


def test_the_last_digest_of_a_path_counts_and_a_line_cut_short_costs_itself_alone(checkout):
    for text in ("one", "two"):
        write(text, "results/smoke/a/t")
    sums = Path("results/smoke/SHA256SUMS")
    sums.write_bytes(sums.read_bytes() + b"0123")
    write("three", "results/smoke/a/u")
    assert files.recorded(Path("results/smoke")) == {
        "a/t": files.digest("results/smoke/a/t"),
        "a/u": files.digest("results/smoke/a/u"),
    }


def test_files_elsewhere_have_no_digest_kept(checkout):
    write("text", checkout / "t")
    write("text", "t")
    write("text", "results/t")
    assert not list(checkout.rglob(files.SUMS))


def test_a_full_disk_is_one_sentence():
    said = job.sentence(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "results/t"))
    assert said == (
        "cannot write or read results/t: No space left on device. "
        "Mend that, then run the same command again."
    )


WRITER = """
import sys
from itertools import cycle
from genprior import files

for letter in cycle("ab"):
    with files.whole("results/smoke/a/t") as partial:
        partial.write_text(letter * 100_000)
    print(flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_file_of_known_digest(checkout):
    random = Random(3)
    half_written = 0
    for _ in range(KILLS):
        writer = subprocess.Popen([sys.executable, "-c", WRITER], stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(random.uniform(0, 0.01))
        writer.kill()
        writer.communicate()
        text = Path("results/smoke/a/t").read_text()
        assert len(text) == 100_000 and len(set(text)) == 1
        sums = Path("results/smoke/SHA256SUMS").read_text()
        assert files.digest("results/smoke/a/t") in sums and sums.endswith("\n")
        left = list(Path("results/smoke/a").glob(f".*{files.PARTIAL}"))
        half_written += bool(left)
        for path in left:
            path.unlink()
    assert half_written, "no kill came while a file was being written"
