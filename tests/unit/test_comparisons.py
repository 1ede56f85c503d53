"""Two methods on the same trials."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from genprior.experiments.comparisons import COLUMNS, SHARED, paired_table, partners
from genprior.statistics.paired import paired_interval

GRID = {
    "latent_dimension": [3],
    "depth": 1,
    "expansivity": [2],
    "sensing": "identity",
    "trials": 4,
}


def test_newcombe_s_published_interval():
    """As the paper gives it for counts of 36, 12, 2 and 0."""
    assert paired_interval(36, 12, 2, 0, 0.95) == pytest.approx((0.0569, 0.3404), abs=5e-5)


@pytest.mark.parametrize("counts", [(0, 0, 0, 9), (9, 0, 0, 0), (0, 9, 0, 0), (3, 2, 4, 5)])
def test_an_interval_holds_the_difference_and_swaps_with_its_arguments(counts):
    both, first, second, neither = counts
    low, high = paired_interval(*counts, 0.95)
    difference = (first - second) / sum(counts)
    assert -1 - 1e-12 <= low <= difference <= high <= 1 + 1e-12
    assert paired_interval(both, second, first, neither, 0.95) == pytest.approx((-high, -low))
    wider = paired_interval(*counts, 0.99)
    assert wider[0] <= low and high <= wider[1] and wider != (low, high)


def test_intervals_cover_as_often_as_they_say():
    """Exactly, over all outcomes of 20 pairs whose success depends on a common instance."""
    shares = np.array([0.3, 0.25, 0.1, 0.35])
    covered = total = 0.0
    for both, first, second in itertools.product(range(21), repeat=3):
        neither = 20 - both - first - second
        if neither < 0:
            continue
        counts = (both, first, second, neither)
        chance = float(stats.multinomial.pmf(counts, 20, shares))
        low, high = paired_interval(*counts, 0.95)
        total += chance
        covered += chance * (low <= shares[1] - shares[2] <= high)
    assert total == pytest.approx(1) and 0.93 < covered < 0.99


def trials(successes, shape="3-6", trial=None):
    cell = dict.fromkeys(SHARED) | {"shape": shape, "depth": 1, "latent_dimension": 3}
    cell |= {"expansivity": 2.0, "sensing": "identity", "measurements": 6}
    numbers = range(len(successes)) if trial is None else trial
    return pd.DataFrame(
        [
            cell | {"trial": number, "success": bool(one), "measurement_ratio": np.nan}
            for number, one in zip(numbers, successes, strict=True)
        ]
    )


def test_pairs_are_counted_on_the_trials_that_both_have():
    here = pd.concat([trials([1, 1, 0, 0, 1]), trials([1], "3-9")])
    there = pd.concat([trials([0, 1, 1, 0], trial=[3, 1, 2, 0]), trials([0], "3-9")])
    table = paired_table(here, {"other": there}, 0.95)
    assert list(table) == COLUMNS and list(table["other"]) == ["other"] * 2
    first, second = table.to_dict("records")
    # Trials 0 to 3 here 1, 1, 0, 0 and there 0, 1, 1, 0; the fifth has no partner.
    assert [first[key] for key in ("trials", "successes", "other_successes")] == [4, 2, 2]
    assert (first["alone"], first["other_alone"], first["difference"]) == (1, 1, 0)
    assert (first["low"], first["high"]) == paired_interval(1, 1, 1, 1, 0.95)
    assert (second["shape"], second["difference"]) == ("3-9", 1)


def test_partners_share_a_grid_and_not_a_method():
    adam, plugin = {"name": "adam", "steps": 10}, {"name": "plugin"}
    experiments = {
        "plain": GRID,
        "bolder": GRID | {"descent": {"step": "2^d/2"}},
        "adam": GRID | {"method": adam, "trials": 9},
        "plugin": GRID | {"method": plugin},
        "again": GRID | {"method": adam},
        "other": GRID | {"latent_dimension": [4], "method": plugin},
    }
    assert partners(experiments) == {
        "adam": ["plain", "bolder"],
        "plugin": ["plain", "bolder", "adam"],
        "again": ["plain", "bolder", "plugin"],
    }
    assert partners({"plain": GRID, "bolder": experiments["bolder"]}) == {}
