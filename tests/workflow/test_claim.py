"""One command a claim: it computes what the claim needs, and says what the ledger says."""

import subprocess
import sys
from dataclasses import replace

import pytest

from genprior.claims.claim import read_claims
from genprior.claims.rules import in_words
from genprior.claims.words import interval
from genprior.tables import read_json

RESULTS = "results/smoke/"
STAGES = ("instances", "recoveries", "outcomes")
CLAIMS = {claim.id: claim for claim in read_claims("config/claims.yaml")}


def told(clone, *ids):
    """What the command says of some claims, which nothing has to be computed for."""
    done = subprocess.run(
        [sys.executable, "workflow/claim.py", "--size", "smoke", "--cores", "1", "--cache", *ids],
        cwd=clone.path,
        env=clone.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Nothing to be done" in done.stdout + done.stderr
    return done.stdout


def test_every_claim_is_told_as_in_the_ledger(smoke):
    """All at once, for planning takes a few seconds; each claim is judged alone."""
    said = told(smoke, *CLAIMS)
    ledger = {one["id"]: one for one in read_json(smoke.path / RESULTS / "claims.json")}
    accounts = {text.split(":")[0]: text for text in said.strip().split("\n\n") if ":" in text}
    for name, entry in ledger.items():
        text = accounts[name]
        assert text.startswith(f"{name}: {entry['verdict']} (committed: ")
        for part in entry["parts"]:
            assert f"{part['label']}: {interval(part) or 'not measured'}" in text
            assert f"{part['verdict']}; the rule: {in_words(part['rule'])}" in text
        seconds = entry["seconds"]
        assert seconds is None or f"{seconds:,.0f} processor seconds" in text
        assert entry["parts"] or "not tested" in text


@pytest.mark.parametrize(
    ("claim", "studies"),
    [
        ("HV-rho", {"landscape/rays"}),
        ("LJDD-vs-gd", {"layerwise/comparison"}),
        ("HV-inversion", {f"{s}/inversion-d{d}" for s in STAGES for d in (1, 2, 3)}),
    ],
)
def test_no_job_of_another_study_is_planned(smoke, claim, studies):
    targets = [f"{RESULTS}claims/{table}.csv" for table in CLAIMS[claim].tables]
    outputs = replace(smoke, targets=targets).summary()
    rows = {path for path in outputs if path.endswith(".parquet")}
    assert outputs.keys() - rows == set(targets)
    assert {"/".join(path.split("/")[2:4]) for path in rows} == studies
