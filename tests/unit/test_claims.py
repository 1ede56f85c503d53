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

from genprior.claims import comparison
from genprior.claims.ledger import LedgerError, as_table, ledger
from genprior.claims.rules import Verdict, judge, judge_all, widened
from genprior.experiments import measures
from genprior.statistics.estimates import Estimate, from_table, to_table
from genprior.statistics.intervals import clustered_interval

S, N, I = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.INCONCLUSIVE  # noqa: E741


def number(low, high, value=None):
    return Estimate((low + high) / 2 if value is None else value, low, high, 20)


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
    before = Estimate(value, value - below, value + above, 9)
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
        "table": "experiments",
        "measures": [
            {"measure": "share", "where": {"depth": 1}, "rule": {"low_at_least": 0.95}},
            {"measure": "share", "where": {"depth": 2}, "rule": {"low_at_least": 0.95}},
        ],
    },
    {"id": "MI-y", "source": "MI", "claim": "later", "note": "needs data"},
]


SECONDS = {"experiments": 12.5, "landscape": None}


def share(depth, value, low, high, trials, claim="HV-x"):
    return Estimate(value, low, high, trials).named(claim, "share", depth=depth)


MEASURED = [share(1, 1.0, 0.98, 1.0, 200), share(2, 0.5, 0.4, 0.6, 100)]


def test_the_ledger_reports_the_part_that_decides():
    first, second = ledger(CLAIMS, MEASURED, 0.95, "smoke", SECONDS)
    assert (first["verdict"], first["value"], first["trials"]) == ("not supported", 0.5, 100)
    assert [part["verdict"] for part in first["parts"]] == ["supported", "not supported"]
    assert [part["label"] for part in first["parts"]] == ["share, d = 1", "share, d = 2"]
    assert first["command"].endswith("config/smoke.yaml -- results/smoke/claims/experiments.csv")
    assert (second["verdict"], second["value"]) == ("not tested", None)
    json.dumps([first, second], allow_nan=False)


def test_claims_of_one_table_share_its_seconds_and_others_have_none():
    other = CLAIMS[0] | {"id": "HV-w"}
    elsewhere = CLAIMS[0] | {"id": "HV-v", "table": "landscape"}
    entries = ledger([*CLAIMS, other, elsewhere], [], 0.95, "smoke", SECONDS)
    assert {entry["id"]: entry["seconds"] for entry in entries} == {
        "HV-x": 12.5,
        "HV-w": 12.5,
        "HV-v": None,
        "MI-y": None,
    }
    assert as_table(entries)["seconds"].tolist()[::2] == [12.5, 12.5]


def test_numbers_without_a_bound_become_null():
    first = ledger(CLAIMS[:1], [share(1, nan, 0.5, inf, 3)], 0.95, "smoke", SECONDS)[0]
    assert (first["verdict"], first["value"], first["high"]) == ("inconclusive", None, None)


def test_faults_of_the_ledger_are_named():
    with pytest.raises(LedgerError, match="HV-z"):
        ledger(CLAIMS, [share(1, 1, 1, 1, 1, "HV-z")], 0.95, "smoke", SECONDS)
    with pytest.raises(LedgerError, match="two rows measure 'share, d = 1'"):
        ledger(CLAIMS, [*MEASURED, share(1.0, 0.9, 0.8, 1.0, 7)], 0.95, "smoke", SECONDS)
    with pytest.raises(LedgerError, match="more than once"):
        ledger(CLAIMS * 2, [], 0.95, "smoke", SECONDS)


def test_what_is_asked_for_stands_for_every_cell_that_agrees_and_reference_for_its_number():
    claim = {
        "id": "HV-rho",
        "source": "HV",
        "claim": "the centre is rho_d",
        "table": "landscape",
        "measures": [
            {
                "measure": "centre",
                "where": {"networks": "widest"},
                "rule": {"contains": "reference"},
            }
        ],
    }
    measured = [
        Estimate(value, low, high, 40).named(
            "HV-rho", measure, reference, depth=depth, networks=networks
        )
        for measure, depth, networks, value, low, high, reference in [
            ("centre", 2, "widest", 0.32, 0.30, 0.33, 1 / np.pi),
            ("centre", 2, "all", 0.9, 0.8, 1.0, 1 / np.pi),
            ("centre of all", 2, "widest", 0.9, 0.8, 1.0, 1 / np.pi),
            ("centre", 3, "widest", 0.60, 0.55, 0.65, 0.4937),
            ("spread", 3, "widest", 0.1, 0.1, 0.1, nan),
        ]
    ]
    only = ledger([claim], measured, 0.95, "smoke", SECONDS)[0]
    assert [part["where"]["depth"] for part in only["parts"]] == [2, 3]
    assert [part["verdict"] for part in only["parts"]] == ["supported", "not supported"]
    assert only["value"] == 0.60
    claim["measures"][0]["measure"] = "spread"
    with pytest.raises(LedgerError, match="no reference beside 'spread, d = 3, networks = widest'"):
        ledger([claim], measured, 0.95, "smoke", SECONDS)


def test_whole_numbers_that_a_table_holds_as_floats_are_the_same_cell(tmp_path):
    to_table([*MEASURED, Estimate(1, 1, 1, 1).named("HV-x", "k50")]).to_csv(
        tmp_path / "claims.csv", index=False
    )
    read = from_table(pd.read_csv(tmp_path / "claims.csv"))
    assert isinstance(read[0].where["depth"], float)
    entries = [ledger(CLAIMS, found, 0.95, "smoke", SECONDS) for found in (read, MEASURED)]
    assert entries[0] == entries[1]
    assert list(comparison.differences(entries[0], comparison.expected_of(entries[1], 0))) == []


