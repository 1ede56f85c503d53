"""Verdict rules give every verdict they can; the ledger finds numbers; comparisons see changes."""

import copy
import json
import re
from math import inf, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from genprior.claims import comparison
from genprior.claims.claim import ClaimError, claims_of, papers_of
from genprior.claims.ledger import LedgerError, as_table, entries_of, ledger
from genprior.claims.multiplicity import holm, p_of_claim, p_value, reading
from genprior.claims.rules import RULES, WORDS, Verdict, in_words, judge, judge_all, widened
from genprior.claims.words import account
from genprior.statistics.estimate import Estimate, from_table, to_table
from genprior.statistics.estimates import mean, share

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
        ({"inside": [0.9, 1.15]}, 0.9, 1.15, S),
        ({"inside": [0.9, 1.15]}, 1.1, 1.3, I),
        ({"inside": [0.9, 1.15]}, 1.16, 1.3, N),
        ({"inside": [0.9, 1.15]}, 0.5, 0.89, N),
        ({"inside": [0.9, 1.15]}, -2.0, 3.0, I),
        ({"equals": 1.0}, 1.0, 1.0, S),
        ({"equals": 1.0}, 0.99, 0.99, N),
        ({"low_at_least": 0.95}, nan, nan, I),
        ({"inside": [0.9, 1.15]}, 0.0, inf, I),
    ],
)
def test_each_rule_gives_each_verdict(rule, low, high, verdict):
    assert judge(rule, number(low, high)) is verdict


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"low_at_least": 0.95}, "the whole interval lies at or above 0.95"),
        ({"high_at_most": "reference"}, "lies at or below what theory puts beside it"),
        ({"inside": [-0.2, 0.2]}, "the whole interval lies between -0.2 and 0.2"),
        ({"equals": 0}, "the count is exactly 0"),
    ],
)
def test_a_rule_has_words(rule, told):
    assert told in in_words(rule)
    assert WORDS.keys() == RULES.keys()


@pytest.mark.parametrize("rule", [{}, {"roughly": 1}, {"low_at_least": 0, "high_at_most": 1}])
def test_a_rule_that_is_no_rule_is_named(rule):
    with pytest.raises(ValueError, match="allowed: exactly one of low_at_least"):
        judge(rule, number(0, 1))


BOUND = st.floats(-3, 3)


@given(
    st.one_of(
        BOUND.map(lambda b: {"low_at_least": b}),
        BOUND.map(lambda b: {"high_at_most": b}),
        st.tuples(BOUND, st.floats(0.01, 3)).map(lambda p: {"inside": [p[0], p[0] + p[1]]}),
    ),
    st.floats(-4, 4),
    st.floats(0.001, 3),
    st.floats(1.01, 50),
)
def test_imprecision_never_wins(rule, value, reach, factor):
    """What a wide interval supports or refutes, a narrower one about the same value does too."""
    wide, narrow = (number(value - r, value + r) for r in (factor * reach, reach))
    assert judge(rule, wide) in (I, judge(rule, narrow))


@pytest.mark.parametrize("kind", ["low_at_least", "high_at_most", "inside"])
def test_every_rule_can_lose_and_agreement_costs_precision(kind):
    """By simulation: a truth beyond the bound is refuted, one within it is supported, if enough
    trials are spent; at few trials neither."""
    rng = np.random.default_rng(8)
    bound = {"low_at_least": -1.0, "high_at_most": 1.0, "inside": [-1.0, 1.0]}[kind]
    truths = {S: 0.0, N: -2.0 if kind == "low_at_least" else 2.0}
    for trials, decided in [(2, False), (200, True)]:
        for wanted, truth in truths.items():
            found = [
                judge({kind: bound}, mean(rng.normal(truth, 2, trials), 0.95)) for _ in range(100)
            ]
            assert (found.count(wanted) > 90) == decided


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
        "where": {"paper": "HV", "place": "Theorem 1"},
        "known": "quoted",
        "claim": "it works",
        "tables": ["experiments/recovery"],
        "quantity": "share of networks",
        "fixed": "before the run",
        "measures": [
            {"measure": "share", "where": {"depth": 1}, "rule": {"low_at_least": 0.95}},
            {"measure": "share", "where": {"depth": 2}, "rule": {"low_at_least": 0.95}},
        ],
    },
    {
        "id": "MI-y",
        "where": {"paper": "MI"},
        "known": "recalled",
        "claim": "later",
        "note": "needs data",
    },
]
PAPERS = papers_of(
    {"HV": {"cite": "Global Guarantees", "version": "arXiv 1v3"}, "MI": {"cite": "An interview"}}
)


