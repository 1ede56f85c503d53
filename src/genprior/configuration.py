"""Check a configuration against its schema and say what is wrong in words."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from genprior.experiments.grid import cells_of
from genprior.experiments.jobs import transition_axes
from genprior.studies.landscape.plan import grids

# JSON Schema takes 8.0 for an integer, which range() does not, and NaN for a number above 0.
_Validator = extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: type(value) is int,
            "number": lambda _, value: type(value) in (int, float) and isfinite(value),
        }
    ),
)


class ConfigurationError(ValueError):
    """A configuration that cannot be run; the message lists every fault by key."""


def allowed(schema: Mapping[str, Any]) -> str:
    """What a schema lets through, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(allowed(option) for option in schema["anyOf"])
    names = {"object": "a mapping", "array": "a list", "integer": "an integer"}
    words = [names.get(schema["type"], f"a {schema['type']}")]
    bounds = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
    limits = [f"{sign} {schema[key]}" for key, sign in bounds.items() if key in schema]
    if limits:
        words.append(" and ".join(limits))
    if "minItems" in schema:
        words.append(f"of at least {schema['minItems']} distinct values")
    if "items" in schema:
        words.append(f"each {allowed(schema['items'])}")
    return " ".join(words)


def _describe(error: ValidationError) -> Iterator[str]:
    path = [str(part) for part in error.absolute_path]
    where = ".".join(path) or "the configuration"
    if error.validator == "additionalProperties":
        known = sorted(error.schema["properties"])
        for key in sorted(set(error.instance) - set(known)):
            yield f"{'.'.join([*path, key])}: unknown key; allowed here: {', '.join(known)}"
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                meaning = error.schema["properties"][key].get("description", "")
                yield f"{where}: missing key {key} ({meaning})"
    elif error.validator == "propertyNames":
        yield f"{where}: name {error.instance!r}; allowed: lower-case letters, digits and hyphens"
    else:
        yield f"{where}: given {error.instance!r}; allowed: {allowed(error.schema)}"


def _inconsistencies(name: str, experiment: Mapping[str, Any]) -> Iterator[str]:
    """Faults that involve several keys of one experiment."""

    def one_of(left: set[str], right: set[str]) -> bool:
        given = set(experiment)
        return (left <= given and not right & given) or (right <= given and not left & given)

    if not one_of({"widths"}, {"depth", "expansivity"}):
        yield f"{name}: give either widths, or both depth and expansivity"
        return
    ratio, counts = "measurement_ratio" in experiment, "measurements" in experiment
    if experiment["sensing"] == "identity":
        if ratio or counts:
            yield (
                f"{name}.sensing: A = I measures all n_d coordinates; "
                "remove measurement_ratio and measurements, or choose another sensing law"
            )
            return
    elif ratio == counts:
        yield f"{name}: give either measurement_ratio (m/k) or measurements (m)"
        return
    try:
        cells = cells_of(experiment)
    except ValueError as error:
        yield f"{name}: {error}"
        return
    if any(cell.measurements < 1 or min(cell.shape) < 1 for cell in cells):
        yield f"{name}: the grid rounds to a layer without neurons or to no measurement at all"
    if "allocation" in experiment:
        yield from _allocation_inconsistencies(name, experiment)


def _allocation_inconsistencies(name: str, experiment: Mapping[str, Any]) -> Iterator[str]:
    first, most = experiment["allocation"]["first"], experiment["allocation"]["most"]
    if not first <= experiment["trials"] <= most:
        yield (
            f"{name}.allocation: first {first}, trials {experiment['trials']}, most {most} given; "
            "trials, the average over the cells, must lie between first and most"
        )
    axes, along_k = transition_axes(experiment), {"widths", "measurements"} <= set(experiment)
    if not axes or (axes == ["latent_dimension"] and not along_k):
        yield (
            f"{name}.allocation: success is no curve here; give three values or more of m or of "
            "the expansivity, or of k at fixed widths and measurements"
        )


def _landscape_inconsistencies(name: str, study: Mapping[str, Any]) -> Iterator[str]:
    """Faults that involve several keys of one landscape study."""
    for number, grid in enumerate(study["networks"], start=1):
        where = f"{name}.networks, grid {number}"
        given = set(grid)
        if given & {"depth", "expansivity"} not in (set(), {"depth", "expansivity"}) or (
            ("widths" in given) == ("depth" in given)
        ):
            yield f"{where}: give either widths, or both depth and expansivity"
            return
        sensed = given & {"measurement_ratio", "measurements"}
        if len(sensed) == 2:
            yield f"{where}: give measurement_ratio (m/k) or measurements (m), not both"
            return
        if name.endswith(".isometry") and not sensed:
            yield f"{where}: A = I is an isometry; give measurement_ratio or measurements"
            return
        if "descent" in given and "descent" not in study:
            yield f"{where}.descent: this study runs no descent; remove it"
            return
    try:
        blocks = grids(study).values()
    except ValueError as error:
        yield f"{name}: {error}"
        return
    cells = [cell for block in blocks for cell in block.cells]
    if any(cell.measurements < 1 or min(cell.shape) < 1 for cell in cells):
        yield f"{name}: a grid rounds to a layer without neurons or to no measurement at all"


def _reversal_inconsistencies(reversal: Mapping[str, Any]) -> Iterator[str]:
    depths, steps = len(reversal["depth"]), len(reversal["step"])
    if depths != steps:
        yield f"neighbours.reversal.step: {steps} given for {depths} depths; give one step a depth"


def check(config: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Check a configuration.

    Raises:
        ConfigurationError: naming, for every fault, the key, what was given and what is allowed.
    """
    errors = sorted(_Validator(schema).iter_errors(config), key=lambda e: e.json_path)
    faults = [fault for error in errors for fault in _describe(error)]
    if not faults:
        for name, experiment in config["experiments"].items():
            faults += _inconsistencies(f"experiments.{name}", experiment)
        if "allocation" in config["convergence"]:
            faults.append("convergence.allocation: no success is counted here; remove it")
        else:
            faults += _inconsistencies("convergence", config["convergence"])
        for name, study in config["landscape"].items():
            if "networks" in study:
                faults += _landscape_inconsistencies(f"landscape.{name}", study)
        faults += _reversal_inconsistencies(config["neighbours"]["reversal"])
    if faults:
        raise ConfigurationError("\n".join(["the configuration cannot be run:", *faults]))
