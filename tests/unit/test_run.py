"""workflow/run.py, with a stand-in for Snakemake that takes its lock and starts jobs as it does."""

import json
import os
import signal
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from genprior import files

RUN = Path(__file__).parents[2] / "workflow" / "run.py"

FAKE = """
import json, os, pathlib, shutil, subprocess, sys, time

arguments = sys.argv[1:]
with open("calls.txt", "a") as calls:
    calls.write(" ".join(arguments) + "\\n")
locks = pathlib.Path(".snakemake/locks")
if "--unlock" in arguments:
    if "broken" in arguments:
        sys.exit("the Snakefile is broken")
    if "slow" in arguments:
        pathlib.Path("unlocking.txt").touch()
        time.sleep(2)
    shutil.rmtree(locks)
    sys.exit()
if locks.exists():
    sys.exit("locked")
pathlib.Path("environment.json").write_text(json.dumps(dict(os.environ)))
if "stay" in arguments or "job" in arguments:
    locks.mkdir(parents=True)
    (locks / "0.input.lock").touch()
    if "job" in arguments:
        code = "import pathlib, time; time.sleep(2); pathlib.Path('job.txt').touch()"
        subprocess.Popen([sys.executable, "-c", code])
    pathlib.Path("started.txt").touch()
    time.sleep(60)
pathlib.Path("end.txt").write_text(str(os.path.exists("job.txt")))
sys.exit(7 if "fail" in arguments else 0)
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A checkout whose own modules are the stand-in and an empty package."""
    home = tmp_path / "project with space"
    modules = {
        "snakemake/__init__": "",
        "snakemake/__main__": FAKE,
        "genprior/__init__": "",
        "genprior/files": Path(files.__file__).read_text(),
    }
    for module, code in modules.items():
        path = home / f"src/{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    monkeypatch.chdir(home)
    return home


def as_from_a_terminal():
    """Signals end a process, also where these tests themselves were started to ignore them."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def start(*arguments, python=sys.executable):
    command = [python, "-E", "-s", RUN, *arguments]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=as_from_a_terminal,
    )


def run(*arguments, **options):
    process = start(*arguments, **options)
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
    assert run("--cores", "2", "--", "figures") == (0, "")
    assert run("fail") == (7, "")
    assert calls() == ["--cores 2 -- figures", "fail"]


def test_without_arguments_explains_itself(fake):
    code, errors = run()
    assert code == 2 and "ARGUMENT" in errors


@pytest.mark.parametrize(
    "option",
    [["--configfile", "config/huge.yaml"], ["--configfile=config/huge.yaml"]],
    ids=" ".join,
)
def test_a_missing_configuration_is_named_with_those_that_are_there(fake, option):
    Path("config").mkdir()
    for name in ("smoke", "standard", "claims"):
        Path(f"config/{name}.yaml").touch()
    assert run("--cores", "2", *option, "--", "figures") == (
        2,
        "run.py: there is no config/huge.yaml; there are config/smoke.yaml, config/standard.yaml\n",
    )
    assert not Path("calls.txt").exists() and not Path(".snakemake").exists()
    given = ["--configfile", "config/smoke.yaml", "--config", "seed=7", "--", "figures"]
    assert run(*given) == (0, "")
    assert calls() == [" ".join(given)]


def test_a_configuration_that_is_no_text_is_named(fake):
    Path("mine.yaml").write_bytes(b"size: smoke  # fa\xe7ade\n")
    expected = (2, "run.py: mine.yaml: no UTF-8 text\n")
    assert run(fake, "--configfile", "mine.yaml", "--", "figures") == expected


def made():
    """The environment that Snakemake was given."""
    return json.loads(Path("environment.json").read_text())


def test_the_cache_s_folder_is_made(fake, tmp_path, monkeypatch):
    monkeypatch.delenv("SNAKEMAKE_OUTPUT_CACHE", raising=False)
    run("figures")
    assert "SNAKEMAKE_OUTPUT_CACHE" not in made()
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path / "cache"))
    run("figures")
    assert made()["SNAKEMAKE_OUTPUT_CACHE"] == str(tmp_path / "cache/genprior")
    assert (tmp_path / "cache/genprior").is_dir()


def test_a_place_that_cannot_be_written_is_named(fake, monkeypatch):
    """A file stands where the cache's folder should be; so it is for root too."""
    Path("file").touch()
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", "file/cache")
    assert run("figures") == (2, "run.py: cannot write file/cache/genprior: Not a directory\n")


