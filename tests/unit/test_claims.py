"""Verdict rules give every verdict they can; the ledger finds numbers; comparisons see changes."""

import copy
import json
from math import inf, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from genprior.claims import comparison, descents, outcomes
from genprior.claims.ledger import COLUMNS, LedgerError, as_table, ledger
from genprior.claims.rules import Measurement, Verdict, judge, judge_all, widened
from genprior.statistics.intervals import clustered_interval

S, N, I = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.INCONCLUSIVE  # noqa: E741


def number(low, high, value=None):
    return Measurement((low + high) / 2 if value is None else value, low, high, 20)


@pytest.mark.parametrize(
    ("rule", "low", "high", "verdict"),
    [
        ({"low_at_least": 0.95}, 0.95, 0.99, S),
        ({"low_at_least": 0.95}, 0.8, 0.949, N),
        ({"low_at_least": 0.95}, 0.8, 0.97, I),
        ({"high_at_most": 0.25}, 0.1, 0.25, S),
        ({"high_at_most": 0.25}, 0.26, 0.4, N),
        ({"high_at_most": 0.25}, 0.1, 0.4, I),
        ({"meets": [0.9, 1.15]}, 1.1, 1.3, S),
        ({"meets": [0.9, 1.15]}, 1.16, 1.3, N),
        ({"meets": [0.9, 1.15]}, 0.5, 0.89, N),
        ({"meets": [0.9, 1.15], "no_wider_than": 0.3}, -2.0, 3.0, I),
        ({"contains": 0.5, "no_wider_than": 0.1}, 0.46, 0.54, S),
        ({"contains": 0.5, "no_wider_than": 0.1}, 0.2, 0.54, I),
        ({"contains": 0.5, "no_wider_than": 0.1}, 0.51, 0.54, N),
        ({"excludes": 0.0}, 0.1, 0.2, S),
        ({"excludes": 0.0}, -0.2, -0.1, S),
        ({"excludes": 0.0}, -0.2, 0.2, I),
        ({"excludes": 0.0, "no_wider_than": 0.1}, -0.02, 0.02, N),
        ({"excludes": 0.0, "no_wider_than": 0.1}, -0.2, 0.2, I),
        ({"equals": 1.0}, 1.0, 1.0, S),
        ({"equals": 1.0}, 0.99, 0.99, N),
        ({"low_at_least": 0.95}, nan, nan, I),
        ({"meets": [0.9, 1.15], "no_wider_than": 0.3}, 0.0, inf, I),
    ],
)
def test_each_rule_gives_each_verdict(rule, low, high, verdict):
    assert judge(rule, number(low, high)) is verdict


@pytest.mark.parametrize("rule", [{}, {"roughly": 1}, {"excludes": 0, "contains": 1}])
def test_a_rule_that_is_no_rule_is_named(rule):
    with pytest.raises(ValueError, match="allowed: exactly one of low_at_least"):
        judge(rule, number(0, 1))


@given(st.floats(-5, 5), st.floats(0, 3), st.floats(0, 3), st.integers(1, 20))
def test_widening_keeps_the_value_and_never_narrows(value, below, above, comparisons):
    before = Measurement(value, value - below, value + above, 9)
    after = widened(before, comparisons, 0.95)
    assert after.value == value
    assert after.low <= before.low + 1e-12 and after.high >= before.high - 1e-12


def test_widening_is_bonferroni_for_a_normal_interval():
    after = widened(number(-1.959964, 1.959964), 5, 0.95)
    assert after.high == pytest.approx(2.575829, abs=1e-5)  # the normal quantile of 0.995


def test_parts_decide_together():
    rule = {"low_at_least": 0.9}
    good, poor, vague = number(0.95, 0.99), number(0.2, 0.4), number(0.5, 0.95)
    assert judge_all([rule] * 2, [good, good], 0.95)[0] is S
    assert judge_all([rule] * 2, [good, poor], 0.95)[0] is N
    assert judge_all([rule] * 2, [good, vague], 0.95)[0] is I
    assert judge_all([rule] * 2, [good, None], 0.95)[0] is I
    assert judge_all([rule] * 2, [None, None], 0.95)[0] is Verdict.NOT_TESTED
    assert judge_all([], [], 0.95)[0] is Verdict.NOT_TESTED


def test_one_part_that_fails_by_a_hair_among_many_does_not_refute():
    rule = {"low_at_least": 0.9}
    hair = number(0.70, 0.8999)
    assert judge_all([rule], [hair], 0.95)[0] is N
    assert judge_all([rule] * 10, [number(0.95, 0.99)] * 9 + [hair], 0.95)[0] is I


