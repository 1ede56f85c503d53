"""What the claims of the smaller families rest on: instances are counted once, rules can lose."""

import numpy as np
import pandas as pd
import pytest

from genprior.claims.rules import Verdict, judge
from genprior.statistics.estimates import clustered_share
from genprior.studies.layerwise.measures import depth as depth_of
from genprior.studies.layerwise.measures import noise as noise_of
from genprior.studies.noise.measures import levels as levels_of
from genprior.studies.noise.measures import linear as linear_of
from genprior.studies.transposes.measures import plugin as plugin_of

CONFIDENCE = 0.95


def only(estimates, measure, **where):
    """The one estimate of a measure whose cell agrees."""
    (one,) = [
        one
        for one in estimates
        if one.measure == measure and where.items() <= dict(one.where).items()
    ]
    return one


def noisy_runs(below, levels):
    """Rows of the l_inf program, an instance for each entry of ``below``, the same at any level."""
    return pd.DataFrame(
        [
            {
                "shape": "3-9",
                "slope": 0.0,
                "law": "uniform",
                "level": level,
                "method": "l_inf",
                "trial": trial,
                "relative_error": level * (1 + 0.1 * trial),
                "largest_error": level * (1.0 if hit else 3.0),
                "bound": 2 * level * (1 + 0.05 * trial),
            }
            for trial, hit in enumerate(below)
            for level in levels
        ]
    )


@pytest.mark.parametrize("below", [[True] * 12, [True] * 9 + [False] * 3])
@pytest.mark.parametrize("measure", ["share below LJDD's bound", "LJDD's bound / error"])
def test_levels_of_an_instance_are_copies_of_it(below, measure):
    """Five noise levels of twelve instances are twelve observations, not sixty."""
    one, five = (
        only(noise_of(noisy_runs(below, levels), CONFIDENCE), measure)
        for levels in ([1e-3], [1e-6, 1e-5, 1e-4, 1e-3, 1e-2])
    )
    assert [five.value, five.low, five.high] == pytest.approx([one.value, one.low, one.high])


def test_two_networks_of_one_slope_stay_apart():
    """Exponents are fitted to an instance, which is a shape and a trial."""
    runs = noisy_runs([True] * 4, [1e-4, 1e-2])
    larger = runs.assign(shape="4-20", relative_error=50 * runs["relative_error"] ** 1.5)
    exponent = only(noise_of(pd.concat([runs, larger]), CONFIDENCE), "exponent of error in noise")
    assert exponent.trials == 8
    assert exponent.value == pytest.approx(1.25)


def plugin_runs(succeeded, widths, latent_dimensions=(1, 2, 3)):
    """Rows of PLUGIn whose success is the code's and start's alone, whatever the width."""
    return pd.DataFrame(
        [
            {"latent_dimension": k, "width": k * width, "trial": trial, "success": hit}
            for k in latent_dimensions
            for width in widths
            for trial, hit in enumerate(succeeded)
        ]
    )


def test_widths_that_share_code_and_start_are_copies():
    """PLUGIn's code and start are keyed by n_0 and trial and serve every width."""
    hits = [True] * 16 + [False] * 4
    narrow, wide = [1, 4, 16], [20, 24, 28, 32, 36]
    few, many = (
        only(
            plugin_of(plugin_runs(hits, narrow + some), CONFIDENCE), "success", cells="n >= 20 n_0"
        )
        for some in (wide[:1], wide)
    )
    assert [many.low, many.high] == pytest.approx([few.low, few.high])
    rows = plugin_runs(hits, narrow + wide)
    rows = rows[rows["width"] >= 20 * rows["latent_dimension"]]
    naive = clustered_share(
        rows["success"], [rows[name] for name in ("latent_dimension", "width", "trial")], CONFIDENCE
    )
    assert naive.width < 0.6 * many.width


def noise_runs(power, scatter, trials=10):
    """Ends of noisy descents whose error follows a power of the noise, with scatter in it."""
    source = np.random.default_rng(3)
    return pd.DataFrame(
        [
            {
                "latent_dimension": k,
                "snr": snr,
                "trial": trial,
                "success": True,
                "relative_noise": 10 ** (-snr / 10),
                "relative_error": 2 * 10 ** (-snr / 10 * (power + scatter * tilt)),
            }
            for k in (10, 20)
            for trial in range(trials)
            for tilt in [source.standard_normal()]
            for snr in (40, 80, 120)
        ]
    )


