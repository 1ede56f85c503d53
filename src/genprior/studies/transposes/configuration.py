"""The part of the configuration on methods that apply transposes of the weights."""

from collections.abc import Iterator

from genprior.configuration.pieces import (
    Cap,
    Depth,
    Dimension,
    Dimensions,
    Expansivities,
    Fault,
    Network,
    Positive,
    Rule,
    Section,
    Size,
    Trials,
    described,
    distinct,
    several,
)
from genprior.experiments.grid import expansive_shape


class Plugin(Section):
    """PLUGIn, descent without activation masks, and the width that it needs."""

    latent_dimension: Dimensions
    width: distinct(Size)
    """The common widths of all layers."""
    depth: Depth
    step: Positive
    """The step eta."""
    max_iterations: Cap
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        for k in self.latent_dimension:
            for width in self.width:
                yield Network((k, *[width] * self.depth))


class Reversal(Section):
    """Reversal by the transposes against descent (ALM)."""

    latent_dimension: Dimension
    depth: described(distinct(Depth), "The numbers of layers d.")
    step: several(Rule)
    """The step of descent at each depth."""
    expansivity: Expansivities
    max_iterations: Cap
    trials: Trials

    def faults(self) -> Iterator[Fault]:
        depths, steps = len(self.depth), len(self.step)
        if depths != steps:
            yield "step", f"{steps} given for {depths} depths; give one step a depth"

    def networks_made(self) -> Iterator[Network]:
        for e in self.expansivity:
            for d in self.depth:
                yield Network(expansive_shape(self.latent_dimension, e, d))


class Configuration(Section):
    """Methods that apply transposes of the weights where descent applies its masks."""

    plugin: Plugin
    reversal: Reversal


SMALLEST = {
    "plugin": {
        "latent_dimension": [1, 2, 3],
        "width": [5, 40, 120],
        "depth": 2,
        "step": 2,
        "max_iterations": 200,
        "trials": 2,
    },
    "reversal": {
        "latent_dimension": 3,
        "depth": [1, 2],
        "step": ["2^d/2", "2^d/d^2"],
        "expansivity": [4, 8],
        "max_iterations": 200,
        "trials": 2,
    },
}
