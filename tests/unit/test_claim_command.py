"""What `make claim` says before anything is computed."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import claim  # noqa: E402  (a script, not a package)


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(claim.subprocess, "run", lambda *_: pytest.fail("something was run"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HV-roh"], "there is no claim HV-roh; there are .*HV-rho"),
        (["hv-rhoo"], "there is no claim hv-rhoo; there are HV-rho"),
        (["§"], "there is no claim §; there are HV-recovery, .*CONTROL-layer"),
        ([], "which claim"),
        (["HV-rho", "--size", "huge"], "SIZE=huge: there is no config/huge.yaml"),
    ],
)
def test_what_cannot_be_asked_is_one_line(arguments, said):
    with pytest.raises(SystemExit, match=said) as ended:
        claim.main(arguments)
    assert "\n" not in str(ended.value)


def test_a_claim_that_is_not_tested_says_so_and_computes_nothing(capsys):
    assert claim.main(["MI-tenfold", "--size", "smoke"]) == 0
    said = capsys.readouterr().out
    assert "MI-tenfold: not tested" in said and "Needs a learned decoder" in said
