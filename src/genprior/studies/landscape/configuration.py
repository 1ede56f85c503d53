"""The landscape's part of the configuration."""

from collections.abc import Iterator

from genprior.configuration.pieces import (
    LARGEST,
    MOST,
    Cap,
    Count,
    Descent,
    Fault,
    Grid,
    Network,
    Positive,
    Section,
    Size,
    Step,
    Tolerance,
    described,
    distinct,
    integer,
    number,
    several,
)
from genprior.experiments.configuration import network_of
from genprior.studies.landscape.plan import grids

MOVES = 9  # of each start of the audit, which are tried together


class NetworkStudy(Section):
    """A study of random networks."""

    networks: described(several(Grid), "Grids of networks; one job each.")
    trials: described(integer(ge=2, le=1_000_000), "Random networks a cell.")

    def faults(self) -> Iterator[Fault]:
        if "descent" not in type(self).model_fields:
            for position, grid in enumerate(self.networks):
                if grid.descent is not None:
                    yield f"networks.{position}.descent", "this study runs no descent; remove it"

    @property
    def vectors(self) -> int:
        """How many latent codes pass a network at once."""
        return 0

    def networks_made(self) -> Iterator[Network]:
        for block in grids(self.plain()).values():
            for cell in block.cells:
                yield network_of(cell, self.vectors)


class GramSearch(Section):
    """The effort of the search for the supremum, which it bounds from below."""

    pairs: Count
    """Random pairs of points."""
    starts: described(Count, "The worst of them, which are climbed or minimised from.")
    rounds: Count
    """Rounds of climbing."""


class Gram(NetworkStudy):
    """The WDC constant of one layer (HV v3, Definition 2 and Lemma 11)."""

    search: GramSearch

    @property
    def vectors(self) -> int:
        return max(2 * self.search.pairs, 4 * self.search.starts)


class Drift(NetworkStudy):
    """The WDC constant of one layer against k, at one effort of the search or several."""

    search: GramSearch
    efforts: distinct(Count)
    """The search runs once with each of these multiples of its pairs and starts."""


class Layers(NetworkStudy):
    """Products of masked layers, kinks, dependent layers (HV v3, Lemmas 7 and 8, Theorem 1)."""

    points: described(Count, "Random points a network.")

    @property
    def vectors(self) -> int:
        return self.points


class IsometrySearch(Section):
    """The effort of the search for the supremum, which it bounds from below."""

    quadruples: integer(ge=2, le=MOST)
    """Random quadruples of points."""
    steps: described(Count, "Steps of ascent or descent from each.")


class Isometry(NetworkStudy):
    """The RRIC constant of A on the range of the network (HV v3, Definition 3)."""

    search: IsometrySearch

    def faults(self) -> Iterator[Fault]:
        for position, grid in enumerate(self.networks):
            if not grid.sensed:
                yield (
                    f"networks.{position}",
                    "A = I is an isometry; give measurement_ratio or measurements",
                )
        yield from super().faults()

    @property
    def vectors(self) -> int:
        return 4 * self.search.quadruples


class AuditSearch(Section):
    """The effort of the search for the minimum, which it bounds from above."""

    points: described(Count, "Random points a network.")
    starts: described(Count, "The worst of them, which are climbed or minimised from.")
    steps: described(Count, "Steps of ascent or descent from each.")


class Audit(NetworkStudy):
    """The shortest descent direction away from the critical points."""

    radius: Positive
    """Radius, in units of ‖x0‖, of the balls about x0, -rho_d x0 and 0 left out."""
    search: AuditSearch

    @property
    def vectors(self) -> int:
        return max(self.search.points, MOVES * self.search.starts)


class ZeroSearch(Section):
    """The effort of the search for the largest slope, which it bounds from below."""

    starts: Count
    """Random directions, which are climbed from."""
    steps: described(Count, "Steps of ascent or descent from each.")


class Zero(NetworkStudy):
    """The largest one-sided slope of the risk at 0."""

    search: ZeroSearch


class Rays(NetworkStudy):
    """The risk along the ray through -x0, and across it at -rho_d x0."""

    angles: distinct(Positive, at_least=3)
    """Angles to -x0, in radians, at which the profile of the saddle is taken."""


class Starts(Section):
    """Starts a network, by kind."""

    random: integer(ge=0, le=LARGEST)
    """Uniform directions and norms up to 2‖x0‖."""
    small: integer(ge=0, le=LARGEST)
    """Random directions at ‖x0‖ / 1000."""
    near: integer(ge=0, le=LARGEST)
    """Within 0.3‖x0‖ of -rho_d x0."""
    mirror: integer(ge=0, le=1)
    """Exactly at -rho_d x0."""


class PlainDescent(Section):
    """How descent runs; the negation check is given beside it."""

    step: Step
    max_iterations: Cap
    gradient_tolerance: Tolerance


class Census(NetworkStudy):
    """Where descent ends, from many starts on each network."""

    radius: Positive
    """How near, in units of ‖x0‖, an end point counts as at x0 or -rho_d x0."""
    starts: Starts
    negation_check: distinct(bool)
    """Descend without the negation check, with it, or both."""
    descent: PlainDescent


class Plane(Section):
    """The landscape at k = 2 that is drawn."""

    widths: several(several(Size))
    """Layer widths of the networks, narrowest first."""
    extent: number(gt=1)
    """Half the side of the square, in units of ‖x0‖."""
    resolution: integer(ge=3, le=10_000)
    """Points a side of the square."""
    starts: described(Count, "Descents drawn across each landscape.")
    descent: Descent
    """How the drawn descents run."""

    def networks_made(self) -> Iterator[Network]:
        for widths in self.widths:
            yield Network((2, *widths), vectors=self.resolution)


