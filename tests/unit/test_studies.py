"""Every layer-wise and neighbouring study from its plan to its figure, at toy size."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import yaml
from genprior.neighbours import plan as neighbours_plan
from genprior.neighbours import studies as neighbours_studies
from genprior.neighbours import summaries as neighbours_summaries

from genprior.figures import (
    layerwise_comparison,
    layerwise_depth,
    layerwise_layer,
    layerwise_noise,
    layerwise_subset,
    plugin,
    preimages,
    reversal,
    small_print,
    snr_levels,
    snr_paths,
    stochastic,
)
from genprior.studies.layerwise import plan as layerwise_plan
from genprior.studies.layerwise import studies as layerwise_studies
from genprior.studies.layerwise import summaries as layerwise_summaries
from genprior.studies.layerwise.claims import claims_table
from genprior.studies.layerwise.estimates import COLUMNS

ROOT = Path(__file__).parents[2]
NETWORKS = [
    {"shape": [3, 12, 40], "slope": 0, "trials": 2},
    {"shape": [3, 6, 20], "slope": 0.1, "trials": 2},
]
CONFIG = yaml.safe_load((ROOT / "config/smoke.yaml").read_text()) | {
    "layerwise": {
        "noise": {
            "networks": NETWORKS,
            "levels": [1e-6, 1e-4, 1e-2],
            "growth": 1.2,
            "max_iterations": 50,
        },
        "comparison": {
            "latent_dimension": [2, 4, 6],
            "widths": [10, 30],
            "short_cap": 50,
            "long_cap": 400,
            "trials": 2,
        },
        "layer": {"latent_dimension": [4, 6], "ratio": [1, 2, 3], "trials": 4},
        "depth": {
            "latent_dimension": [2, 3],
            "depth": [1, 2],
            "expansivity": [2, 3],
            "trials": 2,
        },
        "subset": {"networks": NETWORKS, "share": [0.1, 0.4, 0.9]},
        "hardness": {
            "exhaustive": [{"variables": 2, "lengths": [2], "most_clauses": 4}],
            "variables": [4],
            "clause_ratio": [4],
            "trials": 2,
        },
    },
    "neighbours": {
        "widths": [20, 50],
        "measurements": 30,
        "snr_levels": {
            "latent_dimension": [2, 3],
            "snr": [40, 80],
            "max_iterations": 500,
            "trials": 2,
        },
        "snr_paths": {"latent_dimension": 2, "snr": [40], "max_iterations": 100, "trials": 2},
        "plugin": {
            "latent_dimension": [1, 2, 3],
            "width": [5, 40, 120],
            "depth": 2,
            "step": 2,
            "max_iterations": 200,
            "trials": 2,
        },
        "reversal": {
            "latent_dimension": 3,
            "depth": [1, 2],
            "step": ["2^d/2", "2^d/d^2"],
            "expansivity": [4, 8],
            "max_iterations": 200,
            "trials": 2,
        },
        "stochastic": {
            "latent_dimension": [2],
            "batch": [5, 30],
            "max_passes": 200,
            "trials": 3,
        },
    },
}
FAMILIES = {
    "layerwise": (layerwise_plan, layerwise_studies, layerwise_summaries),
    "neighbours": (neighbours_plan, neighbours_studies, neighbours_summaries),
}


@pytest.fixture(scope="module")
def studied():
    """Rows, points and estimates of every study."""
    results = {}
    for plan, studies, summaries in FAMILIES.values():
        for topic, parts in plan.parts(CONFIG).items():
            make, schema = studies.STUDIES[topic]
            rows = [row for part in parts.values() for row in make(CONFIG["seed"], part)]
            # A row with a column too many or too few would pass through Arrow unseen.
            assert all(list(row) and set(row) == set(schema.names) for row in rows), topic
            table = pa.Table.from_pylist(rows, schema=schema).to_pandas()
            if "relative_error" in table:
                table["success"] = table["relative_error"] <= 1e-3
            points, measured = summaries.SUMMARIES[topic](table.copy(), 0.95)
            results[topic] = (table, points, pd.DataFrame(measured, columns=COLUMNS))
    return results


def test_plans_and_studies_and_summaries_have_the_same_topics():
    for plan, studies, summaries in FAMILIES.values():
        assert set(plan.parts(CONFIG)) == set(studies.STUDIES) == set(summaries.SUMMARIES)


def test_jobs_hold_every_part_once_and_no_more_trials_than_allowed():
    for plan, _, _ in FAMILIES.values():
        for parts in plan.parts(CONFIG).values():
            bundles = layerwise_plan.jobs(parts, 5)
            assert [part for bundle in bundles.values() for part in bundle] == list(parts.values())
            for bundle in bundles.values():
                if len(bundle) > 1:
                    sizes = [
                        np.diff(part["trials"])[0] * len(part.get("levels", [0])) for part in bundle
                    ]
                    assert sum(sizes) <= 5


def test_every_estimate_lies_in_its_interval(studied):
    for topic, (_, _, estimates) in studied.items():
        inside = estimates.dropna()
        assert len(inside), topic
        assert (inside["low"] <= inside["value"] + 1e-12).all(), topic
        assert (inside["value"] <= inside["high"] + 1e-12).all(), topic


def test_estimates_name_the_claims_of_the_ledger_and_all_measures_of_their_rules(studied):
    ledger = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
    known = {claim["id"] for claim in ledger}
    table = claims_table([estimates for _, _, estimates in studied.values()])
    assert set(table["claim"]) <= known
    mine = {claim["id"]: claim for claim in ledger if claim.get("table") == "layerwise"}
    assert set(table["claim"]) | {"HHHV-fig1"} == set(mine)
    # Measures that name a value of a grid exist where the configuration has that value.
    varying = ("k = 60", "expansivity 3")
    for name in set(table["claim"]):
        measures = set(table.loc[table["claim"] == name, "measure"])
        for part in mine[name]["measures"]:
            wanted = part["measure"]
            assert wanted in measures or any(word in wanted for word in varying), wanted


def test_descent_judged_in_the_programs_time_never_succeeds_more_often(studied):
    points = studied["comparison"][1].set_index(["method", "latent_dimension"])["proportion"]
    for k in CONFIG["layerwise"]["comparison"]["latent_dimension"]:
        within = points["descent-in-time-of-linear-program", k]
        assert within <= points["descent-long", k]


def test_no_formula_is_decided_differently(studied):
    estimates = studied["hardness"][2].set_index("measure")
    assert estimates.loc["disagreements", "value"] == 0
    assert estimates.loc["disagreements", "trials"] == 4 + 6 + 4 + 1 + 2


def figures(studied, topic, settings):
    rows, points, estimates = studied[topic]
    caps = {"short": 50, "long": 400}
    return {
        "noise": lambda: layerwise_noise.draw(rows, points, small_print.noise(settings)),
        "comparison": lambda: layerwise_comparison.draw(
            points, estimates, caps, small_print.comparison(settings)
        ),
        "layer": lambda: layerwise_layer.draw(points, estimates, small_print.layer(settings)),
        "depth": lambda: layerwise_depth.draw(points, small_print.depth(settings)),
        "subset": lambda: layerwise_subset.draw(points, estimates, small_print.subset(settings)),
        "hardness": preimages.draw,
        "levels": lambda: snr_levels.draw(points, small_print.levels(settings)),
        "paths": lambda: snr_paths.draw(points, estimates, small_print.paths(settings)),
        "plugin": lambda: plugin.draw(points, estimates, small_print.plugin(settings)),
        "reversal": lambda: reversal.draw(points, small_print.reversal(settings)),
        "stochastic": lambda: stochastic.draw(points, small_print.stochastic(settings)),
    }[topic]()


SECTIONS = CONFIG["layerwise"] | {
    name.removeprefix("snr_"): section for name, section in CONFIG["neighbours"].items()
}


@pytest.mark.parametrize("topic", [*layerwise_studies.STUDIES, *neighbours_studies.STUDIES])
def test_every_study_has_a_figure_that_draws_its_points(studied, topic):
    settings = SECTIONS[topic] | CONFIG["success"] | CONFIG["statistics"]
    figure = figures(studied, topic, settings)
    drawn = [axes for axes in figure.axes if axes.has_data()]
    assert drawn and all(axes.get_xlabel() or axes.get_shared_x_axes() for axes in drawn)
    if topic == "noise":
        rows = studied[topic][0]
        dots = sum(
            len(line.get_xdata()) for axes in drawn for line in axes.lines if line.get_alpha()
        )
        assert dots == int((rows["method"] != "l_1-oracle").sum())
    plt.close(figure)


def test_the_oracle_is_left_out_of_the_picture_and_kept_in_the_table(studied):
    rows, _, estimates = studied["noise"]
    assert "l_1-oracle" in set(rows["method"])
    assert estimates["measure"].str.contains("with observed data / with the oracle").any()


def test_a_measure_that_appears_twice_is_refused():
    row = {"claim": "LJDD-hard", "measure": "x", "value": 0, "low": 0, "high": 0, "trials": 1}
    with pytest.raises(ValueError, match="measured twice"):
        claims_table([pd.DataFrame([row, row])])


def test_a_run_that_stopped_keeps_its_error_in_the_median():
    def run(trial, errors):
        return [
            {"snr": np.inf, "trial": trial, "iteration": i, "relative_error": e}
            for i, e in enumerate(errors)
        ]

    trials = pd.DataFrame(run(0, [1, 0.2]) + run(1, [1, 0.5, 0.4]) + run(2, [1, 0.6, 0.5]))
    points, _ = neighbours_summaries.paths(trials, 0.95)
    assert points["median_error"].tolist() == [1, 0.5, 0.4]


def test_the_exact_transition_of_free_inputs_is_at_two_k_minus_one_rows(studied):
    estimates = studied["layer"][2].set_index("measure")["value"]
    for k in CONFIG["layerwise"]["layer"]["latent_dimension"]:
        exact = estimates[f"exact 50% point in n/k, free inputs, k = {k}"]
        assert exact == pytest.approx((2 * k - 1) / k)