def judged(claims, estimates):
    return ledger(claims_of(claims), PAPERS, estimates, 0.95, "smoke", SECONDS, FIGURES)


SECONDS, FIGURES = {"HV-x": 12.5}, {"HV-x": "measurements"}


def shared(depth, value, low, high, trials, claim="HV-x"):
    return Estimate(value, low, high, trials).named(claim, "share", depth=depth)


MEASURED = [shared(1, 1.0, 0.98, 1.0, 200), shared(2, 0.5, 0.4, 0.6, 100)]


def test_the_ledger_reports_the_part_that_decides():
    first, second = judged(CLAIMS, MEASURED)
    assert (first["verdict"], first["value"], first["trials"]) == ("not supported", 0.5, 100)
    assert [part["verdict"] for part in first["parts"]] == ["supported", "not supported"]
    assert [part["label"] for part in first["parts"]] == ["share, d = 1", "share, d = 2"]
    assert first["command"] == "make claim ID=HV-x SIZE=smoke"
    assert (first["seconds"], first["figure"]) == (12.5, "measurements")
    assert (second["command"], second["seconds"], second["figure"]) == (None, None, None)
    assert as_table([first, second])["trials"].tolist()[0] == 100
    assert (second["verdict"], second["value"]) == ("not tested", None)
    json.dumps([first, second], allow_nan=False)


def test_the_quantity_is_that_of_the_number_that_decides():
    several = CLAIMS[0] | {
        "quantity": {"share": "share of networks", "spread": "a length"},
        "measures": [
            {"measure": "share", "rule": {"low_at_least": 0.95}},
            {"measure": "spread", "rule": {"high_at_most": 1}},
        ],
    }
    spread = Estimate(2.0, 1.9, 2.1, 9).named("HV-x", "spread")
    assert judged([several], [MEASURED[0], spread])[0]["quantity"] == "a length"
    assert judged([several], MEASURED[:1])[0]["quantity"] == "share of networks"
    assert judged(CLAIMS, [])[1]["quantity"] is None


def test_a_claim_is_told_part_by_part_beside_what_is_committed():
    entry = judged(CLAIMS, MEASURED)[0]
    (committed,) = comparison.expected_of([entry | {"verdict": "supported"}], 1e-6)
    committed["parts"] = committed["parts"][1:]
    committed["parts"][0] |= {"value": 0.75, "verdict": "inconclusive"}
    assert account(entry, committed, 1234.5).splitlines() == [
        "HV-x: not supported (committed: supported)",
        "  it works",
        "  HV (arXiv 1v3), Theorem 1: quoted",
        "  share of networks",
        "  share, d = 1: 1 [0.98, 1], 200 trials",
        "    supported; the rule: the whole interval lies at or above 0.95",
        "    committed: nothing",
        "  share, d = 2: 0.5 [0.4, 0.6], 100 trials (decides)",
        "    not supported; the rule: the whole interval lies at or above 0.95",
        "    committed: 0.75 [0.4, 0.6], 100 trials, inconclusive",
        "  1,234 processor seconds of trials",
    ]
    nothing = judged(CLAIMS, [])[0]
    assert "share: not measured" in account(
        nothing | {"parts": [nothing["parts"][0] | {"label": "share"}]}, None, None
    )


