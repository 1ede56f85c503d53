"""Stochastic descent's part of the configuration."""

from collections.abc import Iterator

from genprior.configuration.pieces import (
    Count,
    Dimensions,
    Network,
    Section,
    Size,
    Trials,
    Widths,
    described,
    distinct,
)


class Batches(Section):
    """Stochastic gradient descent over the rows of A, at several sizes of batches."""

    widths: Widths
    measurements: described(Size, "The number of measurements m.")
    latent_dimension: Dimensions
    batch: distinct(Size)
    """Rows of A a step; the largest is compared as the full gradient."""
    max_passes: Count
    """Passes over the rows of A at most."""
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        for k in self.latent_dimension:
            yield Network((k, *self.widths), self.measurements)


class Configuration(Section):
    """Stochastic gradient descent."""

    batches: Batches


SMALLEST = {
    "batches": {
        "widths": [20, 50],
        "measurements": 30,
        "latent_dimension": [2],
        "batch": [5, 30],
        "max_passes": 200,
        "trials": 3,
    }
}
