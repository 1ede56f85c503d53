"""Run Snakemake in the current directory so that a killed run needs no cleaning up by hand.

    python -E -s workflow/run.py [ARGUMENT OF SNAKEMAKE ...]

Snakemake and its jobs are run by the Python that runs this file, in the environment that
`surroundings.py` makes.

Snakemake killed outright leaves its lock behind, and perhaps jobs that still write results.
Two kernel locks, which end with their holders whatever ends them, tell what is left:
`run.lock` is held by the one living run, `jobs.lock` by that run and every job it started.
Exit code: Snakemake's, or 2 when nothing can be run here, the configuration that was named is not
there, another run is at work here or old jobs do not end within GENPRIOR_PATIENCE seconds (default
1800).
"""

import argparse
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import surroundings
from surroundings import STATE

POLL_SECONDS = 1.0
REPORT_SECONDS = 10.0
PATIENCE_SECONDS = float(os.environ.get("GENPRIOR_PATIENCE", "1800"))


NO_CONFIGURATION = {"config/claims.yaml", "config/papers.yaml"}


def say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def configurations(arguments: list[str]) -> list[str]:
    """The files named with --configfile."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="*", default=[])
    known, _ = parser.parse_known_args(arguments)
    return known.configfile


def is_text(name: str) -> bool:
    """Whether a file can be read as UTF-8; Snakemake would show a traceback."""
    try:
        Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True


def try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_lock(name: str) -> int:
    return os.open(STATE / name, os.O_RDWR | os.O_CREAT, 0o644)


def started_without_us() -> int | None:
    """Process id of a Snakemake at work in this directory (seen on Linux only)."""
    here = os.getcwd()
    for cwd in Path("/proc").glob("[0-9]*/cwd"):
        try:
            words = (cwd.parent / "cmdline").read_bytes().split(b"\0")[:3]
            if b"snakemake" in map(os.path.basename, words) and os.readlink(cwd) == here:
                pid = int(cwd.parent.name)
                if pid != os.getpid():
                    return pid
        except OSError:  # it has ended meanwhile, or belongs to someone else
            continue
    return None


def wait_for_jobs(fd: int) -> bool:
    """Two writers of one result would spoil it, so jobs that outlived their run come first."""
    start = time.monotonic()
    report = start
    while not try_lock(fd):
        now = time.monotonic()
        if now - start > PATIENCE_SECONDS:
            say(f"they still run. To see them: lsof {STATE}/jobs.lock. Stop them, then try again.")
            return False
        if now >= report:
            say(f"waiting for jobs of an earlier, killed run to end ({now - start:.0f} s so far)")
            report = now + REPORT_SECONDS
        time.sleep(POLL_SECONDS)
    return True


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    checkout = Path.cwd()
    if why := surroundings.refusal(checkout, sys.executable):
        say(why)
        return 2
    named = configurations(arguments)
    # Of a file that is not there Snakemake would show a traceback, too.
    if missing := [name for name in named if not Path(name).is_file()]:
        there = [str(path) for path in sorted(Path("config").glob("*.yaml"))]
        there = [path for path in there if path not in NO_CONFIGURATION]
        say(f"there is no {', '.join(missing)}; there are {', '.join(there) or 'none in config/'}")
        return 2
    if odd := [name for name in named if not is_text(name)]:
        say(f"{', '.join(odd)}: no UTF-8 text")
        return 2

    environment = surroundings.clean(os.environ, checkout)
    snakemake = [sys.executable, "-m", "snakemake"]
    folders = [Path(environment["HOME"])]
    if cache := environment.get("SNAKEMAKE_OUTPUT_CACHE"):
        # A folder of our own: what is damaged there is removed, and others' entries are not ours.
        folders.append(Path(cache) / "genprior")
        environment["SNAKEMAKE_OUTPUT_CACHE"] = str(folders[-1])
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        run, jobs = open_lock("run.lock"), open_lock("jobs.lock")
    except OSError as error:
        say(f"cannot write {error.filename}: {error.strerror}")
        return 2

    if not try_lock(run):
        pid = os.pread(run, 32, 0).decode() or "unknown"
        say(f"another run is at work in this directory (process {pid}). Wait until it has ended.")
        return 2
    os.ftruncate(run, 0)
    os.pwrite(run, str(os.getpid()).encode(), 0)

    if not wait_for_jobs(jobs):
        return 2

    if any((STATE / "locks").glob("*")):
        if pid := started_without_us():
            say(f"Snakemake is at work in this directory (process {pid}). Wait until it has ended.")
            return 2
        # It holds `jobs` too: where this process is killed alone, the next run waits for it.
        unlock = subprocess.run(
            [*snakemake, "--unlock", *arguments],
            stdin=jobs,
            capture_output=True,
            text=True,
            env=environment,
        )
        if unlock.returncode:
            sys.stderr.write(unlock.stdout + unlock.stderr)
            return unlock.returncode
        say("removed the lock of a killed run; what it had finished is kept")

    integrity = [sys.executable, Path(__file__).with_name("integrity.py")]
    if code := subprocess.run(integrity, stdin=jobs, env=environment).returncode:
        return code

    # Snakemake becomes this very process, so signals and exit codes need no passing on. It alone
    # inherits `run`; `jobs` becomes its standard input (an empty file), which, unlike other open
    # files, its jobs inherit as well.
    os.set_inheritable(run, True)
    os.dup2(jobs, 0)
    os.execve(sys.executable, [*snakemake, *arguments], environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