def test_a_claim_is_judged_alone_as_in_the_ledger():
    """A figure's claims: the same numbers and verdict, without what belongs to the whole ledger."""
    whole = judged(CLAIMS, MEASURED)[0]
    alone = entries_of(["HV-x"], claims_of(CLAIMS), PAPERS, MEASURED, 0.95)["HV-x"]
    assert alone.items() <= whole.items()
    assert whole.keys() - alone.keys() == {"command", "seconds", "figure", "stands", "why"}
    nothing = entries_of(["MI-y", "HV-x"], claims_of(CLAIMS), PAPERS, [], 0.95)
    assert [(name, one["value"]) for name, one in nothing.items()] == [
        ("MI-y", None),
        ("HV-x", None),
    ]


def test_numbers_without_a_bound_become_null():
    first = judged(CLAIMS[:1], [shared(1, nan, 0.5, inf, 3)])[0]
    assert (first["verdict"], first["value"], first["high"]) == ("inconclusive", None, None)


def test_faults_of_the_ledger_are_named():
    with pytest.raises(LedgerError, match="HV-z"):
        judged(CLAIMS, [shared(1, 1, 1, 1, 1, "HV-z")])
    with pytest.raises(LedgerError, match="two rows measure 'share, d = 1'"):
        judged(CLAIMS, [*MEASURED, shared(1.0, 0.9, 0.8, 1.0, 7)])
    with pytest.raises(LedgerError, match="more than once"):
        judged(CLAIMS * 2, [])


def test_where_a_claim_is_made_and_how_that_is_known_stand_in_its_entry():
    first, second = judged(CLAIMS, MEASURED)
    assert (first["where"], first["known"]) == ("HV (arXiv 1v3), Theorem 1", "quoted")
    assert (second["where"], second["known"]) == ("MI", "recalled")
    with pytest.raises(LedgerError, match="claims name DRZ; papers: HV, MI"):
        judged([CLAIMS[1] | {"where": {"paper": "DRZ"}}], [])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"known": "surely"}, "claim HV-x: known: .*'quoted', 'read off', 'recalled' or 'ours'"),
        ({"bound": 3}, "claim HV-x: bound: Extra inputs are not permitted, given 3"),
        ({"fixed": None}, "its quantity and the day of its rules"),
        ({"where": []}, "claim HV-x: where: .*at least 1"),
        ({"quantity": {"spread": "m"}}, "quantity: one for each measure: share"),
        ({"measures": [{"measure": "a", "rule": {"meets": 1}}]}, "exactly one of low_at_least"),
        ({"measures": [{"measure": "a", "rule": {"inside": 1}}]}, "two ends"),
        ({"measures": [{"measure": "a", "rule": {"inside": [2, 1]}}]}, "first end below the"),
        ({"measures": [{"measure": "a", "rule": {"equals": "b"}}]}, "numbers, or the word"),
    ],
)
def test_a_claim_that_is_none_is_refused_by_key(change, told):
    with pytest.raises(ClaimError, match=told):
        claims_of([CLAIMS[0] | change])


CONTROL = CLAIMS[0] | {
    "id": "CONTROL",
    "kind": "control",
    "measures": [{"measure": "false", "rule": {"low_at_least": 0.95}}],
}


def test_a_control_that_does_not_fail_voids_the_ledger():
    failing = Estimate(0.0, 0.0, 0.2, 16).named("CONTROL", "false")
    entries = judged([*CLAIMS, CONTROL], [*MEASURED, failing])
    assert [one["verdict"] for one in entries] == ["not supported", "not tested", "not supported"]
    assert reading(entries, 0.95)["stand"] and entries[2]["stands"] is None
    vague, passing = Estimate(0.9, 0.8, 1.0, 16), Estimate(1.0, 0.96, 1.0, 160)
    for one in ([vague.named("CONTROL", "false")], [passing.named("CONTROL", "false")], []):
        entries = judged([*CLAIMS, CONTROL], [*MEASURED, *one])
        assert [entry["verdict"] for entry in entries[:2]] == ["void", "void"]
        assert entries[2]["verdict"] != "void" and not reading(entries, 0.95)["stand"]
        expected = comparison.expected_of(judged([*CLAIMS, CONTROL], [*MEASURED, failing]), 1e-6)
        assert any(row.matters for row in comparison.compared(entries, expected))


