"""What the claims of the smaller families rest on: instances are counted once, rules can lose."""

import numpy as np
import pandas as pd
import pytest

from genprior.claims.rules import Verdict, judge
from genprior.statistics.estimates import clustered_share
from genprior.studies.layerwise.measures import comparison as comparison_of
from genprior.studies.layerwise.measures import depth as depth_of
from genprior.studies.layerwise.measures import hardness as hardness_of
from genprior.studies.layerwise.measures import layer as layer_of
from genprior.studies.layerwise.measures import noise as noise_of
from genprior.studies.noise.measures import levels as levels_of
from genprior.studies.noise.measures import linear as linear_of
from genprior.studies.transposes.measures import plugin as plugin_of
from genprior.studies.transposes.measures import reversal as reversal_of

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


def plugin_runs(succeeded, widths):
    """Rows of PLUGIn whose success is the code's and start's alone, whatever the width."""
    return pd.DataFrame(
        [
            {"latent_dimension": 2, "width": 2 * width, "trial": trial, "success": hit}
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
    """LJDD-deep and LJDD-fewer: sure from k = 20 on, surer with k, no drift with depth."""
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


def exponent_runs(power, scatter, trials):
    """Runs of both programs and laws whose error follows a power of the noise."""
    source = np.random.default_rng(5)
    return pd.DataFrame(
        [
            {"shape": "3-9", "slope": 0.0, "law": law, "level": level, "method": method}
            | {"trial": trial, "relative_error": level ** (power + scatter * tilt)}
            | {"largest_error": 1.0, "bound": 2.0}
            for law in ("uniform", "gaussian")
            for method in ("l_inf", "l_1")
            for trial in range(trials)
            for tilt in [source.standard_normal()]
            for level in (1e-6, 1e-4, 1e-2)
        ]
    )


@pytest.mark.parametrize(
    "power, scatter, trials, verdict, bounded",
    [
        (1.0, 0.05, 40, "supported", "supported"),
        (0.8, 0.05, 40, "not supported", "supported"),
        (1.0, 0.5, 12, "inconclusive", "inconclusive"),
    ],
)
def test_ljdds_noise_can_win_lose_and_stay_open(power, scatter, trials, verdict, bounded):
    """LJDD-noise and LJDD-proportional; twelve instances cannot show that nine of ten are below."""
    found = noise_of(exponent_runs(power, scatter, trials), CONFIDENCE)
    where = {"law": "gaussian", "slope": 0}
    for method in ("l_inf", "l_1"):
        one = only(found, "exponent of error in noise", method=method, **where)
        assert verdict == judge({"inside": [0.9, 1.1]}, one)
    share = only(found, "share below LJDD's bound", **where)
    assert bounded == judge({"low_at_least": 0.9}, share)
    worse = noisy_runs([False] * 20 + [True] * 20, [1e-4, 1e-2])
    share = only(noise_of(worse, CONFIDENCE), "share below LJDD's bound")
    assert "not supported" == judge({"low_at_least": 0.9}, share)


RATIOS = [1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4, 3]


def layer_runs(place, trials, wide=1.0):
    """Layers that are inverted from n/k = ``place`` on, at the widest a share ``wide`` of them."""
    source = np.random.default_rng(11)
    return pd.DataFrame(
        [
            {"inputs": inputs, "latent_dimension": k, "ratio": ratio, "trial": trial}
            | {"success": ratio > own and (ratio < 3 or (trial + 0.5) / trials < wide)}
            for inputs in ("free", "nonnegative")
            for k in (20, 40)
            for trial in range(trials)
            for own in [place + 0.1 * source.standard_normal()]
            for ratio in RATIOS
        ]
    )


@pytest.mark.parametrize(
    "place, trials, wide, located, inverted",
    [
        (2.0, 60, 1.0, "supported", "supported"),
        (1.7, 60, 0.7, "not supported", "not supported"),
        (2.0, 4, 1.0, "inconclusive", "inconclusive"),
    ],
)
def test_one_layer_can_win_lose_and_stay_open(place, trials, wide, located, inverted):
    """LJDD-layer, OWN-layer, and their control: a layer of 1.2 rows an input is not inverted."""
    found = layer_of(layer_runs(place, trials, wide), CONFIDENCE)
    one = only(found, "50% point in n/k", inputs="free", cells="largest k")
    assert located == judge({"inside": [1.9, 2.1]}, one)
    one = only(found, "exact share", inputs="free", cells="widest n/k")
    assert (one.claim, one.trials) == ("LJDD-layer", 2 * trials)
    assert inverted == judge({"low_at_least": 0.95}, one)
    control = only(found, "exact share", inputs="free", cells="narrowest n/k")
    assert control.claim == "CONTROL-layer"
    assert "not supported" == judge({"low_at_least": 0.95}, control)


def comparison_runs(places, trials):
    """Runs at k = 20 to 140 that succeed up to a k of each method's own."""
    source = np.random.default_rng(13)
    return pd.DataFrame(
        [
            {"shape": f"{k}-250-600", "latent_dimension": k, "trial": trial, "method": method}
            | {"success": k < place + 6 * luck, "seconds": 1.0}
            for k in (20, 60, 90, 109, 140)
            for trial in range(trials)
            for luck in [source.standard_normal()]
            for method, place in places.items()
        ]
    )


@pytest.mark.parametrize(
    "program, long, short, trials, wins, fails, succeeds",
    [
        (125, 100, 40, 80, "supported", "supported", "supported"),
        (100, 125, 90, 40, "not supported", "not supported", "not supported"),
        (112, 112, 40, 5, "inconclusive", "inconclusive", "inconclusive"),
    ],
)
def test_programs_against_descent_can_win_lose_and_stay_open(
    program, long, short, trials, wins, fails, succeeds
):
    """LJDD-vs-gd, LJDD-figure and LJDD-programs."""
    places = {"linear-program": program, "least-squares": program}
    places |= {"descent-long": long, "descent-short": short}
    found = comparison_of(comparison_runs(places, trials), CONFIDENCE)
    one = only(found, "k50 over the other method's", method="linear-program", other="descent-long")
    assert wins == judge({"low_at_least": 1}, one)
    one = only(found, "success", method="descent-short", cells="k = 60")
    assert fails == judge({"high_at_most": 0.05}, one)
    one = only(found, "success", method="linear-program", cells="k <= 109")
    assert succeeds == judge({"low_at_least": 0.95}, one)


@pytest.mark.parametrize(
    "agree, verdict", [([True] * 9, "supported"), ([True] * 8 + [False], "not supported")]
)
def test_one_formula_that_is_decided_differently_refutes(agree, verdict):
    """LJDD-hard; the formulas of an exhaustive family are no sample and have no interval."""
    formulas = pd.DataFrame(
        [
            {"family": "exhaustive", "satisfiable": True, "invertible": one, "witness": one}
            | {"assignments_agree": True}
            for one in agree
        ]
    )
    found = hardness_of(formulas, CONFIDENCE)
    assert verdict == judge({"equals": 0}, only(found, "disagreements"))
    assert only(found, "agreement", family="exhaustive").width == 0


def reversal_runs(transpose, descent, trials):
    """Relative errors of the transposes and of descent, in turn, at two widths."""
    return pd.DataFrame(
        [
            {"depth": 2, "inputs": "free", "expansivity": e, "trial": trial, "method": method}
            | {"relative_error": errors[trial % len(errors)]}
            for method, errors in (("transpose", transpose), ("descent", descent))
            for e in (8, 16)
            for trial in range(trials)
        ]
    )


@pytest.mark.parametrize(
    "transpose, descent, trials, approximate, exact",
    [
        ([0.3, 0.4], [1e-15], 80, "supported", "supported"),
        ([0.01, 0.02], [1e-15, 0.3], 80, "not supported", "not supported"),
        ([0.01, 0.4], [1e-15], 4, "inconclusive", "inconclusive"),
    ],
)
def test_reversal_can_win_lose_and_stay_open(transpose, descent, trials, approximate, exact):
    """ALM-reverse and OWN-reverse."""
    found = reversal_of(reversal_runs(transpose, descent, trials), CONFIDENCE)
    where = {"depth": 2, "inputs": "free", "networks": "widest"}
    assert approximate == judge({"low_at_least": 0.05}, only(found, "transpose error", **where))
    assert exact == judge({"low_at_least": 0.95}, only(found, "descent exact", **where))


def boundary_runs(power, trials, constant=10.0, beyond=1.0):
    """PLUGIn that succeeds from n = constant n_0^power on."""
    source = np.random.default_rng(17)
    widths = [1, 4, 11, 21, 41, 81, 161, 441]
    return pd.DataFrame(
        [
            {"latent_dimension": k, "width": width, "trial": trial}
            | {
                "success": width > constant * k**power * own
                and (width < 20 * k or (trial + 0.5) / trials < beyond)
            }
            for k in (2, 4, 8, 16)
            for trial in range(trials)
            for own in [np.exp(0.2 * source.standard_normal())]
            for width in widths
        ]
    )


@pytest.mark.parametrize(
    "power, trials, constant, beyond, verdicts",
    [
        (1.0, 120, 11.0, 1.0, ["supported"] * 3),
        (0.4, 120, 3.0, 0.8, ["not supported"] * 3),
        (1.0, 2, 9.0, 1.0, ["inconclusive", "inconclusive", "supported"]),
    ],
)
def test_plugins_boundary_can_win_lose_and_stay_open(power, trials, constant, beyond, verdicts):
    """PLUGIN-boundary and PLUGIN-line."""
    found = plugin_of(boundary_runs(power, trials, constant, beyond), CONFIDENCE)
    given = [
        judge({"inside": [0.7, 1.3]}, only(found, "exponent of n50 in n_0")),
        judge({"low_at_least": 0.95}, only(found, "success", cells="n >= 20 n_0")),
        judge({"high_at_most": 0.5}, only(found, "success", cells="n < 20 n_0 / 2")),
    ]
    assert given == verdicts
