"""The run's log: one line a job, the time left on a recorded run, errors whole, the last lines."""

import csv
import json
import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.logging import DefaultFormatter
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

import snakemake_logger_plugin_genprior as plugin

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import found  # noqa: E402
import seconds  # noqa: E402

# The record that an earlier run made, on another day and of other jobs in part.
RECORDED = json.loads((ROOT / "tests/recorded/earlier.json").read_text())


@pytest.fixture(scope="module")
def run():
    """A run of standard size on two cores: job, start and end."""
    with (ROOT / "tests/recorded/standard.csv").open() as file:
        return [(row["job"], int(row["start"]), int(row["end"])) for row in csv.DictReader(file)]


def left_at(run, now, recorded):
    jobs = plugin.expected((name for name, _, _ in run), recorded)
    finished = [name for name, _, end in run if end <= now]
    running = {name: now - start for name, start, end in run if start < now < end}
    return plugin.seconds_left(jobs, finished, running, now, 2)


def test_the_time_left_is_within_three_tenths_from_the_tenth_minute_on(run):
    """Or, when little is left, within half a minute."""
    last = max(end for _, _, end in run)
    for now in range(600, last, 30):
        truth = last - now
        assert abs(left_at(run, now, RECORDED) - truth) <= max(0.3 * truth, 30), now


def test_a_machine_that_is_three_times_slower_shows_in_the_time_left(run):
    slow = [(name, 3 * start, 3 * end) for name, start, end in run]
    last = max(end for _, _, end in slow)
    for now in range(1800, last, 90):
        truth = last - now
        assert abs(left_at(slow, now, RECORDED) - truth) <= max(0.3 * truth, 90), now


def test_jobs_that_nobody_recorded_are_like_those_of_their_folder():
    recorded = {"a/x.t000-009": 10.0, "a/y.t000-009": 20.0, "b/z": 1.0}
    names = ["a/x.t000-009", "a/new", "c/new"]
    assert plugin.expected(names, recorded) == {
        "a/x.t000-009": 10.0,
        "a/new": 15.0,
        "c/new": pytest.approx(31 / 3),
    }
    assert plugin.expected(["a", "b"], {}) == {"a": 1.0, "b": 1.0}


def test_without_a_record_the_pace_is_that_of_the_jobs():
    jobs = dict.fromkeys(map(str, range(400)), 1.0)
    half = list(map(str, range(200)))
    assert plugin.seconds_left(jobs, half, {}, 1000.0, 2) == pytest.approx(1060 / 260 * 200)


@pytest.fixture
def handler(tmp_path, monkeypatch, capsys):
    """A handler that was told of three jobs."""
    monkeypatch.chdir(tmp_path)
    Path("workflow").mkdir()
    Path("workflow/seconds.json").write_text('{"smoke": {"a/1": 20.0, "a/2": 20.0, "a/3": 40.0}}')
    capsys.readouterr()
    settings = SimpleNamespace(dryrun=False, verbose=False)
    handler = plugin.LogHandler(settings, None)
    handler.setFormatter(DefaultFormatter(None, True))
    logs = [[f"logs/smoke/a/{number}.log"] for number in (1, 2, 3)]
    emit(handler, plan={"jobs": logs, "size": "smoke", "cores": 2})
    assert capsys.readouterr().err == "3 jobs on 2 cores, about 80 s where it was recorded\n"
    return handler


def emit(handler, text="", level=logging.INFO, created=None, **extra):
    record = logging.LogRecord("snakemake", level, "", 0, text, None, None)
    vars(record).update(extra)
    record.created = handler.began + (created or 0.0)
    handler.emit(record)


def begin(handler, number, created):
    emit(
        handler,
        created=created,
        event=LogEvent.JOB_INFO,
        jobid=number,
        rule_msg=f"a: job {number}",
        rule_name="a",
        log=[f"logs/smoke/a/{number}.log"],
    )


def test_a_job_is_one_line_with_its_seconds_and_the_time_left(handler, capsys):
    begin(handler, 1, 0.0)
    begin(handler, 2, 0.0)
    assert capsys.readouterr().err == ""
    emit(handler, created=40.0, event=LogEvent.JOB_FINISHED, job_id=1)
    (line,) = capsys.readouterr().err.splitlines()
    # 20 of 80 are done and 16 more as good as done; 36 took 40, so 44 take a little longer than 44.
    assert line.split() == "1 of 3 40 s a: job 1 46 s left".split()
    emit(handler, created=40.0, event=LogEvent.JOB_FINISHED, job_id=2)
    begin(handler, 3, 40.0)
    emit(handler, created=140.0, event=LogEvent.JOB_FINISHED, job_id=3)
    assert capsys.readouterr().err.splitlines()[-1].split()[-3:] == ["0", "s", "left"]


