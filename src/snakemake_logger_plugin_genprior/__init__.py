"""A run's log for people: one line a job with its seconds and the time left; errors whole.

Snakemake finds this module by its name, for `--logger genprior`. What it leaves out stands in
Snakemake's own log, `.snakemake/log/`.
"""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from logging import WARNING, LogRecord
from pathlib import Path
from statistics import fmean
from typing import Any

from snakemake.logging import show_logs
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

RECORDED = Path("workflow/seconds.json")
# So many seconds count as spent at the recorded pace, until there is a pace of the run's own.
PRIOR = 60.0
SHOWN = ("Nothing to be done", "Will exit", "Shutting down", "Terminating", "Removing output")
SILENT = ("Workflow defines that rule",)
NEXT = (
    "What is finished is kept. Mend what the log above names and give the same command again; "
    "all that was said is in .snakemake/log."
)


def job_name(logs: Iterable[str], size: str) -> str:
    """A job's name in the record: its log's path below `logs/<size>/`, `all` without a log."""
    path = next(iter(logs), "all")
    return path.removeprefix(f"logs/{size}/").removesuffix(".log")


def expected(names: Iterable[str], recorded: Mapping[str, float]) -> dict[str, float]:
    """Each job's share of the run, in seconds: as recorded (`workflow/seconds.py`), else like those
    of its folder, else like any."""
    folders: dict[str, list[float]] = {}
    for name, seconds in recorded.items():
        folders.setdefault(name.rpartition("/")[0], []).append(seconds)
    usual = fmean(recorded.values()) if recorded else 1.0

    def of(name: str) -> float:
        if name in recorded:
            return recorded[name]
        return fmean(folders.get(name.rpartition("/")[0], [usual]))

    return {name: of(name) for name in names}


def seconds_left(
    jobs: Mapping[str, float],
    finished: Iterable[str],
    running: Mapping[str, float],
    elapsed: float,
    cores: int,
) -> float:
    """The time that a run still takes, at the pace that it has shown against the record.

    Args:
        jobs: the expected share of every job of the run.
        finished: those that have ended.
        running: for how long the others have run.
        elapsed: seconds since the run began.
        cores: jobs that run at once.
    """
    done = sum(jobs.get(name, 0.0) for name in finished)
    slowness = (elapsed + PRIOR) / (done + PRIOR)
    done += sum(
        min(jobs.get(name, 0.0), seconds / cores / slowness) for name, seconds in running.items()
    )
    slowness = (elapsed + PRIOR) / (done + PRIOR)
    return slowness * max(0.0, sum(jobs.values()) - done)


def duration(seconds: float) -> str:
    """Seconds in the words of someone who waits."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class LogHandler(LogHandlerBase):
    """Prints a line when a job ends, and warnings and errors."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = False
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.began = time.time()
        self.cores = 1
        self.jobs: dict[str, float] = {}
        self.size = ""
        self.running: dict[int, tuple[str, str, float]] = {}
        self.finished: list[str] = []

    def emit(self, record: LogRecord) -> None:
        """Print what a person who waits needs of a record."""
        try:
            text = self.told(record)
            if text:
                print(text, file=sys.stderr, flush=True)
        except OSError:  # nobody reads any longer; the run goes on
            pass
        except Exception:
            self.handleError(record)

    def told(self, record: LogRecord) -> str | None:
        """A record in words, None if there is nothing to say."""
        event = getattr(record, "event", None)
        if plan := getattr(record, "plan", None):
            return self.planned(**plan)
        if event == LogEvent.JOB_INFO:
            words = record.rule_msg or record.rule_name
            name = job_name(record.log, self.size)
            self.running[record.jobid] = (name, words, record.created)
        elif event == LogEvent.JOB_FINISHED:
            return self.ended(record.job_id, record.created)
        elif event == LogEvent.JOB_ERROR:
            _, words, _ = self.running.pop(record.jobid, ("", record.rule_name, 0.0))
            return failure(words, vars(record))
        text = str(record.msg)
        if text.startswith(SHOWN) or (record.levelno >= WARNING and not text.startswith(SILENT)):
            return self.format(record)
        return None

    def planned(self, jobs: list[list[str]], size: str, cores: int) -> str:
        """What the run is to do, and how long that took when it was recorded."""
        recorded = json.loads(RECORDED.read_text()) if RECORDED.is_file() else {}
        self.began, self.size, self.cores = time.time(), size, cores
        names = [job_name(logs, size) for logs in jobs]
        self.jobs = expected(names, recorded.get(size, {}))
        many = f"{len(names)} jobs on {cores} cores"
        if size not in recorded:
            return f"{many}; nobody has recorded how long they take"
        return f"{many}, about {duration(sum(self.jobs.values()))} where it was recorded"

    def ended(self, job: int, now: float) -> str:
        """A job's line."""
        name, words, start = self.running.pop(job)
        self.finished.append(name)
        running = {name: now - start for name, _, start in self.running.values()}
        left = seconds_left(self.jobs, self.finished, running, now - self.began, self.cores)
        of = len(self.jobs)
        count = f"{len(self.finished):>{len(str(of))}} of {of}"
        return f"{count}  {now - start:5.0f} s  {words:<60}  {duration(left)} left"


def failure(words: str, job: Mapping[str, Any]) -> str:
    """A failed job: its rule, its files, its log and what to do next."""
    lines = [f"FAILED: {words} (rule {job['rule_name']})"]
    lines += [f"  was to make {path}" for path in job["output"]]
    return "\n".join([*lines, *show_logs(job["log"]), NEXT])
