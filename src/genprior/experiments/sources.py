"""The keys ``network`` and ``sensing`` of an experiment: a random law, or a file of one's own.

What a file says of the grid is filled in while the configuration is checked, with the digest of its
content, so that all after it is plain data and depends on the file by its digest.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from genprior.configuration.pieces import Disagreement, Fault, Section, described, number
from genprior.experiments.grid import Cell, expansive_shape, files_of, label_of
from genprior.experiments.methods import descends
from genprior.model.laws import (
    NETWORK_LAWS,
    OWN,
    SENSING_LAWS,
    SPARSE,
    laws_of,
    named,
    rows_fault,
    shape_fault,
)
from genprior.model.stored import About, StoredError, about_network, about_sensing

Density = described(number(gt=0, le=1), "The share of entries that are not zero, default 0.1.")
Digest = described(
    str,
    "The digest that the file's content must have, filled in where it is left out; results depend "
    "on it.",
)


class _Law(Section):
    """What random laws have in common."""

    def faults(self) -> Iterator[Fault]:
        if self.density is not None and self.law != SPARSE:
            yield "density", f"{self.law} takes none; allowed with {SPARSE}"


class NetworkLaw(_Law):
    """A random law of the weights."""

    law: Literal[NETWORK_LAWS]
    """The law, as where it stands alone."""
    density: Density = None


class SensingLaw(_Law):
    """A random law of A."""

    law: Literal[SENSING_LAWS]
    """The law, as where it stands alone."""
    density: Density = None


class OwnNetwork(Section):
    """A network of one's own, the same in every trial."""

    weights: str
    """An .npz file with W1, ..., Wd and, if wanted, b1, ..., bd, activation (relu or leaky), slope
    and last (relu, linear or sigmoid); relative to the working directory."""
    digest: Digest = None


class OwnSensing(Section):
    """A sensing matrix of one's own, the same in every trial; of m measurements, its first m rows
    are taken, unscaled."""

    matrix: str
    """An .npz file with A or of a sparse matrix of SciPy, or an .npy file; relative to the working
    directory."""
    digest: Digest = None


def _kind(file: str, own: type[Section], law: type[Section]) -> Any:
    def kind(given: Any) -> str:
        if isinstance(given, own | law):
            return type(given).__name__
        if isinstance(given, Mapping):
            return own.__name__ if file in given else law.__name__
        return f"{law.__name__}Name"

    return Discriminator(kind)


def _union(laws: tuple[str, ...], law: type[Section], file: str, own: type[Section]) -> Any:
    """A law's name, a law with its density, or a file."""
    name = f"{law.__name__}Name"
    word = Annotated[Literal[laws], Field(title=name), Tag(name)]
    written = Annotated[law, Tag(law.__name__)]
    return Annotated[word | written | Annotated[own, Tag(own.__name__)], _kind(file, own, law)]


NetworkSource = _union(NETWORK_LAWS, NetworkLaw, "weights", OwnNetwork)
SensingSource = _union(SENSING_LAWS, SensingLaw, "matrix", OwnSensing)


def with_files(given: Any) -> Any:
    """An experiment as given, with what its files say of the grid: k and the widths, m and digests.

    Raises:
        Disagreement: where a file cannot be used, or the grid that is given disagrees with it.
    """
    if not isinstance(given, Mapping):
        return given
    filled, faults = dict(given), []
    if about := _about(filled, "network", "weights", about_network, faults):
        faults += _fill_shape(filled, about)
    if about := _about(filled, "sensing", "matrix", about_sensing, faults):
        if filled.get("measurements") is None and filled.get("measurement_ratio") is None:
            filled["measurements"] = [about.shape[0]]
    if faults:
        raise Disagreement(faults)
    return filled


def _about(
    filled: dict[str, Any], key: str, file: str, about: Any, faults: list[Fault]
) -> About | None:
    """What is in a source's file, if it has one, its digest filled in."""
    source = filled.get(key)
    if isinstance(source, Section):
        source = source.plain()
    if not isinstance(source, Mapping) or not isinstance(source.get(file), str):
        return None
    path, known = source[file], source.get("digest")
    try:
        found = about(path)
    except StoredError as error:
        faults.append((f"{key}.{file}", str(error)))
        return None
    if known not in (None, found.digest):
        faults.append(
            (f"{key}.digest", f"given {known!r}; the content of {path} has {found.digest}")
        )
    filled[key] = {**source, "digest": found.digest}
    return found


def _fill_shape(filled: dict[str, Any], about: About) -> Iterator[Fault]:
    """The grid of one network, which what is given must agree with."""
    path, (k, *widths) = filled["network"]["weights"], about.shape
    there = f"the network of {path} has"
    for key, value in (("latent_dimension", [k]), ("widths", widths)):
        if filled.get(key) not in (None, value):
            yield key, f"given {filled[key]}; {there} {value}"
        filled[key] = value
    depth, expansivity = filled.pop("depth", None), filled.pop("expansivity", None)
    if depth not in (None, len(widths)):
        yield "depth", f"given {depth}; {there} {len(widths)} layers"
    if expansivity is not None and not _expands(expansivity, about.shape):
        yield "expansivity", f"given {expansivity}; {there} widths {widths}; remove the key"


def _expands(expansivity: Any, shape: tuple[int, ...]) -> bool:
    try:
        (ratio,) = expansivity
        return expansive_shape(shape[0], ratio, len(shape) - 1) == shape
    except (TypeError, ValueError, OverflowError):
        return False


def law_faults(experiment: Mapping[str, Any], cells: Iterable[Cell]) -> Iterator[Fault]:
    """Cells that a law or a matrix of one's own cannot have, the first of each kind."""
    files = files_of(experiment)
    sensing, network = map(named, laws_of(label_of(experiment)))
    texts = laws_of(label_of(experiment))
    about = about_sensing(files["matrix"]) if "matrix" in files else None
    for cell in cells:
        n, m = cell.shape[-1], cell.measurements
        if sensing.word == OWN:
            rows, columns = about.shape
            if columns != n:
                yield (
                    "sensing.matrix",
                    f"{files['matrix']} has {columns} columns; needed: n_d = {n}",
                )
                break
            fault = f"{files['matrix']} has {rows} rows, given {m}" if m > rows else None
        else:
            fault = rows_fault(texts[0], n, m)
        if fault:
            yield "sensing", f"{fault}; take fewer measurements"
            break
        if network.word != OWN and (fault := shape_fault(texts[1], cell.shape)):
            yield "network", fault
            break


def check_faults(
    experiments: Mapping[str, Mapping[str, Any]], descent: Mapping[str, Any]
) -> Iterator[Fault]:
    """Experiments that would compare f(-x) with f(x) where the network has biases.

    Args:
        experiments: written out, by their dotted keys.
        descent: what holds where an experiment says nothing.
    """
    for key, experiment in experiments.items():
        files = files_of(experiment)
        if not descends(experiment.get("method")):
            continue
        settings = {**descent, **experiment.get("descent", {})}
        if not settings["negation_check"] or "weights" not in files:
            continue
        if about_network(files["weights"]).biases:
            yield (
                f"{key}.descent.negation_check",
                f"given true; the network of {files['weights']} has biases, for which f(-x) says "
                "nothing about f(x); allowed: false",
            )
