"""Intervals of asymmetric curves cover; those of a logistic shape alone are caught at it."""

import numpy as np
import pytest

from genprior.statistics.links import LINKS, RISE, LogF, Threshold, log_tails, probability
from genprior.statistics.simulation import SHAPES, Truth, surely_below
from genprior.statistics.transitions import Curve, fit_transition

RATIOS = np.array([0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12])
REPEATS = 50
NOMINAL = 0.95


def covered(truth: Truth, trials: int, links: int | None = None) -> int:
    """How many of ``REPEATS`` intervals hold the location."""
    stream = np.random.default_rng([1415, list(SHAPES).index(truth.shape), trials])
    fits = [
        fit_transition(truth.curve(stream, RATIOS, trials), NOMINAL, links) for _ in range(REPEATS)
    ]
    return sum(fit.low <= truth.location <= fit.high for fit in fits)


CASES = [
    (Truth("Weibull", 2.2), 100),
    (Truth("Gompertz", 2.2, shared=1.0), 25),
    (Truth("complementary log-log", 2.2, lapse=0.3), 25),
]


@pytest.mark.parametrize(("truth", "trials"), CASES)
def test_intervals_cover_whatever_the_shape(truth, trials):
    """Fails below what 95% coverage gives once in 1,000 suites."""
    assert not surely_below(covered(truth, trials), REPEATS, NOMINAL)


def test_a_logistic_shape_alone_is_caught():
    """The fault that this guards against: the same test on the same counts sees it."""
    truth, trials = CASES[0]
    assert surely_below(covered(truth, trials, links=1), REPEATS, NOMINAL)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lapse", [0.0, 0.45])
def test_simulated_curves_have_their_location_and_rise(shape, lapse):
    truth = Truth(shape, 2.2, 1.8, lapse)
    fine = np.geomspace(0.1, 100, 200_001)
    p = truth.probability(fine)
    assert truth.probability(np.array([2.2]))[0] == pytest.approx(0.5)
    low, high = (fine[np.searchsorted(p, q * (1 - lapse))] for q in (0.1, 0.9))
    assert high / low == pytest.approx(1.8, rel=1e-3)


@pytest.mark.parametrize("shared", [np.nan, 0.0, 1.0])
def test_simulated_counts_have_their_mean_and_clusters(shared):
    truth = Truth("Gompertz", 2.2, shared=shared)
    curve = truth.curve(np.random.default_rng(3), RATIOS, 4000)
    error = 5 / np.sqrt(4 * 4000)
    np.testing.assert_allclose(curve.successes / 4000, truth.probability(RATIOS), atol=error)
    if shared == 1.0:
        assert (np.diff(curve.outcomes, axis=1) >= 0).all()


def test_links_are_the_named_distributions():
    z = np.linspace(-6, 6, 25)
    named = {
        LogF(1, 1): "logistic",
        LogF(np.inf, np.inf): "probit",
        LogF(1, np.inf): "complementary log-log",
        LogF(np.inf, 1): "Gompertz",
    }
    for link, name in named.items():
        shape = SHAPES[name]
        low, middle, high = (shape.quantile(p) for p in (0.1, 0.5, 0.9))
        expected = shape.below(middle + (high - low) / RISE * z)
        np.testing.assert_allclose(np.exp(log_tails(link, z)[0]), expected, rtol=1e-8, atol=1e-300)


def test_every_link_is_standardised_and_has_its_mirror_image():
    ends = np.array([-1.0, 0.0, 1.0]) * np.log(9.0)
    for link in LINKS:
        below, above = log_tails(link, ends)
        assert np.exp(below[1]) == pytest.approx(0.5)
        assert below[2] - above[2] - (below[0] - above[0]) > 0
        mirror = (
            Threshold(link.power, not link.mirrored)
            if isinstance(link, Threshold)
            else LogF(link.b, link.a)
        )
        assert mirror in LINKS
        theirs = log_tails(mirror, -ends)
        np.testing.assert_allclose((above, below), theirs, atol=1e-9)


@pytest.mark.parametrize("lapse", [0.0, 0.123, 0.45])
def test_every_link_is_one_half_at_its_location(lapse):
    for link in range(len(LINKS)):
        assert probability(np.array([0.7]), 0.7, 3.0, lapse, link)[0] == pytest.approx(
            0.5, abs=2e-4
        )


def test_the_asymmetric_curve_of_the_ledger():
    """d = 1, k = 20, e = 8 of the standard run: 19 of 25 at m = 30 and none at m = 20."""
    m = np.array([10, 20, 30, 40, 50, 60, 80, 100, 120, 160, 200, 240.0])
    good = np.array([0, 0, 19, 20, *[25] * 8])
    outcomes = (np.arange(25)[:, None] < good).astype(float)
    curve = Curve(m, good.astype(float), np.full(12, 25.0), outcomes, np.ones((25, 12)), True)
    alone, fit = fit_transition(curve, NOMINAL, links=1), fit_transition(curve, NOMINAL)
    assert alone.location > 28 and fit.location < 27.5
    assert fit.low < fit.isotonic < fit.high