@pytest.mark.parametrize(
    "power, scatter, verdict, control",
    [
        (1.0, 1e-4, Verdict.SUPPORTED, Verdict.NOT_SUPPORTED),
        (1.05, 1e-4, Verdict.NOT_SUPPORTED, Verdict.NOT_SUPPORTED),
        (1.0, 0.2, Verdict.INCONCLUSIVE, Verdict.NOT_SUPPORTED),
        (2.0, 1e-4, Verdict.NOT_SUPPORTED, Verdict.SUPPORTED),
    ],
)
def test_error_in_proportion_to_noise_can_win_lose_and_stay_open(power, scatter, verdict, control):
    """HHHV-noise, and its control: the square of the noise."""
    found = levels_of(noise_runs(power, scatter), CONFIDENCE)
    plain, squared = (one for one in found if one.measure == "exponent of error in noise")
    assert (plain.claim, squared.claim) == ("HHHV-noise", "CONTROL-noise")
    assert judge({"inside": [0.99, 1.01]}, plain) is verdict
    assert judge({"inside": [1.9, 2.1]}, squared) is control


def exact_runs(error, trials=40):
    """Paths without noise at half of HHHV's step, error(iteration, trial) along them."""
    return pd.DataFrame(
        [
            {"shape": "2-50-100", "latent_dimension": 2, "depth": 2, "measurements": 30}
            | {"step": 0.5, "snr": np.inf, "trial": trial}
            | {"iteration": i, "relative_error": error(i, trial)}
            for trial in range(trials)
            for i in range(400)
        ]
    )


@pytest.mark.parametrize(
    "trials, error, converge, steady, rate",
    [
        # The theorem's factor at half of HHHV's step is 0.890625.
        (40, lambda i, t: (0.88 - 1e-4 * t) ** i, "supported", "supported", "supported"),
        (40, lambda i, t: (0.91 - 1e-4 * t) ** i, "supported", "supported", "not supported"),
        (40, lambda i, t: np.exp(-(i**0.8) / 2), "supported", "not supported", "supported"),
        (40, lambda i, t: (1 + i) ** -1.0, "not supported", "inconclusive", "inconclusive"),
        (4, lambda i, t: (0.8 + 0.1 * (t % 2)) ** i, "inconclusive", "supported", "inconclusive"),
    ],
)
def test_linear_convergence_and_its_rate_can_win_lose_and_stay_open(
    trials, error, converge, steady, rate
):
    """HHHV-linear and HHHV-rate; a run that does not get there counts against the first."""
    found = linear_of(exact_runs(error, trials), CONFIDENCE)
    where = {"step_fraction": 0.5, "networks": "widest"}
    assert converge == judge(
        {"low_at_least": 0.9}, only(found, "share of runs that converge", **where)
    )
    assert steady == judge(
        {"inside": [0.9, 1.1]}, only(found, "decay of the later half / of the earlier", **where)
    )
    one = only(found, "rate of convergence an iteration, fitted", **where)
    assert rate == judge({"high_at_most": one.reference}, one)
    assert one.reference == pytest.approx(0.890625)


def deep_runs(failures, trials):
    """Trials at expansivity 3: by k and depth, ``failures[k][depth]`` of ``trials`` fail."""
    return pd.DataFrame(
        [
            {"shape": "-".join(str(k * 3**i) for i in range(depth + 1)), "latent_dimension": k}
            | {"depth": depth, "expansivity": 3.0, "trial": trial, "success": trial >= failing}
            for k, by_depth in failures.items()
            for depth, failing in by_depth.items()
            for trial in range(trials)
        ]
    )


@pytest.mark.parametrize(
    "failures, trials, verdicts",
    [
        # As the closed form expects: 6% of failures at k = 5, a third of one percent at k = 20.
        ({5: {2: 18, 3: 18}, 20: {2: 1, 3: 1}}, 300, ["supported"] * 3),
        # Failures that do not fall with k, and that grow with depth.
        ({5: {2: 9, 3: 27}, 20: {2: 9, 3: 27}}, 300, ["inconclusive"] * 3),
        ({5: {2: 3, 3: 3}, 20: {2: 30, 3: 99}}, 300, ["not supported"] * 3),
        ({5: {2: 1, 3: 1}, 20: {2: 0, 3: 0}}, 12, ["inconclusive"] * 3),
    ],
)
def test_inversion_at_any_depth_can_win_lose_and_stay_open(failures, trials, verdicts):
    """LJDD-deep: sure from k = 20 on, surer with k, no drift with depth."""
    large, fall, drift = verdicts
    found = depth_of(deep_runs(failures, trials), CONFIDENCE)
    share = only(found, "exact share", cells="k >= 20", expansivity=3)
    assert large == judge({"low_at_least": 0.95}, share)
    assert share.reference == pytest.approx(0.997, abs=1e-3)
    moved = "exact share, largest minus smallest"
    assert fall == judge(
        {"low_at_least": 0}, only(found, moved, axis="latent_dimension", expansivity=3)
    )
    assert drift == judge({"low_at_least": -0.05}, only(found, moved, axis="depth", expansivity=3))
