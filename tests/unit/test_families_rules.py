"""What the claims of the smaller families rest on: instances are counted once, rules can lose."""

import numpy as np
import pandas as pd
import pytest

from genprior.statistics.estimates import clustered_share
from genprior.studies.layerwise.measures import noise as noise_of
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
    exponent = only(
        noise_of(pd.concat([runs, larger]), CONFIDENCE), "exponent of error in noise"
    )
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
        only(plugin_of(plugin_runs(hits, narrow + some), CONFIDENCE), "success", cells="n >= 20 n_0")
        for some in (wide[:1], wide)
    )
    assert [many.low, many.high] == pytest.approx([few.low, few.high])
    rows = plugin_runs(hits, narrow + wide)
    rows = rows[rows["width"] >= 20 * rows["latent_dimension"]]
    naive = clustered_share(
        rows["success"], [rows[name] for name in ("latent_dimension", "width", "trial")], CONFIDENCE
    )
    assert naive.width < 0.6 * many.width
