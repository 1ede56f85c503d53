"""The whole configuration, and what is wrong with one in words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError, create_model

from genprior.configuration import words
from genprior.configuration.pieces import (
    LOADER,
    NAME_IN_WORDS,
    PUBLISHED,
    Count,
    Descent,
    Disagreement,
    Fault,
    Name,
    Positive,
    Section,
    distinct,
    integer,
    number,
)
from genprior.configuration.words import Schema, shown
from genprior.experiments.configuration import Convergence, Experiments, resolved
from genprior.experiments.sources import check_faults
from genprior.families import FAMILIES


class ConfigurationError(ValueError):
    """A configuration that cannot be run; the message lists every fault by key."""


# These and the defaults of the next two are config/standard.yaml's; a test holds them to that.
USUAL = Descent(step="2^d/d^2", negation_check=True, max_iterations=5000, gradient_tolerance=1e-9)


def _as_usual(given: Any) -> Any:
    return USUAL.plain() | given if isinstance(given, Mapping) else given


class Success(Section):
    """What counts as a recovery; decided after the fact, so a change recomputes no descent."""

    judged_by: Literal["certificate", "threshold"] = "certificate"
    """Whether figures and claims count as success what is certified to converge to x0, or what ends
    below the threshold; the tables hold both readings."""
    relative_error: Positive = 1e-3
    """Largest relative error ‖x - x0‖ / ‖x0‖ that counts as success."""


class Statistics(Section):
    """How counts become intervals."""

    confidence: number(gt=0.5, lt=1) = 0.95
    """Confidence level of every interval."""


class Style(Section):
    """What a reader's journal asks of the figures; a change redraws them and recomputes nothing."""

    width: number(ge=2, le=8) = 3.4
    """Width of one column in inches; a figure of a whole page has about two."""
    font: Literal["DejaVu Sans", "DejaVu Serif", "STIXGeneral"] = "DejaVu Sans"
    """Font of all text, one that comes with Matplotlib and its own mathematics."""
    palette: Literal[
        "colorblind", "deep", "muted", "bright", "dark", "tab10", "Set1", "Dark2"
    ] | distinct(
        Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$", examples=["#0173b2"])], at_least=8
    ) = "colorblind"
    """Colours of depths and methods, a palette of Seaborn or Matplotlib or colours as #rrggbb; they
    are darkened as far as lines on white need."""


class Common(Section):
    """What a configuration has beside the families of studies."""

    size: Name
    """Name of this set of parameters and of the folder of its results. Claims are judged, and what
    comes out is compared with what is committed, for smoke, standard and paper alone."""
    seed: integer(ge=0, le=2**128 - 1)
    """Entropy of every random stream."""
    trials_per_job: Count = 50
    """How many trials of its cells one job computes (tables do not depend on it)."""
    networks_per_job: Count = 1
    """How many network shapes, or latent dimensions where an experiment varies them, share a job
    (tables do not depend on it)."""
    descent: Annotated[Descent, BeforeValidator(_as_usual)] = USUAL
    """How gradient descent is run, unless an experiment says otherwise; what is left out is as in
    standard.yaml."""
    success: Success = Success()
    statistics: Statistics = Statistics()
    style: Style = Style()
    experiments: Experiments
    """The experiments under free names of lower-case letters, digits and hyphens."""
    convergence: Convergence = None
    """The instances whose relative error is recorded at every iteration, without allocation."""

    def faults(self) -> Iterator[Fault]:
        if not (self.experiments or self.convergence or any(getattr(self, f) for f in FAMILIES)):
            yield "experiments", "none, and no family of studies: there is nothing to run"
        plain = self.plain()
        written = {
            f"experiments.{name}": one for name, one in resolved(plain["experiments"]).items()
        }
        there = {"convergence": plain["convergence"]} if "convergence" in plain else {}
        yield from check_faults(written | there, plain["descent"])


def _family(name: str) -> tuple[type[Section], Any]:
    """A family's model and its default: all defaults where it needs nothing else, or absence."""
    model = import_module(f"genprior.studies.{name}.configuration").Configuration
    needs = any(field.is_required() for field in model.model_fields.values())
    return model, None if needs else model()


Configuration = create_model(
    "Configuration",
    __base__=Common,
    __doc__="Scientific parameters; what a machine does with them belongs in a profile.",
    **{name: _family(name) for name in FAMILIES},
)


@cache
def root() -> Schema:
    """The JSON schema of the whole."""
    return Configuration.model_json_schema()