class Configuration(Section):
    """Studies of the risk's landscape, each over grids of random networks."""

    gram: Gram
    drift: Drift
    effort: Drift
    """As `drift`, for what more effort finds."""
    layers: Layers
    isometry: Isometry
    audit: Audit
    zero: Zero
    rays: Rays
    census: Census
    minima: Census
    """As `census`, for the share of networks that have a minimum outside the balls."""
    second: Census
    """As `census`, from starts near -rho_d x0."""
    negation: Census
    """As `census`, with the negation check and without."""
    plane: Plane


_PLAIN = {"step": "2^d/d^2", "max_iterations": 200, "gradient_tolerance": 1e-12}

SMALLEST = {
    "gram": {
        "networks": [{"latent_dimension": [4, 10, 12], "depth": 1, "expansivity": [4, 8, 16]}],
        "trials": 2,
        "search": {"pairs": 4, "starts": 2, "rounds": 1},
    },
    "drift": {
        "networks": [{"latent_dimension": [4, 10, 12], "depth": 1, "expansivity": [8]}],
        "trials": 2,
        "search": {"pairs": 4, "starts": 2, "rounds": 1},
        "efforts": [1],
    },
    "effort": {
        "networks": [{"latent_dimension": [4, 10, 12], "depth": 1, "expansivity": [8]}],
        "trials": 2,
        "search": {"pairs": 4, "starts": 2, "rounds": 1},
        "efforts": [1, 2],
    },
    "layers": {
        "networks": [
            {"latent_dimension": [4], "depth": depth, "expansivity": [3, 6]} for depth in (1, 2, 3)
        ],
        "trials": 2,
        "points": 3,
    },
    "isometry": {
        "networks": [
            {"latent_dimension": [4], "widths": [[12, 24]], "measurement_ratio": [5, 10]},
            {"latent_dimension": [4], "widths": [[12, 36]], "measurement_ratio": [5]},
        ],
        "trials": 2,
        "search": {"quadruples": 4, "steps": 2},
    },
    "audit": {
        "networks": [
            {"latent_dimension": [4], "depth": 2, "expansivity": [2, 4]},
            {"latent_dimension": [4], "depth": 2, "expansivity": [2, 4], "measurement_ratio": [10]},
        ],
        "trials": 3,
        "radius": 0.3,
        "search": {"points": 10, "starts": 2, "steps": 2},
    },
    "zero": {
        "networks": [
            {"latent_dimension": [4], "depth": 2, "expansivity": [2, 4]},
            {"latent_dimension": [4], "depth": 2, "expansivity": [2, 4], "measurement_ratio": [10]},
        ],
        "trials": 3,
        "search": {"starts": 4, "steps": 2},
    },
    "rays": {
        "networks": [
            {"latent_dimension": [2], "widths": [[8, 16], [16, 32]]},
            {"latent_dimension": [2], "widths": [[8, 16, 32], [16, 32, 64]]},
            {"latent_dimension": [2], "widths": [[8, 16, 32, 64], [16, 32, 64, 128]]},
        ],
        "trials": 3,
        "angles": [0.2, 0.5, 0.8],
    },
    "census": {
        "networks": [
            {
                "latent_dimension": [2],
                "depth": 1,
                "expansivity": [4, 8],
                "descent": {"step": "2^d/2"},
            },
            {"latent_dimension": [2, 3], "depth": 2, "expansivity": [4, 8]},
        ],
        "trials": 2,
        "radius": 0.3,
        "starts": {"random": 1, "small": 1, "near": 1, "mirror": 1},
        "negation_check": [False],
        "descent": _PLAIN,
    },
    "minima": {
        "networks": [
            {"latent_dimension": [2], "depth": 2, "expansivity": [4, 8, 16]},
            {"latent_dimension": [2], "depth": 2, "expansivity": [4], "measurement_ratio": [10]},
        ],
        "trials": 2,
        "radius": 0.3,
        "starts": {"random": 1, "small": 0, "near": 1, "mirror": 1},
        "negation_check": [False],
        "descent": _PLAIN,
    },
    "second": {
        "networks": [
            {"latent_dimension": [2], "widths": [[8, 16], [16, 32], [32, 64]]},
            {"latent_dimension": [2], "widths": [[8, 16, 32], [16, 32, 64], [32, 64, 128]]},
            {
                "latent_dimension": [2],
                "widths": [[8, 16, 32, 64], [16, 32, 64, 96], [32, 64, 96, 128]],
            },
        ],
        "trials": 3,
        "radius": 0.3,
        "starts": {"random": 0, "small": 0, "near": 2, "mirror": 1},
        "negation_check": [False],
        "descent": _PLAIN,
    },
    "negation": {
        "networks": [{"latent_dimension": [2], "widths": [[20, 50]], "measurements": [30]}],
        "trials": 3,
        "radius": 0.3,
        "starts": {"random": 1, "small": 0, "near": 0, "mirror": 1},
        "negation_check": [False, True],
        "descent": _PLAIN,
    },
    "plane": {
        "widths": [[6, 12], [10, 20]],
        "extent": 1.4,
        "resolution": 9,
        "starts": 2,
        "descent": {
            "step": 0.25,
            "negation_check": False,
            "max_iterations": 20,
            "gradient_tolerance": 1e-6,
        },
    },
}