CLAIMS = [
    {
        "id": "HV-x",
        "source": "HV",
        "claim": "it works",
        "table": "descents",
        "measures": [
            {"measure": "share at d = 1", "rule": {"low_at_least": 0.95}},
            {"measure": "share at d = 2", "rule": {"low_at_least": 0.95}},
        ],
    },
    {"id": "MI-y", "source": "MI", "claim": "later", "note": "needs data"},
]


SECONDS = {"descents": 12.5, "landscape": None}


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def test_the_ledger_reports_the_part_that_decides():
    measured = table(
        ("HV-x", "share at d = 1", 1.0, 0.98, 1.0, 200),
        ("HV-x", "share at d = 2", 0.5, 0.4, 0.6, 100),
    )
    first, second = ledger(CLAIMS, measured, 0.95, "smoke", SECONDS)
    assert (first["verdict"], first["value"], first["trials"]) == ("not supported", 0.5, 100)
    assert [part["verdict"] for part in first["parts"]] == ["supported", "not supported"]
    assert first["command"].endswith("config/smoke.yaml -- results/smoke/claims/descents.csv")
    assert (second["verdict"], second["value"]) == ("not tested", None)
    json.dumps([first, second], allow_nan=False)


def test_claims_of_one_table_share_its_seconds_and_others_have_none():
    other = CLAIMS[0] | {"id": "HV-w"}
    elsewhere = CLAIMS[0] | {"id": "HV-v", "table": "landscape"}
    entries = ledger([*CLAIMS, other, elsewhere], table(), 0.95, "smoke", SECONDS)
    assert {entry["id"]: entry["seconds"] for entry in entries} == {
        "HV-x": 12.5,
        "HV-w": 12.5,
        "HV-v": None,
        "MI-y": None,
    }
    assert as_table(entries)["seconds"].tolist()[::2] == [12.5, 12.5]


def test_numbers_without_a_bound_become_null():
    measured = table(("HV-x", "share at d = 1", nan, 0.5, inf, 3))
    first = ledger(CLAIMS[:1], measured, 0.95, "smoke", SECONDS)[0]
    assert (first["verdict"], first["value"], first["high"]) == ("inconclusive", None, None)


def test_faults_of_the_ledger_are_named():
    with pytest.raises(LedgerError, match="HV-z"):
        ledger(CLAIMS, table(("HV-z", "a", 1, 1, 1, 1)), 0.95, "smoke", SECONDS)
    with pytest.raises(LedgerError, match="two rows measure 'share at d = 1'"):
        row = ("HV-x", "share at d = 1", 1.0, 0.98, 1.0, 200)
        ledger(CLAIMS, table(row, row), 0.95, "smoke", SECONDS)
    with pytest.raises(LedgerError, match="more than once"):
        ledger(CLAIMS * 2, table(), 0.95, "smoke", SECONDS)


def test_a_star_stands_for_every_row_that_fits_and_reference_for_its_number():
    claim = {
        "id": "HV-rho",
        "source": "HV",
        "claim": "the centre is rho_d",
        "table": "landscape",
        "measures": [{"measure": "centre, d=*", "rule": {"contains": "reference"}}],
    }
    measured = pd.DataFrame(
        [
            ("HV-rho", "centre, d=2", 0.32, 0.30, 0.33, 40, 1 / np.pi),
            ("HV-rho", "centre, d=3", 0.60, 0.55, 0.65, 40, 0.4937),
            ("HV-rho", "spread", 0.1, 0.1, 0.1, 40, nan),
        ],
        columns=[*COLUMNS, "reference"],
    )
    only = ledger([claim], measured, 0.95, "smoke", SECONDS)[0]
    assert [part["measure"] for part in only["parts"]] == ["centre, d=2", "centre, d=3"]
    assert [part["verdict"] for part in only["parts"]] == ["supported", "not supported"]
    assert only["value"] == 0.60
    claim["measures"][0]["measure"] = "spr*"
    with pytest.raises(LedgerError, match="no reference beside 'spread'"):
        ledger([claim], measured, 0.95, "smoke", SECONDS)


