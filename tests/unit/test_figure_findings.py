"""The numbers in figures' messages, and the closed forms that figures draw beside their points."""

import numpy as np
import pandas as pd
import pytest

from genprior.figures import figure_noise, figure_step
from genprior.figures.findings import counted, ends_of, listed, part_of, with_interval
from genprior.methods.numerics.transposes import reverse
from genprior.studies.layerwise.figure_layerwise_comparison import away_from_nearest
from genprior.studies.layerwise.figure_layerwise_subset import half
from genprior.studies.transposes.figure_reversal import expected

PARTS = [
    {
        "measure": "m50",
        "where": {"depth": 2},
        "value": -0.5,
        "low": None,
        "high": 0.25,
        "trials": 8,
    },
    {"measure": "m50", "where": {"depth": 3}, "value": 0.75, "low": 0.5, "high": 1, "trials": 8},
    {"measure": "k50", "where": {}, "value": None, "low": None, "high": None, "trials": 0},
]


def test_a_part_is_found_by_measure_and_cell():
    entry = {"parts": PARTS}
    assert part_of(entry, "m50") is PARTS[0]
    assert part_of(entry, "m50", depth=3) is PARTS[1]
    assert with_interval(part_of(entry, "m50", depth=4)) == "not measured"


def test_numbers_are_written_with_their_intervals():
    assert with_interval(PARTS[0]) == "−0.50 [−∞, 0.25]"
    assert with_interval(PARTS[1], 1) == "0.8 [0.5, 1.0]"
    assert with_interval(PARTS[2]) == "not measured"
    assert counted(PARTS[1]) == "6 of 8"
    assert ends_of(PARTS[0]) == (-np.inf, 0.25)


def test_words_are_listed():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_the_transposes_root_mean_square_error_is_the_closed_form():
    stream, k, n = np.random.default_rng(7), 4, 12
    x = stream.standard_normal(k)
    errors = []
    for _ in range(20_000):
        weights = (stream.standard_normal((n, k)) / np.sqrt(n),)
        back = reverse(weights, np.maximum(weights[0] @ x, 0), nonnegative=False)
        errors.append(np.sum((back - x) ** 2) / np.sum(x**2))
    assert np.sqrt(np.mean(errors)) == pytest.approx(expected(k, n / k), rel=0.02)


def test_half_of_the_codes_are_expected_where_the_rows_seen_reach_the_cones_dimension():
    # 3/4 of the 100 inputs from half of the rows: 150 of 500; a LeakyReLU's every row counts.
    assert half((20, 100), 500, 0.0) == pytest.approx(0.3, abs=0.005)
    assert half((20, 100, 200), 500, 0.1) == 0.4


@pytest.mark.parametrize("verdict", ["supported", "not supported", "inconclusive"])
def test_a_title_says_what_its_claim_s_verdict_says(verdict):
    step = figure_step.message({"verdict": verdict, "parts": []}, [])
    assert step.startswith(figure_step.HEADS[verdict])
    part = {"measure": "exponent of error in noise", "where": {}, "value": 1.5, "verdict": verdict}
    nowhere = pd.DataFrame([{"status": "outside"}])
    noise = figure_noise.message(nowhere, {"HHHV-noise": {"parts": [part]}})
    assert ("as the closed form says" in noise) == (verdict == "supported")
    assert ("where it says 1" in noise) == (verdict == "not supported")


def test_a_label_leads_away_from_the_nearest_curve():
    heights = {0.26: "bottom", 0.21: "top", 0.012: "center"}
    for height, side in heights.items():
        assert away_from_nearest(height, [one for one in heights if one != height]) == side
    assert away_from_nearest(0.3, []) == "center"
