"""How much expansion layer-wise inversion needs: one layer, many layers, part of the output."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.experiments.grid import expansive_shape
from genprior.model.instances import Role, instance, stream
from genprior.model.risk import relative_error
from genprior.studies.layerwise.inversion import Program, activate, activations, invert
from genprior.studies.layerwise.programs import Status, feasible, least_squares
from genprior.types import Array, Row

LAYER_SCHEMA = pa.schema(
    [
        ("latent_dimension", pa.int64()),
        ("inputs", pa.string()),
        ("ratio", pa.float64()),
        ("width", pa.int64()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
    ]
)
DEPTH_SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("latent_dimension", pa.int64()),
        ("depth", pa.int64()),
        ("expansivity", pa.float64()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
    ]
)
SUBSET_SCHEMA = pa.schema(
    [
        ("shape", pa.string()),
        ("slope", pa.float64()),
        ("share", pa.float64()),
        ("trial", pa.int64()),
        ("relative_error", pa.float64()),
        ("status", pa.string()),
    ]
)


def positive_part(code: Array) -> Array:
    """A non-negative code with about half its entries zero: x^+, or x^- where x^+ vanishes."""
    return np.maximum(code, 0) if (code > 0).any() else np.maximum(-code, 0)


def layer_rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """Exact recovery of one layer's input, of free sign or non-negative, against n / k.

    The widths of a trial share their rows (the narrow layer is the top of the wide one).  A layer
    counts as inverted only if the point of its feasible set that minimises a random objective is
    the true input: any other feasible point would show.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``ratio`` (the values of n / k), ``trials``.
    """
    k = part["latent_dimension"]
    widths = [round(k * ratio) for ratio in part["ratio"]]
    for trial in range(*part["trials"]):
        layer = stream(seed, Role.LAYER, (k,), trial).standard_normal((max(widths), k))
        code = stream(seed, Role.LAYER_INPUT, (k,), trial).standard_normal(k)
        objective = stream(seed, Role.OBJECTIVE, (k,), trial).standard_normal(k)
        for inputs in ("free", "nonnegative"):
            z = code if inputs == "free" else positive_part(code)
            for ratio, width in zip(part["ratio"], widths, strict=True):
                weights = layer[:width] / np.sqrt(width)
                output = activate(weights @ z, 0.0)
                found = least_squares(weights, output)
                if found.status is not Status.SOLVED:
                    found = feasible(
                        weights,
                        output,
                        nonnegative=inputs == "nonnegative",
                        objective=objective,
                    )
                yield {
                    "latent_dimension": k,
                    "inputs": inputs,
                    "ratio": float(ratio),
                    "width": width,
                    "trial": trial,
                    "relative_error": relative_error(found.z, z),
                    "status": str(found.status),
                }


def depth_rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """Layer-wise inversion of networks of constant expansivity.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension`` (a list), ``depth``, ``expansivity`` (a list), ``trials``.
    """
    for k in part["latent_dimension"]:
        for expansivity in part["expansivity"]:
            shape = expansive_shape(k, expansivity, part["depth"])
            for trial in range(*part["trials"]):
                one = instance(seed, "identity", shape, trial, shape[-1])
                output = activations(one.weights, one.code)[-1]
                found = invert(one.weights, output, Program.DETERMINED)
                yield {
                    "shape": "-".join(map(str, shape)),
                    "latent_dimension": k,
                    "depth": part["depth"],
                    "expansivity": float(expansivity),
                    "trial": trial,
                    "relative_error": relative_error(found.code, one.code),
                    "status": str(found.status),
                }


def subset_rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """Recovery from a random subset of the last layer's coordinates, nested within a trial.

    Args:
        seed: the configuration's seed.
        part: ``shape``, ``slope``, ``share`` (of the coordinates), ``trials``.
    """
    shape, slope = tuple(part["shape"]), float(part["slope"])
    for trial in range(*part["trials"]):
        one = instance(seed, "identity", shape, trial, shape[-1])
        output = activations(one.weights, one.code, slope)[-1]
        order = stream(seed, Role.SUBSET, shape, trial).permutation(shape[-1])
        for share in part["share"]:
            seen = order[: round(share * shape[-1])]
            weights = [*one.weights[:-1], one.weights[-1][seen]]
            found = invert(weights, output[seen], Program.DETERMINED, slope)
            yield {
                "shape": "-".join(map(str, shape)),
                "slope": slope,
                "share": float(share),
                "trial": trial,
                "relative_error": relative_error(found.code, one.code),
                "status": str(found.status),
            }
