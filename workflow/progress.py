"""Say now and then how far a run of Snakemake is and how long it still takes.

    python workflow/progress.py PID

Started by run.py beside its run, the process PID; reads that run's log and ends with it.
"""

import os
import re
import sys
import time
from pathlib import Path

LOGS = Path(".snakemake/log")
STEPS = re.compile(rb"^(\d+) of (\d+) steps", re.MULTILINE)
POLL_SECONDS = 1.0
REPORT_SECONDS = float(os.environ.get("GENPRIOR_PROGRESS", "30"))


def duration(seconds: float) -> str:
    """Seconds in the words of someone who waits."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def estimate(log: bytes, elapsed: float) -> str | None:
    """How far a run is, and the time left at the pace of its steps so far.

    Args:
        log: Snakemake's log.
        elapsed: seconds since the run began.
    """
    steps = STEPS.findall(log)
    if not steps:
        return None
    done, of = map(int, steps[-1])
    left = elapsed / done * (of - done)
    return f"{done} of {of} steps in {duration(elapsed)}; at this pace {duration(left)} left"


def log_since(began: float) -> bytes:
    """The newest log that was written to since ``began``, empty if there is none yet."""
    logs = [path for path in LOGS.glob("*.snakemake.log") if path.stat().st_mtime >= began]
    return max(logs, key=lambda path: path.stat().st_mtime).read_bytes() if logs else b""


def main(run: int) -> None:
    began = time.time()
    due = began + REPORT_SECONDS
    while os.getppid() == run:
        time.sleep(POLL_SECONDS)
        if time.time() >= due:
            if text := estimate(log_since(began), time.time() - began):
                print(f"progress: {text}", file=sys.stderr, flush=True)
            due += REPORT_SECONDS


if __name__ == "__main__":
    main(int(sys.argv[1]))
