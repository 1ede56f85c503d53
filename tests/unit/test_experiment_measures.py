"""Numbers behind the claims about the main experiments; every rule about them can win and lose."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from genprior.claims.claim import claims_of
from genprior.claims.ledger import parts_of
from genprior.claims.rules import Verdict, judge_all
from genprior.experiments import measures
from genprior.statistics.intervals import clustered_interval
from genprior.statistics.power import deciding, pilot_share

S, N, I = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.INCONCLUSIVE  # noqa: E741
CONFIG = Path(__file__).parents[2] / "config"
SETTINGS = {
    "success": {"relative_error": 1e-3, "judged_by": "certificate"},
    "statistics": {"confidence": 0.95},
}
# What a trial ends as: its class, and whether it lies below the threshold.
ENDS = {
    "recovery": ("recovery", True),
    "slow": ("recovery", False),
    "false": ("smooth", True),
    **{kind: (kind, False) for kind in ("kink", "dead", "smooth", "undecided")},
}


def cell(depth, expansivity, ratio, ends, k=20):
    """Recoveries and outcomes of one cell, one trial for each end; no ratio is A = I."""
    shape = [round(k * expansivity**i) for i in range(depth + 1)]
    rows = []
    for trial, end in enumerate(ends):
        kind, below = ENDS[end]
        rows.append(
            {
                "shape": "-".join(map(str, shape)),
                "depth": depth,
                "latent_dimension": k,
                "expansivity": float(expansivity),
                "sensing": "gaussian" if ratio else "identity",
                "measurements": round(k * ratio) if ratio else shape[-1],
                "trial": trial,
                "relative_error": 1e-6 if below else 0.5,
                "outcome": kind,
                "nullity": 0,
                "converges": kind == "recovery",
                "point_error": 1e-14 * trial,
            }
        )
    return rows


def tables(**cells):
    """The tables of trials of these experiments; each is a list of ``cell``."""
    found = {}
    for name, several in cells.items():
        rows = pd.DataFrame([row for one in several for row in one])
        verdicts = ["outcome", "nullity", "converges", "point_error"]
        identity = [column for column in rows if column not in (*verdicts, "relative_error")]
        found[f"{name}_recoveries"] = rows.drop(columns=verdicts)
        found[f"{name}_outcomes"] = rows[identity + verdicts]
    return found


def mixed(count, **shares):
    """Ends of so many trials, by their shares; the rest recover."""
    ends = [end for end, share in shares.items() for _ in range(round(share * count))]
    return ends + ["recovery"] * (count - len(ends))


def three(experiment, wide, of):
    """Tables that win, lose and do not decide: many trials, many that fail, few trials."""
    return {
        S: tables(**{experiment: of(mixed(400))}),
        N: tables(**{experiment: of(mixed(400, **wide))}),
        I: tables(**{experiment: of(mixed(12))}),
    }


def exponents(table, axis, wins, loses):
    """Tables of a scaling law: an interval about a number that wins, one that loses, a wide one."""

    def law(centre, reach):
        row = {"axis": axis, "depth": 2, "expansivity": 5.0, "measurement_ratio": 6.0}
        ends = {"exponent": centre, "low": centre - reach, "high": centre + reach, "trials": 1800}
        return {table: pd.DataFrame([row | ends])}

    return {S: law(wins, 0.02), N: law(loses, 0.02), I: law((wins + loses) / 2, 0.5)}


def inversions(wide, trials):
    rows = [
        (depth, e, hits, trials)
        for depth in (1, 2, 3)
        for e, hits in [(1.0, 0), (1.25, 0), (4.0, round(wide * trials)), (5.0, trials)]
    ]
    columns = ["depth", "expansivity", "successes", "trials"]
    return {"inversion": pd.DataFrame(rows, columns=columns)}


def curve(shares, trials, place=(80, 76, 84)):
    """Success against k by both readings, with k50 and its interval."""
    rows = [
        {"latent_dimension": k, "proportion": share, "low": 0.0, "high": 1.0, "trials": trials}
        | {"threshold_successes": round(share * trials)}
        for k, share in shares.items()
    ]
    cells = pd.DataFrame(rows)
    found = {"axis": "latent_dimension", "trials": 300}
    found |= dict(zip(("location", "low", "high"), place, strict=True))
    return {
        "success_against_k": cells[cells["latent_dimension"] < 100],
        "success_at_100": cells[cells["latent_dimension"] == 100],
        "transition_against_k": pd.DataFrame([found]),
    }


def m50(share):
    """Transitions at d = 2 and 3, expansivity 5, so that m50 is this share of n_d."""
    return pd.DataFrame(
        {"axis": "measurements", "depth": depth, "expansivity": 5.0, "shape": shape, "trials": 300}
        | {"location": share * outputs, "low": 0.9 * share * outputs, "high": 1.1 * share * outputs}
        for depth, shape, outputs in [(2, "20-100-500", 500), (3, "20-100-500-2500", 2500)]
    )


def diagrams(ends, depths=(1, 2, 3)):
    return [cell(depth, 3, ratio, ends) for depth in depths for ratio in (3, 12)]


def steps(shift, trials):
    """The diagram at two steps, e50 at 2.5 and later by a factor; the same noise in both."""
    expansivities = (1, 1.5, 2, 3, 4, 6, 9)
    noise = np.random.default_rng(5).normal(0, 0.25, (len(expansivities), trials))

    def at(location):
        works = np.log(expansivities)[:, None] > np.log(location) + noise
        ends = [["recovery" if hit else "kink" for hit in row] for row in works]
        return [cell(2, e, 12, row) for e, row in zip(expansivities, ends, strict=True)]

    return tables(default=at(2.5), step=at(2.5 * shift))


SCENES = {
    "HV-recovery": three(
        "recovery", {"kink": 0.1}, lambda ends: [cell(d, 5, 12, ends) for d in (1, 2, 3)]
    ),
    "HV-compressive": {
        verdict: found | {"transitions": m50(0.1)}
        for verdict, found in three(
            "recovery",
            {"kink": 0.1},
            lambda ends: [cell(2, 5, 6, ends), cell(2, 5, 12, mixed(400)), cell(3, 5, 12, ends)],
        ).items()
    },
    "HV-inversion": three(
        "inversion", {"dead": 0.1}, lambda ends: [cell(d, 4, None, ends) for d in (1, 2, 3)]
    ),
    "HV-measurements": exponents("measurements_against_k", "measurements", 0.9, 1.3),
    "OWN-exponent": exponents("measurements_against_k", "measurements", 0.86, 1.0),
    "DRZ-constant": exponents("expansivity_against_k", "expansivity", -0.02, 0.1),
    "HV-expansivity": {
        S: inversions(0.99, 100),
        N: inversions(0.5, 100),
        I: inversions(1.0, 10),
    },
    "HHHV-fig1": {
        S: curve({10: 1, 20: 1, 50: 0.9, 100: 0.05}, 100),
        N: curve({10: 1, 20: 1, 50: 0.9, 100: 0.6}, 100),
        I: curve({10: 1, 20: 1, 50: 0.9, 100: 0.1}, 10),
    },
    "OWN-fig1": {
        verdict: curve({10: 1, 100: 0}, 30, place)
        for verdict, place in [(S, (80, 76, 84)), (N, (60, 55, 65)), (I, (80, 60, 120))]
    },
    "CONTROL-half": three(
        "measurements", {"smooth": 1.0}, lambda ends: [cell(d, 4, 0.5, ends) for d in (1, 2, 3)]
    ),
    "OWN-kinks": {
        S: tables(measurements=diagrams(mixed(400, kink=0.9), (2,))),
        N: tables(measurements=diagrams(mixed(400, dead=0.5, smooth=0.2), (2,))),
        I: tables(measurements=diagrams(mixed(10, kink=0.5), (2,))),
    },
    "OWN-smooth": {
        S: tables(measurements=diagrams(mixed(400, kink=0.9), (2,))),
        N: tables(measurements=diagrams(mixed(400, dead=0.5, smooth=0.2), (2,))),
        I: tables(measurements=diagrams(mixed(10, kink=0.5), (2,))),
    },
    "OWN-step": {S: steps(1.3, 300), N: steps(1.0, 300), I: steps(1.1, 8)},
    "OWN-threshold": {
        S: tables(measurements=diagrams(mixed(400, kink=0.5, slow=0.1))),
        N: tables(measurements=diagrams(mixed(1000, kink=0.5))),
        I: tables(measurements=diagrams(mixed(40, kink=0.5, slow=0.025))),
    },
    "OWN-certified": {
        S: tables(measurements=diagrams(mixed(500))),
        N: tables(measurements=diagrams(mixed(400, false=0.1))),
        I: tables(measurements=diagrams(mixed(20))),
    },
    "OWN-decided": three("measurements", {"undecided": 0.2}, diagrams),
}


def listed():
    """The claims about the main experiments, as they stand in the ledger."""
    claims = claims_of(yaml.safe_load((CONFIG / "claims.yaml").read_text()))
    return {claim.id: claim for claim in claims if "experiments/" in str(claim.tables)}


def tables_of_estimates(found):
    """Every table of estimates that can be made of these tables, by name."""
    return {
        f"experiments/{group}": list(measures.estimates(group, given, SETTINGS))
        for group, needs in measures.GROUPS.items()
        if (given := {name: found[name] for name in needs if name in found})
    }


def estimates(found):
    return [one for table in tables_of_estimates(found).values() for one in table]


def verdict(claim, found):
    parts = parts_of(claim, estimates(found))
    return judge_all([part.rule for part in parts], [part.measurement for part in parts], 0.95)


@pytest.mark.parametrize("claim", SCENES)
def test_every_rule_can_win_and_lose_and_agreement_costs_precision(claim):
    for expected, found in SCENES[claim].items():
        whole, each = verdict(listed()[claim], found)
        assert whole is expected, (expected, each)
        assert Verdict.NOT_TESTED not in each


def test_every_claim_about_the_main_experiments_has_such_a_test():
    assert set(listed()) == set(SCENES)


@pytest.mark.parametrize("claim", SCENES)
def test_a_claim_names_the_tables_that_bear_on_it(claim):
    found = tables_of_estimates(SCENES[claim][S])
    bearing = {name for name, table in found.items() if claim in {one.claim for one in table}}
    assert bearing == set(listed()[claim].tables)


def test_tables_of_estimates_need_tables_that_are_named():
    assert {name for needs in measures.GROUPS.values() for name in needs} == set(measures.NEEDS)


# The pilots at seed 14: successes and trials in the cells that claims are about, and the bound.
# At recovery-d3 an earlier trial run of 400 is less favourable than the pilot; at success-at-100
# the first ledger's 5 of 30 are counted with the pilots' runs.
PILOTS = {
    "recovery-d1": (200, 200, 0.95),
    "recovery-d2": (199, 200, 0.95),
    "recovery-d3": (396, 400, 0.95),
    "inversion-d1": (400, 400, 0.95),
    "inversion-d2": (399, 400, 0.95),
    "inversion-d3": (298, 300, 0.95),
    "success-at-100": (6, 78, 0.25),
}


@pytest.mark.parametrize("experiment", PILOTS)
def test_the_standard_size_has_the_trials_that_the_plan_asks_for(experiment):
    successes, trials, bound = PILOTS[experiment]
    planned = yaml.safe_load((CONFIG / "standard.yaml").read_text())["experiments"][experiment]
    wide = [e for e in planned.get("expansivity", [np.inf]) if e >= measures.ALWAYS]
    design = planned["trials"] * len(wide)
    assert deciding(design, pilot_share(successes, trials), bound, 0.95) >= 0.9


def test_the_control_is_refuted_by_a_few_trials():
    """At smoke size too: a lower bound that nothing reaches."""
    few = [cell(depth, e, 0.5, ["smooth"] * 8) for depth in (1, 2, 3) for e in (5, 8)]
    assert verdict(listed()["CONTROL-half"], tables(measurements=few))[0] is N


def diagram():
    """Expansivity 2 and 5, m/k 1 and 4, twenty networks each, with known shares at d = 2."""
    narrow = [*["slow"], *["recovery"] * 4, *["kink"] * 10, *["dead"] * 4, "undecided"]
    wide = [*["slow"], *["recovery"] * 18, "undecided"]
    return tables(
        measurements=[
            cell(2, e, ratio, ends, k=10)
            for e, ends in [(2, narrow), (5, wide)]
            for ratio in (1, 4)
        ]
    )


def test_measures_of_outcomes_on_trials_of_known_shares():
    found = {one.label: one for one in estimates(diagram())}
    value = {label: one.value for label, one in found.items()}
    failures = "share of decided failures, outcome = {}, d = 2, {}"
    for cells in ("cells = expansivity <= 3", "expansivity = 2"):
        assert value[failures.format("kink", cells)] == 10 / 14
        assert value[failures.format("dead", cells)] == 4 / 14
    assert failures.format("kink", "expansivity = 5") not in value  # nothing fails there
    assert value["disagreement near the transition, d = 2"] == 4 / 76
    assert value["threshold recoveries certified, d = 2"] == 1.0
    assert value["trials decided, d = 2"] == 0.95
    assert value["largest limit error of a recovery, d = 2"] == 18e-14
    assert np.isnan(value["smallest limit error of a failure, d = 2"])
    # Both m share each network: twenty networks, not forty trials.
    low = found["trials decided, d = 2"].low
    assert low == pytest.approx(clustered_interval([2] * 38 + [0] * 2, [2] * 40, 0.95)[0])


def test_recovery_with_few_measurements_is_judged_at_no_more_than_a_quarter_of_the_outputs():
    ends = {6: mixed(20, kink=0.2), 12: mixed(20)}
    cells = [cell(depth, 5, ratio, ends[ratio]) for depth in (1, 2, 3) for ratio in (6, 12)]
    found = {
        (one.claim, one.where["depth"]): (one.value, one.where["measurement_ratio"])
        for one in measures.estimates("recovery", tables(recovery=cells), SETTINGS)
    }
    assert found == {
        **{("HV-recovery", depth): (1.0, 12) for depth in (1, 2, 3)},
        ("HV-compressive", 2): (0.8, 6),  # 240 measurements are half of 500 outputs
        ("HV-compressive", 3): (1.0, 12),
    }


def test_experiments_that_there_are_not_leave_their_measures_out():
    assert estimates({}) == []
    claims = {one.claim for one in estimates(diagram())}
    assert claims == {"OWN-kinks", "OWN-smooth", "OWN-threshold", "OWN-certified", "OWN-decided"}


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
