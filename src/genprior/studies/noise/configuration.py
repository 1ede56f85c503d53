"""The part of the configuration on noisy measurements."""

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


class Configuration(Section):
    """Descent on noisy measurements."""

    widths: Widths
    measurements: described(Size, "The number of measurements m.")
    levels: Levels
    paths: Paths

    def networks_made(self) -> Iterator[Network]:
        for k in (*self.levels.latent_dimension, self.paths.latent_dimension):
            yield Network((k, *self.widths), self.measurements)


SMALLEST = {
    "widths": [20, 50],
    "measurements": 30,
    "levels": {"latent_dimension": [2, 3], "snr": [40, 80], "max_iterations": 500, "trials": 2},
    "paths": {"latent_dimension": 2, "snr": [40], "max_iterations": 100, "trials": 2},
}
