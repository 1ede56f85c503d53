"""workflow/run.py, with a stand-in for Snakemake that takes its lock and starts jobs as it does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "workflow" / "run.py"

FAKE = f"""#!{sys.executable}
import os, pathlib, shutil, subprocess, sys, time

arguments = sys.argv[1:]
with open("calls.txt", "a") as calls:
    calls.write(" ".join(arguments) + "\\n")
locks = pathlib.Path(".snakemake/locks")
if "--unlock" in arguments:
    if "broken" in arguments:
        sys.exit("the Snakefile is broken")
    shutil.rmtree(locks)
    sys.exit()
if locks.exists():
    sys.exit("locked")
pathlib.Path("kernels.txt").write_text(os.environ.get("OPENBLAS_CORETYPE", "any"))
pathlib.Path("cache.txt").write_text(os.environ.get("SNAKEMAKE_OUTPUT_CACHE", "none"))
if "stay" in arguments or "job" in arguments:
    locks.mkdir(parents=True)
    (locks / "0.input.lock").touch()
    if "job" in arguments:
        code = "import pathlib, time; time.sleep(2); pathlib.Path('job.txt').touch()"
        subprocess.Popen([sys.executable, "-c", code])
    pathlib.Path("started.txt").touch()
    time.sleep(60)
pathlib.Path("end.txt").write_text(f"{{os.path.exists('job.txt')}} {{os.environ['PATH']}}")
sys.exit(7 if "fail" in arguments else 0)
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    path = tmp_path / "bin" / "snakemake"
    path.parent.mkdir()
    path.write_text(FAKE)
    path.chmod(0o755)
    home = tmp_path / "project with space"
    home.mkdir()
    monkeypatch.chdir(home)
    return str(path)


def start(*command):
    return subprocess.Popen(
        [sys.executable, RUN, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(*command):
    process = start(*command)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def wait_for(path, seconds=20):
    end = time.monotonic() + seconds
    while not Path(path).exists():
        assert time.monotonic() < end, f"{path} never appeared"
        time.sleep(0.02)


def kill(process):
    process.kill()
    process.communicate(timeout=20)


def calls():
    return Path("calls.txt").read_text().splitlines()


def leave_lock():
    Path(".snakemake/locks").mkdir(parents=True)
    Path(".snakemake/locks/0.input.lock").touch()


def test_passes_arguments_and_exit_code_on(fake):
    assert run(fake, "--cores", "2", "--", "figures") == (0, "")
    assert run(fake, "fail") == (7, "")
    assert calls() == ["--cores 2 -- figures", "fail"]


def test_puts_the_folder_of_snakemake_first_on_the_path(fake):
    run(fake)
    assert Path("end.txt").read_text().split(" ", 1)[1].startswith(os.path.dirname(fake) + ":")


def test_without_a_command_explains_itself(fake):
    code, errors = run()
    assert code == 2 and "COMMAND" in errors


def test_a_missing_command_is_named(fake):
    code, errors = run("./nowhere/snakemake")
    assert code == 127 and "./nowhere/snakemake" in errors


@pytest.mark.parametrize(
    "option",
    [["--configfile", "config/huge.yaml"], ["--configfile=config/huge.yaml"]],
    ids=" ".join,
)
def test_a_missing_configuration_is_named_with_those_that_are_there(fake, option):
    Path("config").mkdir()
    for name in ("smoke", "standard", "claims"):
        Path(f"config/{name}.yaml").touch()
    assert run(fake, "--cores", "2", *option, "--", "figures") == (
        2,
        "run.py: there is no config/huge.yaml; there are config/smoke.yaml, config/standard.yaml\n",
    )
    assert not Path("calls.txt").exists() and not Path(".snakemake").exists()
    given = ["--configfile", "config/smoke.yaml", "--config", "seed=7", "--", "figures"]
    assert run(fake, *given) == (0, "")
    assert calls() == [" ".join(given)]


def test_a_configuration_that_is_no_text_is_named(fake):
    Path("mine.yaml").write_bytes(b"size: smoke  # fa\xe7ade\n")
    expected = (2, "run.py: mine.yaml: no UTF-8 text\n")
    assert run(fake, "--configfile", "mine.yaml", "--", "figures") == expected


def test_every_processor_with_avx2_gets_the_same_linear_algebra(fake, monkeypatch):
    flags = set(Path("/proc/cpuinfo").read_text().split())
    monkeypatch.setenv("OPENBLAS_CORETYPE", "SkylakeX")
    run(fake)
    expected = "Haswell" if {"avx2", "fma"} <= flags else "SkylakeX"
    assert Path("kernels.txt").read_text() == expected


def test_the_cache_s_folder_is_made(fake, tmp_path, monkeypatch):
    monkeypatch.delenv("SNAKEMAKE_OUTPUT_CACHE", raising=False)
    run(fake)
    assert Path("cache.txt").read_text() == "none"
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path / "cache"))
    run(fake)
    assert Path("cache.txt").read_text() == str(tmp_path / "cache")
    assert (tmp_path / "cache").is_dir()


def test_unlocks_with_the_same_arguments_after_a_killed_run(fake):
    Path("a.yaml").touch()
    first = start(fake, "stay")
    wait_for("started.txt")
    kill(first)
    code, errors = run(fake, "--configfile", "a.yaml", "--", "figures")
    assert code == 0 and "removed the lock" in errors
    assert calls()[1:] == [
        "--unlock --configfile a.yaml -- figures",
        "--configfile a.yaml -- figures",
    ]


def test_shows_why_unlocking_failed(fake):
    leave_lock()
    code, errors = run(fake, "broken")
    assert code == 1 and "the Snakefile is broken" in errors
    assert calls() == ["--unlock broken"]


def test_refuses_beside_a_living_run_and_leaves_its_lock(fake):
    first = start(fake, "stay")
    wait_for("started.txt")
    code, errors = run(fake)
    assert code == 2 and f"process {first.pid}" in errors
    assert calls() == ["stay"] and first.poll() is None
    assert list(Path(".snakemake/locks").iterdir())
    kill(first)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_refuses_beside_a_run_that_was_started_directly(fake):
    direct = subprocess.Popen([fake, "stay"])
    wait_for("started.txt")
    code, errors = run(fake)
    assert code == 2 and f"process {direct.pid}" in errors
    assert calls() == ["stay"]
    kill(direct)
    assert run(fake)[0] == 0


def test_waits_for_jobs_that_outlive_a_killed_run(fake):
    first = start(fake, "job")
    wait_for("started.txt")
    first.kill()
    first.wait(timeout=20)
    code, errors = run(fake)
    assert code == 0 and "waiting for jobs" in errors
    assert Path("end.txt").read_text().startswith("True "), "went on while the job still wrote"
    first.communicate(timeout=20)


def test_gives_up_on_jobs_that_do_not_end(fake, monkeypatch):
    monkeypatch.setenv("GENPRIOR_PATIENCE", "0")
    first = start(fake, "job")
    wait_for("started.txt")
    first.kill()
    first.wait(timeout=20)
    code, errors = run(fake)
    assert code == 2 and "jobs.lock" in errors
    assert calls() == ["job"]
    first.communicate(timeout=20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_reach_snakemake(fake, number):
    process = start(fake, "stay")
    wait_for("started.txt")
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == -number
