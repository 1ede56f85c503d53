"""The estimate of the time left, and the reporter's end with its run."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import progress  # noqa: E402

LOG = b"1 of 40 steps (2%) done\nFinished jobid: 7 (Rule: instances)\n10 of 40 steps (25%) done\n"


def test_time_left_is_taken_from_the_pace_of_the_newest_steps():
    assert progress.estimate(LOG, 100.0) == "10 of 40 steps in 2 min; at this pace 5 min left"


def test_nothing_is_said_before_the_first_step():
    assert progress.estimate(b"Building DAG of jobs...\n", 100.0) is None


def test_the_reporter_speaks_and_ends_with_its_run(tmp_path):
    log = tmp_path / ".snakemake/log/x.snakemake.log"
    log.parent.mkdir(parents=True)
    script = (
        "import os, subprocess, sys, time\n"
        f"reporter = [sys.executable, {str(ROOT / 'workflow/progress.py')!r}, str(os.getpid())]\n"
        "subprocess.Popen(reporter, env=os.environ | {'GENPRIOR_PROGRESS': '0.5'})\n"
        "time.sleep(1)\n"
        f"open({str(log)!r}, 'wb').write({LOG!r})\n"
        "time.sleep(4)\n"
    )
    began = time.monotonic()
    # The pipe closes with the last process that holds it, so this waits for the reporter.
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    assert "progress: 10 of 40 steps" in ended.stderr
    assert time.monotonic() - began < 20