SOUND = {"low_at_least": 0.9}


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.05, 0.95))
def test_a_share_decides_exactly_where_its_p_is_small(successes, failures, bound):
    one = share([True] * successes + [False] * failures, 0.95)
    for rule in ({"low_at_least": bound}, {"high_at_most": bound}, {"inside": [0.0, bound]}):
        for verdict in (S, N):
            p = p_value(rule, one, verdict, 0.95)
            if abs(p - 0.05) > 1e-9:
                assert (p < 0.05) == (judge(rule, one) is verdict)


def test_the_p_of_a_share_is_the_score_test_s():
    one = share([True] * 190 + [False] * 10, 0.95)
    z = (0.95 - 0.9) / np.sqrt(0.9 * 0.1 / 200)
    assert p_value(SOUND, one, S, 0.95) == pytest.approx(2 * stats.norm.sf(z), rel=1e-3)


def test_the_p_of_a_normal_interval_is_its_z_test_s():
    one = Estimate(1.0, 1.0 - 1.959964 * 0.3, 1.0 + 1.959964 * 0.3, 20)
    rule = {"inside": [0.2, 5.0]}
    assert p_value(rule, one, S, 0.95) == pytest.approx(2 * stats.norm.sf(0.8 / 0.3), rel=1e-5)
    assert p_value({"inside": [-2, 0.2]}, one, N, 0.95) == pytest.approx(
        2 * stats.norm.sf(0.8 / 0.3), rel=1e-5
    )


def test_a_claim_s_p_is_that_of_its_weakest_part_and_of_the_strongest_refutation():
    strong, weak, poor = (share([True] * n + [False] * (200 - n), 0.95) for n in (200, 192, 90))
    parts = [p_value(SOUND, one, S, 0.95) for one in (strong, weak)]
    assert p_of_claim([SOUND] * 2, [strong, weak], 0.95) == max(parts)
    refuted = p_value(SOUND, poor, N, 0.95)
    assert p_of_claim([SOUND] * 2, [strong, poor], 0.95) == 2 * refuted
    assert p_of_claim([{"equals": 0}], [strong], 0.95) is None


def test_holm_keeps_what_stands_among_many():
    """The textbook's procedure: sorted, against 0.05 / 4, / 3, / 2, / 1, to the first failure."""
    assert holm([0.01, None, 0.04, 0.03, 0.005], 0.95) == [True, None, False, False, True]
    assert holm([None], 0.95) == [None]


def test_the_reading_counts_what_may_be_false():
    claims = [
        CLAIMS[0] | {"id": f"C{i}", "measures": [{"measure": "share", "rule": SOUND}]}
        for i in range(4)
    ]
    hits = [300, 300, 190, 90]
    found = [
        share([True] * n + [False] * (300 - n if n > 200 else 205 - n), 0.95).named(
            f"C{i}", "share"
        )
        for i, n in enumerate(hits)
    ]
    told = reading(judged([*claims, CLAIMS[1]], found), 0.95)
    assert told["counts"] == {
        "supported": 2,
        "not supported": 1,
        "inconclusive": 1,
        "not tested": 1,
    }
    assert (told["statistical"], told["uncorrected"]) == (3, [])
    assert told["expected_false"] == pytest.approx(0.075)


