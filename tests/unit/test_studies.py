"""What the layer-wise and the smaller families' studies say, at toy size."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import yaml

from genprior.claims.rules import Verdict, judge
from genprior.statistics.estimate import to_table
from genprior.studies.plans import all_studies, bundled

ROOT = Path(__file__).parents[2]
FAMILIES = ("layerwise", "noise", "transposes", "stochastic")


def module_of(family, name):
    return import_module(f"genprior.studies.{family}.{name}")


SMOKE = yaml.safe_load((ROOT / "config/smoke.yaml").read_text())
CONFIG = {key: SMOKE[key] for key in ("seed", "descent", "success", "statistics")} | {
    family: module_of(family, "configuration").SMALLEST for family in FAMILIES
}


@pytest.fixture(scope="module")
def studied():
    """Rows by study, tables by name and estimates, of every family."""
    results = {}
    for family, studies in all_studies(CONFIG).items():
        rows = {}
        for name, study in studies.items():
            module = module_of(family, study.module)
            parts = [part for parts in study.jobs.values() for part in parts]
            made = [row for part in parts for row in module.rows(CONFIG["seed"], part)]
            # A row with a column too many or too few would pass through Arrow unseen.
            assert all(list(row) and set(row) == set(module.SCHEMA.names) for row in made), name
            rows[name] = pa.Table.from_pylist(made, schema=module.SCHEMA).to_pandas()
        tables = module_of(family, "summary").tables(rows, CONFIG)
        measures = module_of(family, "measures")
        estimates = [
            one
            for group, needs in measures.GROUPS.items()
            for one in measures.estimates(group, {study: rows[study] for study in needs}, CONFIG)
        ]
        results[family] = rows, tables, estimates
    return results


def find(estimates, measure, **where):
    """The estimates of a measure whose cells agree."""
    return [
        one
        for one in estimates
        if one.measure == measure and where.items() <= dict(one.where).items()
    ]


def test_jobs_hold_every_part_once_and_no_more_trials_than_allowed():
    for studies in all_studies(CONFIG).values():
        for study in studies.values():
            parts = [part for parts in study.jobs.values() for part in parts]
            bundles = bundled({str(number): part for number, part in enumerate(parts)}, 5)
            assert [part for bundle in bundles.values() for part in bundle] == parts
            for bundle in bundles.values():
                if len(bundle) > 1:
                    sizes = [
                        np.diff(part["trials"])[0] * len(part.get("levels", [0])) for part in bundle
                    ]
                    assert sum(sizes) <= 5


def test_every_estimate_lies_in_its_interval(studied):
    for family, (_, _, estimates) in studied.items():
        inside = to_table(estimates)[["value", "low", "high"]].dropna()
        assert len(inside), family
        assert (inside["low"] <= inside["value"] + 1e-12).all(), family
        assert (inside["value"] <= inside["high"] + 1e-12).all(), family


def test_estimates_name_the_claims_of_the_ledger_and_all_measures_of_their_rules(studied):
    ledger = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
    for family, (_, _, estimates) in studied.items():
        mine = {claim["id"]: claim for claim in ledger if f"{family}/" in str(claim.get("tables"))}
        assert {one.claim for one in estimates} - {""} == set(mine), family
        for name, claim in mine.items():
            own = [one for one in estimates if one.claim == name]
            for part in claim["measures"]:
                where = part.get("where", {})
                assert len(find(own, part["measure"], **where)) == 1, (name, part)


@pytest.mark.parametrize(
    "family, claim, rule",
    [
        ("noise", "CONTROL-noise", {"inside": [1.9, 2.1]}),
        ("layerwise", "CONTROL-layer", {"low_at_least": 0.95}),
    ],
)
def test_what_is_known_to_be_false_is_refuted_even_at_the_smallest_size(
    studied, family, claim, rule
):
    (control,) = [
        one
        for one in studied[family][2]
        if one.claim == claim and one.where.get("inputs", "free") == "free"
    ]
    assert judge(rule, control) is Verdict.NOT_SUPPORTED


def test_descent_judged_in_the_programs_time_never_succeeds_more_often(studied):
    _, tables, _ = studied["layerwise"]
    points = tables["comparison"].set_index(["method", "latent_dimension"])["proportion"]
    for k in CONFIG["layerwise"]["comparison"]["latent_dimension"]:
        within = points["descent-in-time-of-linear-program", k]
        assert within <= points["descent-long", k]


def test_no_formula_is_decided_differently(studied):
    (disagreements,) = find(studied["layerwise"][2], "disagreements")
    assert disagreements.value == 0
    assert disagreements.trials == 4 + 6 + 4 + 1 + 2


def test_oracles_are_kept_in_the_tables_and_give_what_they_are_worth(studied):
    rows, _, estimates = studied["layerwise"]
    assert (rows["noise"]["method"] == "l_1-oracle").any()
    assert find(estimates, "error over the other method's", method="l_1", other="l_1-oracle")


def test_the_exact_transition_of_free_inputs_is_at_two_k_minus_one_rows(studied):
    for k in CONFIG["layerwise"]["layer"]["latent_dimension"]:
        (exact,) = find(studied["layerwise"][2], "exact 50% point in n/k", latent_dimension=k)
        assert exact.value == pytest.approx((2 * k - 1) / k)


def test_points_keep_the_rule_of_the_step(studied):
    for family, name in (("noise", "levels"), ("noise", "paths"), ("stochastic", "batches")):
        assert set(studied[family][1][name]["step_rule"]) == {CONFIG["descent"]["step"]}
