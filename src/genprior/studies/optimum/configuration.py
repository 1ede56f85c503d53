"""The part of the configuration on what is possible."""

from collections.abc import Iterator
from typing import Literal

from genprior.configuration.pieces import (
    Cap,
    Depth,
    DescentChanges,
    Dimension,
    Dimensions,
    Expansivities,
    Network,
    Positive,
    Ratios,
    Section,
    Trials,
    described,
    distinct,
    several,
)
from genprior.experiments.grid import expansive_shape

Expansivity = described(Positive, "The ratio n_i / n_{i-1} at each layer.")


class Thresholds(Section):
    """The limits as k grows: AMP's threshold by state evolution."""

    depth: described(distinct(Depth), "The numbers of layers d.")
    expansivity: Expansivities


class Runs(Section):
    """Runs of AMP whose error is followed."""

    latent_dimension: Dimension
    depth: Depth
    expansivity: Expansivity
    measurement_ratio: Positive
    """m/k; m is rounded."""
    iterations: Cap
    """How many iterations of AMP are followed."""
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        k = self.latent_dimension
        shape = expansive_shape(k, self.expansivity, self.depth)
        yield Network(shape, max(1, round(k * self.measurement_ratio)))


class Cells(Section):
    """Networks on which AMP and descent are compared."""

    latent_dimension: Dimensions
    depth: Depth
    expansivity: Expansivity
    measurement_ratio: Ratios
    methods: distinct(Literal["amp", "descent"])
    """Who tries: AMP, descent or both, on the same instances."""
    trials: Trials
    descent: DescentChanges = None

    def networks_made(self) -> Iterator[Network]:
        for k in self.latent_dimension:
            shape = expansive_shape(k, self.expansivity, self.depth)
            for ratio in self.measurement_ratio:
                yield Network(shape, max(1, round(k * ratio)))


class Growth(Section):
    """Where AMP and descent pass one half, as k grows."""

    cells: several(Cells)
    """Networks with their measurements and methods."""
    iterations: Cap
    """How many iterations AMP has."""


class Configuration(Section):
    """How far descent is from what is possible (docs/optimum.md)."""

    thresholds: Thresholds
    errors: several(Runs)
    """Error of AMP by iteration beside its prediction."""
    growth: Growth


SMALLEST = {
    "thresholds": {"depth": [1], "expansivity": [4]},
    "errors": [
        {
            "latent_dimension": 60,
            "depth": 1,
            "expansivity": 4,
            "measurement_ratio": 2,
            "iterations": 20,
            "trials": 3,
        }
    ],
    "growth": {
        "cells": [
            {
                "latent_dimension": [5, 10, 20],
                "depth": 1,
                "expansivity": 4,
                "measurement_ratio": [1, 2, 4, 8],
                "methods": ["amp", "descent"],
                "trials": 4,
                "descent": {"step": 0.5},
            }
        ],
        "iterations": 100,
    },
}