def test_what_is_asked_for_stands_for_every_cell_that_agrees_and_reference_for_its_number():
    claim = {
        "id": "HV-rho",
        "where": [{"paper": "HV"}],
        "known": "quoted",
        "claim": "the centre is rho_d",
        "tables": ["landscape/gram"],
        "quantity": "a ratio",
        "fixed": "before the run",
        "measures": [
            {
                "measure": "centre",
                "where": {"networks": "widest"},
                "rule": {"low_at_least": "reference"},
            }
        ],
    }
    measured = [
        Estimate(value, low, high, 40).named(
            "HV-rho", measure, reference, depth=depth, networks=networks
        )
        for measure, depth, networks, value, low, high, reference in [
            ("centre", 2, "widest", 0.32, 0.32, 0.33, 1 / np.pi),
            ("centre", 2, "all", 0.9, 0.8, 1.0, 1 / np.pi),
            ("centre of all", 2, "widest", 0.9, 0.8, 1.0, 1 / np.pi),
            ("centre", 3, "widest", 0.40, 0.35, 0.45, 0.4937),
            ("spread", 3, "widest", 0.1, 0.1, 0.1, nan),
        ]
    ]
    only = judged([claim], measured)[0]
    assert [part["where"]["depth"] for part in only["parts"]] == [2, 3]
    assert [part["verdict"] for part in only["parts"]] == ["supported", "not supported"]
    assert only["value"] == 0.40
    claim["measures"][0]["measure"] = "spread"
    with pytest.raises(LedgerError, match="no reference beside 'spread, d = 3, networks = widest'"):
        judged([claim], measured)


def test_whole_numbers_that_a_table_holds_as_floats_are_the_same_cell(tmp_path):
    to_table([*MEASURED, Estimate(1, 1, 1, 1).named("HV-x", "k50")]).to_csv(
        tmp_path / "claims.csv", index=False
    )
    read = from_table(pd.read_csv(tmp_path / "claims.csv"))
    assert isinstance(read[0].where["depth"], float)
    entries = [judged(CLAIMS, found) for found in (read, MEASURED)]
    assert entries[0] == entries[1]
    assert kinds(entries[0], comparison.expected_of(entries[1], 0)) == {}


def test_a_part_that_nothing_fits_has_a_name_and_no_number():
    first = judged(CLAIMS, MEASURED[:1])[0]
    assert first["verdict"] == "inconclusive"
    missing = first["parts"][1]
    assert (missing["label"], missing["verdict"]) == ("share, d = 2", "not tested")
    assert missing["value"] is None and missing["trials"] is None


def kinds(entries, expected):
    """What differs, by claim and part."""
    return {
        (row.what, row.part): str(row.kind)
        for row in comparison.compared(entries, expected)
        if row.kind != "same"
    }


def test_a_ledger_is_as_expected_of_itself_whatever_its_seconds():
    entries = judged(CLAIMS, MEASURED)
    expected = comparison.expected_of(entries, 1e-6)
    slower = [entry | {"seconds": 99.0} for entry in entries]
    for same in (entries, slower):
        rows = comparison.compared(same, expected)
        assert {row.kind for row in rows} == {"same"}
        assert len(rows) == len(entries) + sum(len(entry["parts"]) for entry in entries)


def test_each_planted_difference_has_its_kind_and_matters_or_not():
    entries = judged(CLAIMS, MEASURED)
    expected = comparison.expected_of(entries, 1e-3)
    part = ("HV-x", "share, d = 1")

    def planted(**changes):
        changed = copy.deepcopy(entries)
        changed[0]["parts"][0] |= changes
        rows = comparison.compared(changed, expected)
        return kinds(changed, expected), any(row.matters for row in rows)

    value, trials = (entries[0]["parts"][0][name] for name in ("value", "trials"))
    assert planted(value=value + 5e-4) == ({}, False)
    assert planted(value=value + 2e-3) == ({part: "number"}, True)
    assert planted(high=None) == ({part: "number"}, True)
    assert planted(verdict="inconclusive") == ({part: "verdict"}, True)
    assert planted(trials=trials - 1) == ({part: "count"}, False)
    assert planted(trials=trials - 2) == ({part: "trials"}, True)
    assert planted(trials=None) == ({part: "trials"}, True)
    # A count excuses no number.
    assert planted(trials=trials - 1, low=0.0) == ({part: "number"}, True)

    for changes in ({"verdict": "supported"}, {"stands": not entries[0]["stands"]}):
        assert all(entries[0][name] != value for name, value in changes.items())
        other = [expected[0] | changes, *expected[1:]]
        assert kinds(entries, other) == {("HV-x", ""): "verdict"}


