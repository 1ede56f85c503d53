"""What the models of the configuration share: strict sections, numbers, lists, descent, grids.

The docstring of a key is its description in messages and on the page config/README.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WrapValidator, model_validator

from genprior.experiments.grid import MOST_CELLS, TOO_MANY_CELLS
from genprior.machine import in_bytes

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # fifteen times faster where it is
LARGEST = 1_000_000  # neurons of a layer, or measurements
MOST = 10**9  # of what is counted otherwise: iterations, random points, trials a job
MOST_BYTES = 10**12  # of memory, for one network: more has no machine that runs this
TOO_LARGE = f"the grid has a layer of more than {LARGEST} neurons or as many measurements"
# The sizes that we publish; config/claims.yaml's rules are about them, and no other is judged.
PUBLISHED = ("smoke", "standard", "paper")
NAMED = "^[a-z0-9][a-z0-9-]{0,63}$"  # of sizes and experiments, which are folders of results
NAME_IN_WORDS = "lower-case letters, digits and hyphens, 64 at most"
COPIES = 4  # of each weight and entry of A in double precision, while an engine is laid out
Fault = tuple[str, str]  # the key below its section, or "" for the section itself; what is wrong
Item = TypeVar("Item")


def read_yaml(path: str | Path) -> Any:
    """What a YAML file holds; tags that would build objects are refused."""
    return LOADER(Path(path).read_text(encoding="utf-8")).get_single_data()


class Disagreement(ValueError):
    """Keys of one section that are fine each but do not go together."""

    def __init__(self, faults: Sequence[Fault]):
        super().__init__(str(faults))
        self.faults = faults


class Network(NamedTuple):
    """What decides the memory that one network takes.

    Attributes:
        shape: (k, n_1, ..., n_d).
        rows: the rows of A, m; None where A = I.
        vectors: how many latent codes pass the network at once, all activations kept.
    """

    shape: tuple[int, ...]
    rows: int | None = None
    vectors: int = 0

    @property
    def entries(self) -> int:
        """How many numbers the weights and A are."""
        layers = sum(rows * columns for columns, rows in pairwise(self.shape))
        return layers + (self.rows or 0) * self.shape[-1]

    @property
    def bytes(self) -> int:
        """About how much memory a job takes at once for this network."""
        return 8 * COPIES * (self.entries + self.vectors * sum(self.shape))

    def __str__(self) -> str:
        shape = "-".join(map(str, self.shape))
        return shape if self.rows is None else f"{shape} with {self.rows} measurements"


class Section(BaseModel):
    """A mapping with these keys and no others; a key that may be absent has the default None."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    def plain(self) -> dict[str, Any]:
        """The section as plain data, without the keys that are absent."""
        return self.model_dump(exclude_none=True, warnings=False)

    def faults(self) -> Iterator[Fault]:
        """Faults that involve several keys of the section."""
        yield from ()

    def networks_made(self) -> Iterable[Network]:
        """The networks that the section describes, as far as it does so itself.

        Raises:
            ValueError: for a grid that is none.
            OverflowError: for layers beyond floating point.
        """
        return ()

    @model_validator(mode="after")
    def _without_faults(self):
        if found := list(self.faults()) or list(size_faults(self.networks_made)):
            raise Disagreement(found)
        return self


def integer(**bounds: Any) -> Any:
    """An integer within bounds; 8.0 and true are none."""
    return Annotated[int, Field(**bounds)]


def number(**bounds: Any) -> Any:
    """A finite number within bounds, which stays the integer that it may be; true is none."""
    return Annotated[float, Field(allow_inf_nan=False, **bounds), WrapValidator(_as_given)]


def _as_given(value: Any, validate: Callable[[Any], float]) -> Any:
    validate(value)
    return value


def several(item: Any, at_least: int = 1) -> Any:
    """A list, in which a value may come again."""
    return Annotated[list[item], Field(min_length=at_least)]


def distinct(item: Any, at_least: int = 1) -> Any:
    """A list without repetition."""
    unique = {"uniqueItems": True}
    return Annotated[
        list[item],
        Field(min_length=at_least, json_schema_extra=unique),
        AfterValidator(_without_repetition),
    ]


