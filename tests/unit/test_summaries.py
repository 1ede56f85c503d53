"""From rows of trials to tables of statistics, on trials whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from genprior.experiments.rounds import allocate
from genprior.experiments.summaries import (
    judged,
    outcomes_table,
    read_judged,
    scaling_table,
    success_table,
    transitions_table,
)
from genprior.statistics.intervals import wilson_interval


def row(k, expansivity, m, trial, error, law="gaussian", stop="gradient"):
    shape = (k, round(k * expansivity), round(k * expansivity**2))
    return {
        "shape": "-".join(map(str, shape)),
        "depth": 2,
        "latent_dimension": k,
        "expansivity": float(expansivity),
        "sensing": law,
        "measurements": m,
        "trial": trial,
        "step": 1.0,
        "step_rule": "2^d/d^2",
        "relative_error": error,
        "loss": error**2,
        "gradient_norm": error,
        "iterations": 10 * trial,
        "negations": 0,
        "stop": stop,
        "seconds": 0.1,
    }


def grid(ks=(10,), expansivities=(2, 3), ratios=(1, 2, 3, 4), trials=20, threshold=2.5):
    """Success exactly where m/k exceeds the threshold, a tenth of the trials apart."""
    return [
        row(k, e, round(k * r), t, 1e-6 if (r > threshold) ^ (t % 10 == 9) else 0.5)
        for k in ks
        for e in expansivities
        for r in ratios
        for t in range(trials)
    ]


def trials_of(rows, threshold=1e-3):
    return judged(pd.DataFrame(rows), None, threshold)


def test_success_is_decided_by_the_threshold_inclusive():
    rows = [row(10, 2, 20, t, error) for t, error in enumerate([0.0, 1e-3, 1.001e-3, np.inf])]
    assert trials_of(rows)["success"].tolist() == [True, True, False, False]
    assert trials_of(rows, 1e-4)["success"].sum() == 1


def test_trials_come_in_the_order_of_their_identity_whatever_the_files(tmp_path):
    rows, success = grid(), {"relative_error": 1e-3, "judged_by": "threshold"}
    verdicts = [verdict(one, "recovery") for one in rows]

    def read(files, order):
        paths = {"recoveries": [], "outcomes": []}
        for number in range(files):
            for name, table in (("recoveries", rows), ("outcomes", verdicts)):
                paths[name].append(tmp_path / f"{name}-{files}-{number}.parquet")
                pd.DataFrame(table[::order][number::files]).to_parquet(paths[name][-1])
        return read_judged(paths["recoveries"][::-1], paths["outcomes"], success)

    pd.testing.assert_frame_equal(read(1, 1), read(7, -1))


def test_measurement_ratio_is_missing_under_identity():
    rows = [row(10, 2, 20, 0, 0.1), row(10, 2, 40, 0, 0.1, law="identity")]
    table = trials_of(rows).set_index("sensing")["measurement_ratio"]
    assert table["gaussian"] == 2 and np.isnan(table["identity"])


def test_success_table_by_hand():
    stops = ["gradient", "cap", "cap", "diverged", "gradient"]
    errors = [1e-9, 1e-4, 0.5, np.inf, 1e-8]
    rows = [row(10, 2, 20, t, errors[t], stop=stops[t]) for t in range(5)]
    (cell,) = success_table(trials_of(rows), 0.9).to_dict("records")
    assert (cell["trials"], cell["successes"], cell["proportion"]) == (5, 3, 0.6)
    assert (cell["capped"], cell["diverged"]) == (2, 1)
    assert (cell["iterations"], cell["median_error"]) == (20, 1e-4)
    assert (cell["low"], cell["high"]) == wilson_interval(3, 5, 0.9)
    assert (cell["measurement_ratio"], cell["shape"]) == (2, "10-20-40")


def test_success_table_has_one_row_a_cell():
    table = success_table(trials_of(grid()), 0.95)
    assert len(table) == 8 and (table["trials"] == 20).all()
    above = table["measurement_ratio"] > 2.5
    assert (table["successes"] == np.where(above, 18, 2)).all()


def test_widths_that_are_given_have_no_expansivity_and_still_a_row():
    rows = [row(10, 2, 20, t, 1e-6) | {"expansivity": None} for t in range(4)]
    (cell,) = success_table(trials_of(rows), 0.95).to_dict("records")
    assert cell["trials"] == 4 and np.isnan(cell["expansivity"])


def test_transitions_lie_where_success_changes():
    found = transitions_table(trials_of(grid()), ["measurements"], 0.95)
    assert found.table["expansivity"].tolist() == [2.0, 3.0]
    assert (found.table["status"] == "inside").all() and len(found.fits) == 2
    for location, low, high in found.table[["location", "low", "high"]].to_numpy():
        assert 20 < location < 30 and 10 < low < location < high < 40
    assert (found.table["trials"] == 80).all()


def test_an_allocation_goes_on_from_the_trials_so_far():
    allocation = {"rounds": 3, "first": 20, "most": 60}
    rows = allocate(trials_of(grid()), "measurements", 1, 30, allocation)
    assert len(rows) == 8 and {row["first_trial"] for row in rows} == {20}
    more = {(row["shape"], row["measurements"]): row["next_trial"] - 20 for row in rows}
    assert sum(more.values()) == 8 * 10 / 2 and min(more.values()) >= 0
    middle = sum(more[shape, m] for shape, m in more if m in (20, 30))
    assert middle > sum(more.values()) / 2


def test_an_axis_with_two_values_has_no_transition():
    trials = trials_of(grid())
    found = transitions_table(trials, ["measurements", "expansivity"], 0.95)
    assert set(found.table["axis"]) == {"measurements"}
    assert len(transitions_table(trials, [], 0.95).table) == 0


def test_success_against_k_falls_and_is_followed_at_fixed_widths():
    rows = [
        row(k, 1, 150, t, 1e-6 if k < 55 else 0.5) | {"shape": f"{k}-250-600", "expansivity": None}
        for k in (10, 40, 70, 100)
        for t in range(15)
    ]
    found = transitions_table(trials_of(rows), ["latent_dimension"], 0.95)
    (found_row,) = found.table.to_dict("records")
    assert found_row["widths"] == "250-600"
    assert found_row["location"] == pytest.approx(np.sqrt(40 * 70), rel=0.02)


def test_scaling_of_transitions_proportional_to_k():
    """The same m50/k at every k: exponent one in its interval; e50 has too few values."""
    rows = grid(ks=(10, 20, 40), expansivities=(5,), ratios=(1, 1.5, 2, 3, 4))
    found = transitions_table(trials_of(rows), ["measurements"], 0.95)
    (fit,) = scaling_table(found, 0.95).to_dict("records")
    assert (fit["axis"], fit["expansivity"], fit["sizes"], fit["trials"]) == (
        "measurements",
        5.0,
        3,
        300,
    )
    assert fit["low"] < 1 < fit["high"] and fit["exponent"] == pytest.approx(1, abs=0.05)


def test_two_latent_dimensions_have_no_exponent_but_the_table_keeps_its_columns():
    found = transitions_table(trials_of(grid(ks=(10, 20))), ["measurements"], 0.95)
    table = scaling_table(found, 0.95)
    assert len(table) == 0 and {"axis", "exponent", "low", "high"} <= set(table.columns)


def verdict(recovery, kind, codimension=0):
    identity = ("shape", "depth", "latent_dimension", "expansivity", "sensing", "measurements")
    return {name: recovery[name] for name in (*identity, "trial")} | {
        "outcome": kind,
        "codimension": codimension,
        "nullity": 0,
        "converges": kind in ("recovery", "smooth"),
        "point_error": 0.0 if kind == "recovery" else 0.5,
        "along": 1.0,
        "off": 0.0,
        "distance_to_mirror": 1.3,
        "moved": 0.0,
        "further_iterations": 0,
        "seconds_to_decide": 0.01,
    }


def decided(judged_by):
    """Trial 1 recovers though above the threshold; trial 3 lies below it but is undecided."""
    rows = [row(10, 2, 20, t, error) for t, error in enumerate([1e-9, 1e-2, 0.5, 1e-4])]
    kinds = ["recovery", "recovery", "kink", "undecided"]
    verdicts = [
        verdict(one, kind, int(kind == "kink")) for one, kind in zip(rows, kinds, strict=True)
    ]
    return judged(pd.DataFrame(rows), pd.DataFrame(verdicts[::-1]), 1e-3, judged_by)


def test_certificate_and_threshold_are_two_readings_of_the_same_trials():
    for judged_by, success in [
        ("certificate", [True, True, False, False]),
        ("threshold", [True, False, False, True]),
    ]:
        trials = decided(judged_by)
        assert trials["success"].tolist() == success
        (cell,) = success_table(trials, 0.95).to_dict("records")
        assert (cell["successes"], cell["decided"]) == (2, 3)
        assert (cell["threshold_successes"], cell["certified_successes"]) == (2, 2)


def test_outcomes_are_counted_by_class_and_codimension():
    table = outcomes_table(decided("certificate")).set_index("outcome")
    assert table["trials"].to_dict() == {"recovery": 2, "kink": 1, "undecided": 1}
    assert table.loc["kink", "codimension"] == 1 and table.loc["recovery", "converging"] == 2
    assert table.loc["undecided", "threshold_successes"] == 1


def test_a_trial_without_a_verdict_is_noticed():
    rows = [row(10, 2, 20, t, 1e-9) for t in range(2)]
    verdicts = pd.DataFrame([verdict(rows[0], "recovery")])
    with pytest.raises(ValueError, match="outcomes"):
        judged(pd.DataFrame(rows), verdicts, 1e-3, "certificate")


def test_the_step_travels_with_every_table():
    rows = [one | {"step": 0.5, "step_rule": "0.5"} for one in grid(ks=(10, 20, 40))]
    trials = trials_of(rows)
    found = transitions_table(trials, ["measurements"], 0.95)
    for table in (success_table(trials, 0.95), found.table, scaling_table(found, 0.95)):
        assert len(table) and set(table["step_rule"]) == {"0.5"} and set(table["step"]) == {0.5}
