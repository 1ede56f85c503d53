"""The experiments of the configuration: grids of cells and how many trials each gets."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, model_validator

from genprior.configuration.pieces import (
    Depth,
    DescentChanges,
    Dimensions,
    Disagreement,
    Expansivities,
    Fault,
    Measurements,
    Name,
    Network,
    Ratios,
    Section,
    Trials,
    Widths,
    described,
    described_once,
    integer,
)
from genprior.experiments.forms import transition_axes
from genprior.experiments.grid import Cell, cells_of, label_of
from genprior.experiments.methods import Choice, choice_faults, written_out
from genprior.experiments.sources import NetworkSource, SensingSource, law_faults, with_files
from genprior.families import FAMILIES
from genprior.model.laws import measures_all

# Folders of results, beside which an experiment's own would not be told apart.
STAGES = (
    "allocations",
    "claims",
    "convergence",
    "experiments",
    "instances",
    "notebooks",
    "outcomes",
    "provenance",
    "recoveries",
    "report",
    "statistics",
    *FAMILIES,
)


def network_of(cell: Cell, vectors: int = 0) -> Network:
    """The network of a cell, as the check of sizes takes it."""
    rows = None if measures_all(cell.law) else cell.measurements
    return Network(cell.shape, rows, vectors)


class Allocation(Section):
    """Where to spend the trials: the first round gives every cell a few, each later one its share
    of the rest to the cells that tell most about where success passes one half.  Without this key
    all cells get the same, `trials`, which is else their average."""

    rounds: integer(ge=2, le=100)
    """How many rounds there are, the first included."""
    first: described(Trials, "Trials of every cell in the first round.")
    most: described(Trials, "Trials that a cell can get in all rounds together.")


class Experiment(Section):
    """An experiment: a grid of cells and how many trials each gets."""

    latent_dimension: Dimensions
    depth: Depth = None
    expansivity: Expansivities = None
    widths: described(
        Widths, "The layer widths n_1, ..., n_d, instead of depth and expansivity."
    ) = None
    network: NetworkSource = None
    """The law of the weights, gaussian unless given (all laws: genprior.model.laws), or a network
    of one's own, which gives k and the widths."""
    sensing: SensingSource
    """The law of A. gaussian and rademacher have independent entries of variance 1/m; identity is
    A = I, which is inversion; dct and mask are random rows of a transform and of I, average means
    of blocks, sparse rows with few entries (all: genprior.model.laws). Or a matrix of one's own."""
    measurement_ratio: Ratios = None
    measurements: Measurements = None
    trials: Trials
    allocation: Allocation = None
    descent: DescentChanges = None
    method: Choice = None

    @model_validator(mode="before")
    @classmethod
    def _with_files(cls, given: Any) -> Any:
        return with_files(given)

    def faults(self) -> Iterator[Fault]:
        if not described_once(self):
            yield "", "give either widths, or both depth and expansivity"
            return
        ratio, counts = self.measurement_ratio is not None, self.measurements is not None
        if measures_all(label_of(self.plain())):
            if ratio or counts:
                yield (
                    "sensing",
                    "A = I measures all n_d coordinates; "
                    "remove measurement_ratio and measurements, or choose another sensing law",
                )
                return
        elif ratio == counts:
            yield "", "give either measurement_ratio (m/k) or measurements (m)"
            return
        yield from law_faults(self.plain(), self.cells())
        if self.method is not None:
            inversion = measures_all(label_of(self.plain()))
            yield from choice_faults(self.method, inversion, self.descent is not None)
        if self.allocation is not None:
            yield from self.allocation_faults(self.plain())

    def cells(self) -> list[Cell]:
        """The cells of the grid; none where it is none, which ``networks_made`` will say."""
        try:
            return cells_of(self.plain())
        except (ValueError, OverflowError):
            return []

    def networks_made(self) -> Iterator[Network]:
        for cell in cells_of(self.plain()):
            yield network_of(cell)

    def allocation_faults(self, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Faults of an allocation in this grid."""
        first, most = self.allocation.first, self.allocation.most
        if not first <= self.trials <= most:
            yield (
                "allocation",
                f"first {first}, trials {self.trials}, most {most} given; "
                "trials, the average over the cells, must lie between first and most",
            )
        axes, along_k = transition_axes(given), {"widths", "measurements"} <= set(given)
        if not axes or (axes == ["latent_dimension"] and not along_k):
            yield (
                "allocation",
                "success is no curve here; give three values or more of m or of "
                "the expansivity, or of k at fixed widths and measurements",
            )


def _of_descent(given: Any) -> Any:
    if isinstance(given, Mapping) and "allocation" in given:
        raise Disagreement([("allocation", "no success is counted here; remove it")])
    if isinstance(given, Mapping) and "method" in given:
        raise Disagreement([("method", "the curves are those of descent; remove it")])
    return given


Convergence = Annotated[Experiment, BeforeValidator(_of_descent)]


class Like(Section):
    """An experiment on another's grid: all keys of the other but its descent and its method."""

    like: str
    """The name of the other experiment, which must be written out."""
    descent: DescentChanges = None
    method: Choice = None

    def faults(self) -> Iterator[Fault]:
        if self.descent is None and self.method is None:
            yield "", "give descent or method, in which it differs from the other"


def _related(experiments: dict[str, Experiment | Like]) -> dict[str, Experiment | Like]:
    whole = [name for name, one in experiments.items() if isinstance(one, Experiment)]
    faults = [
        (f"{name}.like", f"given {one.like!r}; allowed: one of {', '.join(whole)}")
        for name, one in experiments.items()
        if isinstance(one, Like) and one.like not in whole
    ]
    faults += [
        (name, "is the name of a stage or family, whose results have that folder; choose another")
        for name in experiments
        if name in STAGES
    ]
    faults += [
        (f"{name}.{key}" if key else name, fault)
        for name, one in experiments.items()
        if isinstance(one, Like) and one.method is not None and one.like in whole
        for key, fault in choice_faults(
            one.method,
            measures_all(label_of(experiments[one.like].plain())),
            one.descent is not None,
        )
    ]
    if faults:
        raise Disagreement(faults)
    return experiments


def _kind(given: Any) -> str:
    copied = isinstance(given, Like) or (isinstance(given, Mapping) and "like" in given)
    return "Like" if copied else "Experiment"


Experiments = Annotated[
    dict[
        Name,
        Annotated[
            Annotated[Experiment, Tag("Experiment")] | Annotated[Like, Tag("Like")],
            Discriminator(_kind),
        ],
    ],
    AfterValidator(_related),
]


def resolved(experiments: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Valid experiments, each written out: ``like`` gives way to all keys of the other but its
    descent and its method, a method has all its settings, and descent is no key ``method``."""
    written = {}
    for name, one in experiments.items():
        keys = {key: value for key, value in one.items() if key != "like"}
        if "like" in one:
            other = experiments[one["like"]]
            keys = {key: other[key] for key in other if key not in ("descent", "method")} | keys
        method = written_out(keys.pop("method", None))
        written[name] = keys if method is None else keys | {"method": method}
    return written