def test_comparison_is_silent_on_equals_and_names_each_change():
    measured = table(
        ("HV-x", "share at d = 1", 1.0, 0.98, 1.0, 200),
        ("HV-x", "share at d = 2", 0.5, 0.4, 0.6, 100),
    )
    entries = ledger(CLAIMS, measured, 0.95, "smoke", SECONDS)
    expected = comparison.expected_of(entries, 1e-6)
    assert list(comparison.differences(entries, expected)) == []
    slower = [entry | {"seconds": 99.0} for entry in entries]
    assert list(comparison.differences(slower, expected)) == []
    changed = copy.deepcopy(entries)
    changed[0]["verdict"] = "supported"
    changed[0]["parts"][1]["value"] = 0.51
    changed[0]["parts"][0]["trials"] = 199
    changed.pop()
    told = "\n".join(comparison.differences(changed, expected))
    assert "HV-x: supported, expected not supported" in told
    assert "HV-x, share at d = 2: value is 0.51, expected 0.5 within 1e-06" in told
    assert "HV-x, share at d = 1: 199 trials, expected 200" in told
    assert "MI-y: expected not tested, but the ledger does not list it" in told


def trials_with_transition_at(location, seed, expansivities=(1, 1.5, 2, 3, 4, 6, 9)):
    """Trials whose own thresholds are lognormal about a location; the same noise for one seed."""
    noise = np.random.default_rng(seed).normal(0, 0.25, (len(expansivities), 400))
    rows = [
        (e, f"s{e}", 12.0, trial, np.log(e) > np.log(location) + noise[i, trial])
        for i, e in enumerate(expansivities)
        for trial in range(400)
    ]
    return pd.DataFrame(
        rows, columns=["expansivity", "shape", "measurement_ratio", "trial", "success"]
    )


def test_step_shift_recovers_a_known_shift_and_pairing_narrows_it():
    default, bold = trials_with_transition_at(2.5, 1), trials_with_transition_at(3.2, 1)
    _, low, high, trials = descents.step_shift(default, bold, 0.95)
    assert low <= np.log(3.2 / 2.5) <= high
    assert trials == 7 * 400
    unpaired = descents.step_shift(default, trials_with_transition_at(3.2, 2), 0.95)
    assert high - low < unpaired[2] - unpaired[1]


def test_no_shift_between_equals():
    same = trials_with_transition_at(2.5, 1)
    assert descents.step_shift(same, same, 0.95)[:3] == (0.0, 0.0, 0.0)


def decided_trials():
    """A diagram whose shares are known: expansivity 2 and 5, m/k 1 and 4, twenty networks each."""
    rows = []
    for e in (2.0, 5.0):
        for ratio in (1.0, 4.0):
            for trial in range(20):
                kind = "recovery" if e > 4 or trial < 5 else "kink" if trial < 15 else "dead"
                if trial == 19:
                    kind = "undecided"
                rows.append(
                    {
                        "shape": f"10-{10 * e:.0f}",
                        "depth": 2,
                        "expansivity": e,
                        "measurements": int(10 * ratio),
                        "measurement_ratio": ratio,
                        "trial": trial,
                        "outcome": kind,
                        "certified": kind == "recovery",
                        "below_threshold": kind == "recovery" and trial != 0,
                        "nullity": 0,
                        "converges": kind == "recovery",
                        "point_error": 1e-14 * trial,
                    }
                )
    return pd.DataFrame(rows)


def test_outcome_measures_on_trials_of_known_shares():
    table = outcomes.measures({"measurements-d2": decided_trials()}, 0.95).set_index("measure")
    value = table["value"].to_dict()
    assert value["certified at expansivity at least 4, d = 2"] == 19 / 20
    assert value["kink share of decided failures at expansivity at most 3"] == 10 / 14
    assert value["dead share of decided failures at expansivity at most 3"] == 4 / 14
    assert value["disagreement near the transition"] == 4 / 76
    assert value["threshold recoveries certified"] == 1.0
    assert value["trials decided"] == 0.95
    assert value["largest limit error of a recovery"] == 18e-14
    assert np.isnan(value["smallest limit error of a failure"])
    # Both m share each network: twenty networks, not forty trials.
    low = table.loc["trials decided", "low"]
    assert low == pytest.approx(clustered_interval([2] * 38 + [0] * 2, [2] * 40, 0.95)[0])


def test_every_outcome_rule_names_a_measure():
    listed = yaml.safe_load((Path(__file__).parents[2] / "config/claims.yaml").read_text())
    made = outcomes.measures({"measurements-d2": decided_trials()}, 0.95)
    for claim in listed:
        if claim.get("table") == "outcomes" and claim["id"].startswith("OWN"):
            mine = set(made.loc[made["claim"] == claim["id"], "measure"])
            assert {part["measure"] for part in claim["measures"]} <= mine