def test_jobs_see_the_clean_environment_and_this_checkout_s_package(fake, monkeypatch):
    """Whatever Python finds elsewhere: here on the user's path, and in the user's home."""
    strangers = fake.parent / "strangers"
    for module in ("genprior/__init__", "snakemake/__main__", "argparse", "sitecustomize"):
        path = strangers / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit('a stranger')")
    for name in ("PYTHONPATH", "HOME", "PYTHONUSERBASE", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(strangers))
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    assert run("figures") == (0, "")
    assert made()["PYTHONPATH"] == str(fake / "src")
    assert not [name for name, value in made().items() if str(strangers) in value]


def test_outside_of_a_checkout_nothing_runs(fake):
    (fake / "src/genprior/__init__.py").unlink()
    code, errors = run("figures")
    assert code == 2 and "is no checkout" in errors
    assert not Path(".snakemake").exists()


def test_an_interpreter_that_snakemake_cannot_name_is_refused(fake, tmp_path):
    """Jobs would be started by a shell that reads the path as something else."""
    name = "it's (mine)"
    venv.create(tmp_path / name, symlinks=True)
    code, errors = run("figures", python=str(tmp_path / name / "bin/python"))
    assert code == 2 and "/bin/python" in errors and "cannot pass on" in errors
    assert not Path(".snakemake").exists()


def test_unlocks_with_the_same_arguments_after_a_killed_run(fake):
    Path("a.yaml").touch()
    first = start("stay")
    wait_for("started.txt")
    kill(first)
    code, errors = run("--configfile", "a.yaml", "--", "figures")
    assert code == 0 and "removed the lock" in errors
    assert calls()[1:] == [
        "--unlock --configfile a.yaml -- figures",
        "--configfile a.yaml -- figures",
    ]


def test_shows_why_unlocking_failed(fake):
    leave_lock()
    code, errors = run("broken")
    assert code == 1 and "the Snakefile is broken" in errors
    assert calls() == ["--unlock broken"]


def test_refuses_beside_a_living_run_and_leaves_its_lock(fake):
    first = start("stay")
    wait_for("started.txt")
    code, errors = run("figures")
    assert code == 2 and f"process {first.pid}" in errors
    assert calls() == ["stay"] and first.poll() is None
    assert list(Path(".snakemake/locks").iterdir())
    kill(first)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_refuses_beside_a_run_that_was_started_directly(fake):
    direct = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "stay"], env=os.environ | {"PYTHONPATH": "src"}
    )
    wait_for("started.txt")
    code, errors = run("figures")
    assert code == 2 and f"process {direct.pid}" in errors
    assert calls() == ["stay"]
    kill(direct)
    assert run("figures")[0] == 0


def test_waits_for_jobs_that_outlive_a_killed_run(fake):
    first = start("job")
    wait_for("started.txt")
    first.kill()
    first.wait(timeout=20)
    code, errors = run("figures")
    assert code == 0 and "waiting for jobs" in errors
    assert Path("end.txt").read_text() == "True", "went on while the job still wrote"
    first.communicate(timeout=20)


def test_waits_for_an_unlocking_that_outlives_a_killed_run(fake):
    leave_lock()
    first = start("slow")
    wait_for("unlocking.txt")
    first.kill()
    first.wait(timeout=20)
    code, errors = run("figures")
    assert code == 0 and "waiting for jobs" in errors
    first.communicate(timeout=20)


def test_gives_up_on_jobs_that_do_not_end(fake, monkeypatch):
    monkeypatch.setenv("GENPRIOR_PATIENCE", "0")
    first = start("job")
    wait_for("started.txt")
    first.kill()
    first.wait(timeout=20)
    code, errors = run("figures")
    assert code == 2 and "jobs.lock" in errors
    assert calls() == ["job"]
    first.communicate(timeout=20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_snakemake(fake, number):
    process = start("stay")
    wait_for("started.txt")
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == -number
