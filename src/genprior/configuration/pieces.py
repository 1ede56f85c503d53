"""What the models of the configuration share: strict sections, numbers, lists, descent, grids.

The docstring of a key is its description in messages and on the page config/README.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WrapValidator, model_validator

LARGEST = 1_000_000  # neurons of a layer, or measurements: more fit into no memory
Fault = tuple[str, str]  # the key below its section, or "" for the section itself; what is wrong
Item = TypeVar("Item")


class Disagreement(ValueError):
    """Keys of one section that are fine each but do not go together."""

    def __init__(self, faults: Sequence[Fault]):
        super().__init__(str(faults))
        self.faults = faults


class Section(BaseModel):
    """A mapping with these keys and no others; a key that may be absent has the default None."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    def plain(self) -> dict[str, Any]:
        """The section as plain data, without the keys that are absent."""
        return self.model_dump(exclude_none=True, warnings=False)

    def faults(self) -> Iterator[Fault]:
        """Faults that involve several keys of the section."""
        yield from ()

    @model_validator(mode="after")
    def _without_faults(self):
        if found := list(self.faults()):
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


Count = integer(ge=1)
Positive = number(gt=0)
Rule = Literal["2^d/d^2", "2^d/2"]

Depth = described(integer(ge=1, le=50), "The number of layers d.")
Dimension = described(Count, "The latent dimension k.")
Dimensions = described(distinct(Count), "The latent dimensions k.")
Expansivities = described(
    distinct(Positive),
    "The ratios n_i / n_{i-1}, equal at each layer; widths are rounded k e^i.",
)
Widths = described(several(Count), "The layer widths n_1, ..., n_d.")
Ratios = described(distinct(Positive), "The ratios m/k; m is rounded.")
Measurements = described(
    distinct(Count), "The numbers of measurements m, instead of measurement_ratio."
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

    latent_dimension: described(distinct(integer(ge=2)), "The latent dimensions k.")
    depth: Depth = None
    expansivity: Expansivities = None
    widths: distinct(several(Count)) = None
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


def size_faults(sizes: Callable[[], Iterable[Sequence[int]]]) -> Iterator[Fault]:
    """Faults of a grid whose cells have these layers and measurements, or that has no cells."""
    try:
        numbers = [number for size in sizes() for number in size]
    except ValueError as error:
        yield "", str(error)
        return
    except OverflowError:
        numbers = [LARGEST + 1]
    if min(numbers) < 1:
        yield "", "the grid rounds to a layer without neurons or to no measurement at all"
    if max(numbers) > LARGEST:
        yield "", f"the grid has a layer of more than {LARGEST} neurons or as many measurements"