def test_what_is_no_job_is_silent_but_for_warnings_and_the_end(handler, capsys):
    for text in ("Building DAG of jobs...", "Select jobs to execute...", "Complete log(s): x"):
        emit(handler, text)
    emit(handler, "Workflow defines that rule study is eligible for caching", logging.WARNING)
    emit(handler, "Shell command: None", event=LogEvent.SHELLCMD)
    assert capsys.readouterr().err == ""
    emit(handler, "Nothing to be done (all requested files are present and up to date).")
    emit(handler, "the disk is full", logging.ERROR, event=LogEvent.ERROR)
    assert capsys.readouterr().err.splitlines() == [
        "Nothing to be done (all requested files are present and up to date).",
        "the disk is full",
    ]


def test_a_failed_job_shows_its_rule_its_whole_log_and_what_to_do(handler, capsys):
    Path("logs/smoke/a").mkdir(parents=True)
    log = Path("logs/smoke/a/2.log")
    log.write_text("\n".join(f"line {number}" for number in range(200)) + "\nValueError: here\n")
    begin(handler, 2, 0.0)
    emit(
        handler,
        level=logging.ERROR,
        event=LogEvent.JOB_ERROR,
        jobid=2,
        rule_name="a",
        rule_msg=None,
        output=["results/smoke/a/2.parquet"],
        log=[str(log)],
    )
    told = capsys.readouterr().err
    assert "FAILED: a: job 2 (rule a)" in told and "results/smoke/a/2.parquet" in told
    assert told.count("line ") == 200 and "ValueError: here" in told and str(log) in told
    assert "same command again" in told


def test_a_closed_pipe_does_not_end_the_run(handler, monkeypatch):
    class Closed:
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    begin(handler, 1, 0.0)
    emit(handler, created=1.0, event=LogEvent.JOB_FINISHED, job_id=1)
    assert handler.finished == ["a/1"]


def test_snakemake_finds_the_logger():
    assert "genprior" in LoggerPluginRegistry().get_registered_plugins()


def test_seconds_are_taken_from_snakemake_s_records(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("workflow").mkdir()
    assert seconds.main("smoke") == 2
    records = Path(".snakemake/metadata/deep")
    records.mkdir(parents=True)
    for name, logs, end in [
        ("1", ["logs/smoke/a/1.log"], 12.34),
        ("2", ["logs/smoke/a/2.log"], None),
        ("3", ["logs/standard/a/1.log"], 12.0),
        ("4", [], 12.0),
    ]:
        (records / name).write_text(json.dumps({"log": logs, "starttime": 10.0, "endtime": end}))
    seconds.RECORDED.write_text('{"paper": {"a": 1.0}}')
    assert seconds.main("smoke") == 0
    assert json.loads(seconds.RECORDED.read_text()) == {"paper": {"a": 1.0}, "smoke": {"a/1": 2.3}}


def test_each_moment_is_shared_by_the_jobs_that_ran_in_it():
    times = {"a": (0.0, 10.0), "b": (0.0, 4.0), "alone": (12.0, 15.0)}
    assert seconds.shares(times) == {"a": 8.0, "alone": 3.0, "b": 2.0}


def test_the_end_is_five_lines_of_what_was_found_and_where(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert found.main("smoke") == 2
    Path("results/smoke/figures").mkdir(parents=True)
    for name in ("scorecard", "step"):
        Path(f"results/smoke/figures/{name}.pdf").touch()
    entries = [("measurement", "supported")] * 2 + [("identity", "inconclusive")]
    entries += [("control", "not supported"), ("control", "supported")]
    Path("results/smoke/claims.json").write_text(
        json.dumps([{"kind": kind, "verdict": verdict} for kind, verdict in entries])
    )
    told = found.lines("smoke")
    assert len(told) == 5
    assert told[0].endswith("3 claims: 2 supported, 1 inconclusive; 1 of 2 controls refuted")
    assert "nothing is committed" in told[1] and "results/smoke/report.html" in told[2]
    assert "results/smoke/figures/scorecard.pdf, 2 in results/smoke/figures" in told[3]
    assert "make verify SIZE=smoke" in told[4]
