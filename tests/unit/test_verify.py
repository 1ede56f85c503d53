"""What `make verify` shows and its exit code; what `make publish` renews."""

import json
import sys
from pathlib import Path

import pytest

from genprior.claims.comparison import Kind, Row, as_table
from genprior.frames import write_csv

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import publish  # noqa: E402
import verify  # noqa: E402

SAME = [
    Row("HV-x", "", "supported", "supported", Kind.SAME),
    Row("HV-x", "share, d = 1", "supported, 1 [0.9, 1] of 90", "same", Kind.SAME),
    Row("figure", "a.png", "12ab", "12ab", Kind.SAME),
]
DIFFERENT = {
    Kind.VERDICT: Row("HV-y", "", "supported", "inconclusive", Kind.VERDICT),
    Kind.NUMBER: Row("HV-y", "share", "1 of 9", "0.9 of 9", Kind.NUMBER),
    Kind.TRIALS: Row("HV-y", "share", "1 of 9", "1 of 5", Kind.TRIALS),
    Kind.MISSING: Row("HV-z", "", "supported", "", Kind.MISSING),
    Kind.COUNT: Row("HV-y", "share", "1 of 1100", "1 of 1099", Kind.COUNT),
    Kind.BYTES: Row("figure", "b.png", "12ab", "34cd", Kind.BYTES),
    Kind.SECONDS: Row("figure", "slow.png", "12ab", "34cd", Kind.SECONDS),
}


@pytest.fixture
def verified(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("results/smoke").mkdir(parents=True)
    return lambda rows: write_csv(as_table(rows), "results/smoke/verified.csv")


def test_what_is_as_committed_is_one_line(verified, capsys):
    verified(SAME)
    assert verify.main("smoke") == 0
    assert capsys.readouterr().out == (
        "1 verdicts, 1 numbers, 1 files of figures: as committed (none differs)\n"
    )


@pytest.mark.parametrize("kind", DIFFERENT)
def test_each_difference_is_a_row_with_its_reason_and_only_some_fail(verified, capsys, kind):
    verified([*SAME, DIFFERENT[kind]])
    matters = kind in {Kind.VERDICT, Kind.NUMBER, Kind.TRIALS, Kind.MISSING}
    assert verify.main("smoke") == int(matters)
    head, row, why, summary = capsys.readouterr().out.splitlines()
    assert head.split() == ["what", "part", "committed", "here", "kind", "matters"]
    assert row.startswith(DIFFERENT[kind].what)
    assert row.split()[-2:] == [str(kind), "yes" if matters else "no"]
    assert why.startswith(f"{kind}, 1: {'matters' if matters else 'does not matter'}: ")
    assert ("NOT as committed" in summary) == matters and f"(1 {kind})" in summary


def test_what_matters_stands_first(verified, capsys):
    verified([*DIFFERENT.values()][::-1])
    assert verify.main("smoke") == 1
    marks = [line.split()[-1] for line in capsys.readouterr().out.splitlines()[1:8]]
    assert marks == ["yes"] * 4 + ["no"] * 3


def test_a_table_that_is_not_there_is_named(verified, capsys):
    assert verify.main("smoke") == 2
    assert "results/smoke/verified.csv is missing" in capsys.readouterr().err


@pytest.fixture
def finished(verified, monkeypatch):
    """A finished run with two figures and one that older code made, beside three committed ones."""
    verified([*SAME, DIFFERENT[Kind.BYTES], Row("figure", "gone.png", "12ab", "", Kind.MISSING)])
    entry = {"id": "HV-x", "verdict": "supported", "decisive": None, "stands": None, "parts": []}
    Path("results/smoke/claims.json").write_text(json.dumps([entry]))
    for folder in ("results/smoke/figures", "figures/smoke", "tests/claims"):
        Path(folder).mkdir(parents=True)
    for name, made, committed in [
        ("a.png", "a", "a"),
        ("b.png", "b", "before"),
        ("gone.png", None, "gone"),
        ("older.png", "older", None),
    ]:
        for folder, text in (("results/smoke/figures", made), ("figures/smoke", committed)):
            if text is not None:
                Path(folder, name).write_text(text)
    monkeypatch.setattr(publish.document, "main", lambda: None)
    return Path("figures/smoke")


def test_publish_renews_ledger_and_figures_and_says_what_changed(finished, capsys):
    assert publish.main("smoke") == 0
    told = capsys.readouterr().out
    assert {path.name: path.read_text() for path in finished.iterdir()} == {
        "a.png": "a",
        "b.png": "b",
    }
    assert json.loads(Path("tests/claims/smoke.json").read_text())[0]["id"] == "HV-x"
    assert "figures/smoke/b.png: changed" in told and "figures/smoke/gone.png: removed" in told
    assert "a.png: " not in told and "NOT as committed" in told


def test_publish_of_an_unfinished_run_touches_nothing(finished, capsys):
    Path("results/smoke/figures/b.png").unlink()
    assert publish.main("smoke") == 2
    assert "results/smoke/figures/b.png is missing" in capsys.readouterr().err
    assert (finished / "b.png").read_text() == "before" and (finished / "gone.png").is_file()
    assert not Path("tests/claims/smoke.json").exists()


def test_a_size_without_committed_figures_gets_none(finished):
    for path in finished.iterdir():
        path.unlink()
    finished.rmdir()
    assert publish.main("smoke") == 0
    assert not finished.exists()