def test_a_part_that_nothing_fits_has_a_name_and_no_number():
    first = ledger(CLAIMS, MEASURED[:1], 0.95, "smoke", SECONDS)[0]
    assert first["verdict"] == "inconclusive"
    missing = first["parts"][1]
    assert (missing["label"], missing["verdict"]) == ("share, d = 2", "not tested")
    assert missing["value"] is None and missing["trials"] is None


def test_comparison_is_silent_on_equals_and_names_each_change():
    entries = ledger(CLAIMS, MEASURED, 0.95, "smoke", SECONDS)
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
    assert "HV-x, share, d = 2: value is 0.51, expected 0.5 within 1e-06" in told
    assert "HV-x, share, d = 1: 199 trials, expected 200" in told
    assert "MI-y: expected not tested, but the ledger does not list it" in told


def test_comparison_tells_of_measures_on_either_side_alone():
    entries = ledger(CLAIMS, MEASURED, 0.95, "smoke", SECONDS)
    expected = comparison.expected_of(entries, 1e-6)
    fewer = copy.deepcopy(entries)
    del fewer[0]["parts"][0]
    assert list(comparison.differences(fewer, expected)) == [
        "HV-x, share, d = 1: not in the ledger"
    ]
    del expected[0]["parts"][1]
    assert list(comparison.differences(entries, expected)) == [
        "HV-x, share, d = 2: not among what is expected"
    ]


def test_a_comparison_of_nothing_shows_nothing():
    nothing = ["no number of the ledger was compared"]
    assert list(comparison.differences([], [])) == nothing
    untested = ledger(CLAIMS, [], 0.95, "smoke", SECONDS)
    expected = comparison.expected_of(untested, 1e-6)
    assert list(comparison.differences(untested, expected)) == nothing


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
    paired = measures.step_shift(default, bold, 0.95)
    assert paired.low <= np.log(3.2 / 2.5) <= paired.high
    assert paired.trials == 7 * 400
    unpaired = measures.step_shift(default, trials_with_transition_at(3.2, 2), 0.95)
    assert paired.width < unpaired.width


def test_no_shift_between_equals():
    same = trials_with_transition_at(2.5, 1)
    shift = measures.step_shift(same, same, 0.95)
    assert (shift.value, shift.low, shift.high) == (0.0, 0.0, 0.0)


def decided_trials(depth=2):
    """A diagram whose shares are known: expansivity 2 and 5, m/k 1 and 4, twenty networks each."""
    recoveries, verdicts = [], []
    for e in (2.0, 5.0):
        for ratio in (1.0, 4.0):
            for trial in range(20):
                kind = "recovery" if e > 4 or trial < 5 else "kink" if trial < 15 else "dead"
                if trial == 19:
                    kind = "undecided"
                identity = {
                    "shape": f"10-{10 * e:.0f}",
                    "depth": depth,
                    "latent_dimension": 10,
                    "expansivity": e,
                    "sensing": "gaussian",
                    "measurements": int(10 * ratio),
                    "trial": trial,
                }
                below = kind == "recovery" and trial != 0
                recoveries.append(identity | {"relative_error": 1e-6 if below else 0.5})
                verdicts.append(
                    identity
                    | {
                        "outcome": kind,
                        "nullity": 0,
                        "converges": kind == "recovery",
                        "point_error": 1e-14 * trial,
                    }
                )
    return pd.DataFrame(recoveries), pd.DataFrame(verdicts)


def measured_diagram():
    recoveries, verdicts = decided_trials()
    success = {"relative_error": 1e-3, "judged_by": "certificate"}
    return measures.estimates(
        {"measurements_recoveries": recoveries, "measurements_outcomes": verdicts},
        {"success": success, "statistics": {"confidence": 0.95}},
    )


def test_outcome_measures_on_trials_of_known_shares():
    found = {one.label: one for one in measured_diagram()}
    value = {label: one.value for label, one in found.items()}
    assert value["certified, d = 2, cells = expansivity >= 4, m/k = 4"] == 19 / 20
    failures = "share of decided failures, outcome = {}, d = 2, cells = expansivity <= 3"
    assert value[failures.format("kink")] == 10 / 14
    assert value[failures.format("dead")] == 4 / 14
    assert value["disagreement near the transition, d = 2"] == 4 / 76
    assert value["threshold recoveries certified, d = 2"] == 1.0
    assert value["trials decided, d = 2"] == 0.95
    assert value["largest limit error of a recovery, d = 2"] == 18e-14
    assert np.isnan(value["smallest limit error of a failure, d = 2"])
    # Both m share each network: twenty networks, not forty trials.
    low = found["trials decided, d = 2"].low
    assert low == pytest.approx(clustered_interval([2] * 38 + [0] * 2, [2] * 40, 0.95)[0])


def test_experiments_that_there_are_not_leave_their_measures_out():
    settings = {"success": {}, "statistics": {"confidence": 0.95}}
    assert measures.estimates({}, settings) == []
    claims = {one.claim for one in measured_diagram()}
    assert claims == {"HV-recovery", "OWN-kinks", "OWN-threshold", "OWN-certified"}


def test_every_rule_about_outcomes_names_a_measure():
    listed = yaml.safe_load((Path(__file__).parents[2] / "config/claims.yaml").read_text())
    own = [
        claim for claim in listed if claim["id"] in ("OWN-kinks", "OWN-threshold", "OWN-certified")
    ]
    assert len(own) == 3
    found = [one for one in measured_diagram() if one.claim.startswith("OWN")]
    for entry in ledger(own, found, 0.95, "smoke", {}):
        assert all(part["trials"] for part in entry["parts"])