def checked(config: Mapping[str, Any], files: Sequence[str | Path] = ()) -> dict[str, Any]:
    """A configuration as plain data: defaults filled in, ``like`` written out, order kept.

    Args:
        config: the configuration as merged from files and the command line.
        files: the YAML files that it came from, in which no key may stand twice.

    Raises:
        ConfigurationError: naming, for every fault, the key, what was given and what is allowed.
    """
    faults = [fault for file in files for fault in repetitions(file)]
    try:
        model = Configuration.model_validate(dict(config))
    except ValidationError as found:
        faults += sorted({fault for error in found.errors() for fault in in_words(error)})
    if faults:
        raise ConfigurationError("\n".join(["the configuration cannot be run:", *faults]))
    given = config | {"experiments": resolved(config["experiments"])}
    plain = model.plain()
    if config["size"] not in PUBLISHED:  # a configuration of one's own has the families it names
        plain = {key: plain[key] for key in plain if key not in FAMILIES or key in config}
    return in_order(plain | {"experiments": resolved(plain["experiments"])}, given)


def in_order(value: Any, given: Any) -> Any:
    """A value of plain data, its keys in the order in which they are given, the others last."""
    if isinstance(value, Mapping) and isinstance(given, Mapping):
        keys = dict.fromkeys([*(key for key in given if key in value), *value])
        return {key: in_order(value[key], given.get(key)) for key in keys}
    if isinstance(value, list) and isinstance(given, list):
        return [in_order(*pair) for pair in zip(value, given, strict=True)]
    return value


def repetitions(file: str | Path) -> list[str]:
    """The keys that a YAML file gives twice, where YAML keeps the last without a word."""
    try:
        root = yaml.compose(Path(file).read_text(encoding="utf-8"), Loader=LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return [f"{file}: cannot be read as YAML, {' '.join(str(error).split())}"]
    found: list[tuple[int, str]] = []
    waiting, seen = [((), root)], set()
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [((*path, position), item) for position, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            waiting += [((*path, key.value), value) for key, value in node.value]
            lines: dict[Any, int] = {}
            for key, _ in node.value:
                line, name = key.start_mark.line + 1, (key.tag, str(key.value))
                if name in lines:
                    twice = f"{dotted((*path, key.value))} is given twice, first in line"
                    found.append((line, f"{file}, line {line}: {twice} {lines[name]}"))
                lines.setdefault(name, line)
    return [fault for _, fault in sorted(found)]


def dotted(path: Sequence[Any]) -> str:
    """A path of keys as one word, odd keys as Python writes them."""
    return ".".join(
        key if isinstance(key, str) and re.fullmatch(r"[\w-]+", key) else shown(key) for key in path
    )


def in_words(error: Mapping[str, Any]) -> Iterator[str]:
    """One fault that pydantic found: the key, what was given, what is allowed."""
    *parents, last = error["loc"] or [""]
    path, schema = place(error["loc"])
    where, given = dotted(path) or "the configuration", error["input"]
    if error["type"] in ("extra_forbidden", "invalid_key", "missing"):
        path, schema = place(parents)
        keys = schema["properties"]
    if error["type"] == "missing":
        where = dotted(path) or "the configuration"
        yield f"{where}: missing key {last} ({meaning(keys[last])})"
    elif error["type"] == "extra_forbidden":
        yield f"{dotted([*path, last])}: unknown key; allowed here: {', '.join(sorted(keys))}"
    elif error["type"] == "invalid_key":
        known = ", ".join(sorted(keys))
        yield f"{dotted([*path, given])}: unknown key, no text; allowed here: {known}"
    elif last == "[key]":
        where = dotted(place(parents[:-1])[0])
        yield f"{where}: name {shown(given)}; allowed: {NAME_IN_WORDS}"
    elif isinstance(reason := error.get("ctx", {}).get("error"), Disagreement):
        for key, fault in reason.faults:
            yield f"{'.'.join(filter(None, [dotted(path), key]))}: {fault}"
    else:
        yield f"{where}: given {shown(given)}; allowed: {allowed(schema)}"


def whole(schema: Schema) -> Schema:
    """A schema with what it refers to."""
    if "$ref" not in schema:
        return schema
    return root()["$defs"][schema["$ref"].rsplit("/", 1)[1]] | schema


def place(loc: Sequence[Any]) -> tuple[list[Any], Schema]:
    """Where pydantic found a fault: the path of keys, and what the schema says of it.

    Pydantic's location goes on where it says which alternative of several was tried.
    """
    path: list[Any] = []
    schema = whole(root())
    for part in loc:
        if part == "[key]":
            break
        if "oneOf" in schema:
            (schema,) = (one for one in map(whole, schema["oneOf"]) if one["title"] == part)
        elif part in schema.get("properties", {}):
            path, schema = [*path, part], whole(schema["properties"][part])
        elif "patternProperties" in schema:
            (schema,) = schema["patternProperties"].values()
            path = [*path, part]
        elif "items" in schema:
            path, schema = [*path, part], whole(schema["items"])
        else:
            break
    return path, schema


def meaning(schema: Schema) -> str:
    """The description of a key in one line."""
    return " ".join(whole(schema)["description"].split())


def allowed(schema: Schema) -> str:
    """What a schema lets through, in words."""
    return words.allowed(schema, whole)