def test_of_many_trials_one_in_a_thousand_may_be_borderline():
    assert comparison.close_counts(1099, 1100, 1e-3) and comparison.close_counts(1264, 1265, 1e-3)
    assert not comparison.close_counts(1098, 1100, 1e-3)
    assert comparison.close_counts(9990, 10000, 1e-3)
    assert not comparison.close_counts(9989, 10000, 1e-3)
    assert not comparison.close_counts(None, 5, 1e-3) and comparison.close_counts(None, None, 1e-3)


def test_what_is_on_one_side_alone_is_missing():
    entries = judged(CLAIMS, MEASURED)
    expected = comparison.expected_of(entries, 1e-6)
    assert kinds(entries[:-1], expected) == {(entries[-1]["id"], ""): "missing"}
    assert kinds(entries, expected[1:])[entries[0]["id"], ""] == "missing"
    fewer = copy.deepcopy(entries)
    del fewer[0]["parts"][0]
    assert kinds(fewer, expected) == {("HV-x", "share, d = 1"): "missing"}
    del expected[0]["parts"][1]
    assert kinds(entries, expected) == {("HV-x", "share, d = 2"): "missing"}


def test_a_comparison_of_nothing_shows_nothing():
    nothing = {("every claim", ""): "missing"}
    assert kinds([], []) == nothing
    untested = judged(CLAIMS, [])
    assert kinds(untested, comparison.expected_of(untested, 1e-6)) == nothing


def test_figures_differ_in_bytes_unless_they_show_seconds():
    committed = {"a.png": "1", "b.png": "2", "slow.png": "3", "gone.png": "4"}
    here = {"a.png": "1", "b.png": "9", "slow.png": "9", "new.png": "5"}
    rows = comparison.compared_figures(committed, here, {"slow.png"})
    assert {row.part: (str(row.kind), row.matters) for row in rows} == {
        "a.png": ("same", False),
        "b.png": ("bytes", False),
        "gone.png": ("missing", True),
        "new.png": ("missing", True),
        "slow.png": ("seconds", False),
    }
    table = comparison.as_table(rows)
    assert (table["why"][table["kind"] != "same"] != "").all()


ROOT = Path(__file__).parents[2]
# Statements of HV by the numbers of arXiv v3; v1 numbers them otherwise.
NUMBERED = {"Theorem 1", "Theorem 4", "Corollary 5", "Proposition 6"}
NUMBERED |= {f"Lemma {n}" for n in (7, 8, 10, 11, 15, 16)}
OF_HV = re.compile(r"\bHV(?:'s)?,? (?:v3,? )?((?:Theorem|Lemma|Corollary|Prop)\w* [^);:.]*)")
STATEMENTS = re.compile(r"(Theorem|Lemma|Corollary|Proposition)s? ([\d, and]+)")


def test_statements_of_hv_have_the_numbers_of_one_version():
    listed = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
    places = [place for claim in claims_of(listed) for place in claim.where if place.paper == "HV"]
    texts = [place.place or "" for place in places]
    for path in [*ROOT.glob("src/**/*.py"), *ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]:
        texts += OF_HV.findall(" ".join(path.read_text().split()))
    named = {
        f"{kind} {number}"
        for text in texts
        for kind, numbers in STATEMENTS.findall(text)
        for number in re.findall(r"\d+", numbers)
    }
    assert len(named) > 3 and named <= NUMBERED, named - NUMBERED