def _without_repetition(values: list[Item]) -> list[Item]:
    if any(value in values[:position] for position, value in enumerate(values)):
        raise ValueError("a value comes twice")
    return values


def described(kind: Any, description: str) -> Any:
    """A type of values with the description of the keys that hold one."""
    return Annotated[kind, Field(description=description)]


Name = Annotated[str, Field(pattern=NAMED)]
Size = integer(ge=1, le=LARGEST)
Count = integer(ge=1, le=MOST)
Positive = number(gt=0)
Rule = Literal["2^d/d^2", "2^d/2"]

Depth = described(integer(ge=1, le=50), "The number of layers d.")
Dimension = described(Size, "The latent dimension k.")
Dimensions = described(distinct(Size), "The latent dimensions k.")
Expansivities = described(
    distinct(Positive),
    "The ratios n_i / n_{i-1}, equal at each layer; widths are rounded k e^i.",
)
Widths = described(several(Size), "The layer widths n_1, ..., n_d.")
Ratios = described(distinct(Positive), "The ratios m/k; m is rounded.")
Measurements = described(
    distinct(Size), "The numbers of measurements m, instead of measurement_ratio."
)
Trials = described(
    integer(ge=1, le=1_000_000), "Trials a cell or point; each is a random instance of its own."
)
Step = described(
    Rule | Positive, "The constant step nu, HHHV's 2^d/d^2, the bolder 2^d/2 or a number."
)
Check = described(
    bool, "Whether f(-x) is compared with f(x) before every step (HHHV, Algorithm 1)."
)
Cap = described(Count, "The iteration cap of descent.")
Tolerance = described(
    number(ge=0), "Descent stops where the norm of the descent direction v is at most this."
)


class Descent(Section):
    """How gradient descent is run."""

    step: Step
    negation_check: Check
    max_iterations: Cap
    gradient_tolerance: Tolerance


class DescentChanges(Section):
    """Where descent departs from the settings that it would have otherwise."""

    step: Step = None
    negation_check: Check = None
    max_iterations: Cap = None
    gradient_tolerance: Tolerance = None


class Grid(Section):
    """A grid of random networks; A = I unless measurements are given."""

    latent_dimension: described(distinct(integer(ge=2, le=LARGEST)), "The latent dimensions k.")
    depth: Depth = None
    expansivity: Expansivities = None
    widths: distinct(several(Size)) = None
    """Several networks' layer widths, instead of depth and expansivity."""
    measurement_ratio: Ratios = None
    measurements: Measurements = None
    trials: Trials = None
    descent: DescentChanges = None

    @property
    def sensed(self) -> bool:
        """Whether A is Gaussian."""
        return self.measurement_ratio is not None or self.measurements is not None

    def faults(self) -> Iterator[Fault]:
        if not described_once(self):
            yield "", "give either widths, or both depth and expansivity"
        if self.measurement_ratio is not None and self.measurements is not None:
            yield "", "give measurement_ratio (m/k) or measurements (m), not both"


def described_once(section: Any) -> bool:
    """Whether networks are given either by widths or by both depth and expansivity."""
    given = {key for key in ("widths", "depth", "expansivity") if getattr(section, key) is not None}
    return given in ({"widths"}, {"depth", "expansivity"})


def size_faults(made: Callable[[], Iterable[Network]]) -> Iterator[Fault]:
    """Faults of networks that are too small or too large, or of a grid that is none."""
    try:
        networks = list(islice(made(), MOST_CELLS + 1))
    except ValueError as error:
        yield "", str(error)
        return
    except OverflowError:
        yield "", TOO_LARGE
        return
    if not networks:
        return
    if len(networks) > MOST_CELLS:
        yield "", TOO_MANY_CELLS
        return
    layers = {number for one in networks for number in one.shape}
    numbers = layers | {one.rows for one in networks if one.rows is not None}
    if min(numbers) < 1:
        yield "", "the grid rounds to a layer without neurons or to no measurement at all"
    if max(numbers) > LARGEST:
        yield "", TOO_LARGE
        return
    greatest = max(networks, key=lambda one: one.bytes)
    if greatest.bytes > MOST_BYTES:
        yield (
            "",
            f"the network {greatest} takes about {in_bytes(greatest.bytes)} of memory; "
            f"allowed: at most {in_bytes(MOST_BYTES)}",
        )
