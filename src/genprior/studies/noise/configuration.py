"""The part of the configuration on noisy measurements, and on the rate without noise."""

from collections.abc import Iterator

from genprior.configuration.pieces import (
    Cap,
    Count,
    Dimension,
    Dimensions,
    Network,
    Positive,
    Section,
    Size,
    Trials,
    Widths,
    described,
    distinct,
    number,
    several,
)

Snr = described(distinct(Positive), "The signal-to-noise ratios, 10 log10(‖A G(x0)‖ / ‖e‖).")


class Levels(Section):
    """Final error against k at several signal-to-noise ratios (HHHV, Figure 2)."""

    latent_dimension: Dimensions
    snr: Snr
    max_iterations: Cap
    trials: Trials


class Paths(Section):
    """Error against iteration at several signal-to-noise ratios, and without noise (HHHV,
    Figure 3)."""

    latent_dimension: Dimension
    snr: Snr
    max_iterations: described(Count, "How many iterations are drawn.")
    trials: Trials


class Steps(Section):
    """One network without noise, and the steps that are tried on it."""

    latent_dimension: Dimension
    widths: Widths
    measurements: described(Size, "The number of measurements m.")
    step_fraction: distinct(number(gt=0, le=1))
    """Steps nu = K 2^d/d^2 by their factor K; HHHV's theorem asks for a small one."""
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        yield Network((self.latent_dimension, *self.widths), self.measurements)


class Linear(Section):
    """Error against iteration without noise, at steps that HHHV's Theorem 3.1 allows."""

    networks: described(several(Steps), "The networks.")
    max_iterations: Cap


class Configuration(Section):
    """Descent on noisy measurements."""

    widths: Widths
    measurements: described(Size, "The number of measurements m.")
    levels: Levels
    paths: Paths
    linear: Linear

    def networks_made(self) -> Iterator[Network]:
        for k in (*self.levels.latent_dimension, self.paths.latent_dimension):
            yield Network((k, *self.widths), self.measurements)


SMALLEST = {
    "widths": [20, 50],
    "measurements": 30,
    "levels": {"latent_dimension": [2, 3], "snr": [40, 80], "max_iterations": 500, "trials": 2},
    "paths": {"latent_dimension": 2, "snr": [40], "max_iterations": 300, "trials": 2},
    "linear": {
        "networks": [
            {
                "latent_dimension": 2,
                "widths": [20 * e, 50 * e],
                "measurements": 30 * e,
                "step_fraction": [0.25, 0.5],
                "trials": 2,
            }
            for e in (1, 4)
        ],
        "max_iterations": 600,
    },
}
