"""Estimates of known numbers, and what keys their table."""

import numpy as np
import pytest

from genprior.statistics.estimate import Estimate, to_table
from genprior.statistics.estimates import difference, geometric_mean, mean, power_law


def test_estimates_of_known_numbers():
    assert power_law(np.array([1.0, 2.0, 4.0]), np.array([3.0, 12.0, 48.0])) == pytest.approx(2)
    middle = geometric_mean([2.0, 8.0], 0.95)
    assert middle.value == pytest.approx(4) and middle.low < 4 < middle.high
    assert mean([1.0, 1.0, 1.0], 0.95).low == 1
    apart = difference([True] * 30, [False] * 30, 0.95)
    assert apart.value == 1 and apart.low > 0.7


def test_a_measure_that_appears_twice_in_a_cell_is_refused():
    one = Estimate(0, 0, 0, 1).named("LJDD-hard", "x", family="random")
    assert len(to_table([one, one.named("", "x", family="random")])) == 2
    with pytest.raises(ValueError, match="measured twice: LJDD-hard"):
        to_table([one, one])
