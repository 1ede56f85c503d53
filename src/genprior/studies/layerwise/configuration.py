"""Layer-wise inversion's part of the configuration."""

from collections.abc import Iterator
from math import comb

from genprior.configuration.pieces import (
    LARGEST,
    Cap,
    Count,
    Depth,
    Dimension,
    Dimensions,
    Expansivities,
    Fault,
    Network,
    Positive,
    Section,
    Size,
    Trials,
    Widths,
    described,
    distinct,
    integer,
    number,
    several,
)
from genprior.experiments.grid import expansive_shape

MOST_VARIABLES = 16  # all their assignments are tried


class Observed(Section):
    """One network."""

    shape: several(Size)
    """The latent dimension followed by the layer widths, (k, n_1, ..., n_d)."""
    slope: number(ge=0, lt=1)
    """The slope of the activation below zero; 0 is the ReLU."""
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        yield Network(tuple(self.shape))


Networks = described(several(Observed), "The networks.")


class Noise(Section):
    """Error against the noise of the observed output (LJDD, Figure 1)."""

    networks: Networks
    levels: distinct(Positive)
    """Noise levels, the half-width of uniform noise or the standard deviation of Gaussian noise."""
    growth: number(gt=1)
    """The factor by which a program's noise threshold grows."""
    max_iterations: described(
        Cap, "The iteration cap of descent, with steps of 1 here (LJDD's, as recalled)."
    )


class Comparison(Section):
    """Success against k for linear programs, least squares and descent, A = I."""

    latent_dimension: Dimensions
    widths: Widths
    short_cap: Count
    """LJDD's iteration cap as recalled, for descent with steps of 1 and without negation check."""
    long_cap: Count
    """The iteration cap of descent with the common settings."""
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        for k in self.latent_dimension:
            yield Network((k, *self.widths))


class Layer(Section):
    """Exact inversion of a single layer against its expansion."""

    latent_dimension: Dimensions
    ratio: distinct(Positive)
    """The ratios n / k."""
    trials: Trials

    def networks_made(self) -> Iterator[Network]:
        for k in self.latent_dimension:
            for ratio in self.ratio:
                yield Network(expansive_shape(k, ratio, 1))


class Deep(Section):
    """Networks of one latent dimension."""

    latent_dimension: Dimension
    depth: described(distinct(Depth), "The numbers of layers d.")
    trials: Trials


class DepthStudy(Section):
    """Exact inversion of networks of constant expansivity."""

    networks: described(several(Deep), "The networks, each latent dimension once.")
    expansivity: Expansivities

    def faults(self) -> Iterator[Fault]:
        sizes = [one.latent_dimension for one in self.networks]
        if len(set(sizes)) < len(sizes):
            yield "networks", "a latent dimension comes twice"

    def networks_made(self) -> Iterator[Network]:
        for one in self.networks:
            for e in self.expansivity:
                for d in one.depth:
                    yield Network(expansive_shape(one.latent_dimension, e, d))


class Subset(Section):
    """Inversion from a random subset of the last layer's coordinates."""

    networks: Networks
    share: distinct(number(gt=0, le=1))
    """Shares of the coordinates that are observed."""


class Formulas(Section):
    """One family of small formulas."""

    variables: integer(ge=1, le=MOST_VARIABLES)
    """The number of variables."""
    lengths: distinct(integer(ge=1, le=3))
    """The numbers of literals a clause may have."""
    most_clauses: Count
    """The largest number of clauses."""

    def faults(self) -> Iterator[Fault]:
        clauses = sum(2**n * comb(self.variables, n) for n in self.lengths)
        formulas = 0
        for count in range(1, min(self.most_clauses, clauses) + 1):
            formulas += comb(clauses, count)
            if formulas > LARGEST:
                yield (
                    "most_clauses",
                    f"given {self.most_clauses}, more than {LARGEST} formulas; take fewer",
                )
                return


class Hardness(Section):
    """3SAT formulas inverted as ReLU networks."""

    exhaustive: several(Formulas)
    """Families of small formulas, tried without exception."""
    variables: distinct(integer(ge=3, le=MOST_VARIABLES))
    """The numbers of variables of random formulas."""
    clause_ratio: distinct(Positive)
    """The ratios of clauses to variables of random formulas."""
    trials: described(Trials, "Random formulas a number of variables and ratio.")

    def networks_made(self) -> Iterator[Network]:
        for v in self.variables:
            for ratio in self.clause_ratio:
                clauses = round(ratio * v)
                yield Network((1 + v, 1 + 2 * v + clauses, 1 + v + clauses))


class Configuration(Section):
    """Inversion one layer at a time (LJDD)."""

    noise: Noise
    comparison: Comparison
    layer: Layer
    depth: DepthStudy
    subset: Subset
    hardness: Hardness


_NETWORKS = [
    {"shape": [3, 12, 40], "slope": 0, "trials": 2},
    {"shape": [3, 6, 20], "slope": 0.1, "trials": 2},
]

SMALLEST = {
    "noise": {
        "networks": _NETWORKS,
        "levels": [1e-6, 1e-4, 1e-2],
        "growth": 1.2,
        "max_iterations": 50,
    },
    "comparison": {
        "latent_dimension": [2, 4, 6],
        "widths": [10, 30],
        "short_cap": 50,
        "long_cap": 400,
        "trials": 2,
    },
    "layer": {"latent_dimension": [4, 6], "ratio": [1, 2, 3], "trials": 4},
    "depth": {
        "networks": [
            {"latent_dimension": 2, "depth": [1, 2], "trials": 3},
            {"latent_dimension": 3, "depth": [1, 2], "trials": 2},
        ],
        "expansivity": [2, 3],
    },
    "subset": {"networks": _NETWORKS, "share": [0.1, 0.4, 0.9]},
    "hardness": {
        "exhaustive": [{"variables": 2, "lengths": [2], "most_clauses": 4}],
        "variables": [4],
        "clause_ratio": [4],
        "trials": 2,
    },
}
