"""How fast a random network comes to its expectation.

Angles and products of masked layers (HV v3, Lemmas 7 and 8), directions at smooth points and their
one-sided limits at kinks (Theorem 1), tied layers, supports.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.model.instances import Instance
from genprior.model.networks import generate
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction
from genprior.model.theory import (
    angle_between,
    angle_map,
    expected_direction,
    expected_image,
)
from genprior.studies.landscape.batch import (
    at_angles,
    directions,
    forward,
    pull,
    push,
    random_units,
)
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Array, Row, Weights

SCHEMA = OBSERVATIONS


def tied(weights: Weights, kind: str) -> tuple[Array, ...]:
    """The network with a block of W_2 copied from W_1, so that the layers are dependent.

    Each matrix keeps its own law.  ``rows``: row i of W_2 begins with row i of W_1; ``columns``:
    row i of W_2 is column i of W_1, for i < k.
    """
    first, second = weights[0], weights[1].copy()
    block = (first if kind == "rows" else first.T) * np.sqrt(len(first) / len(second))
    second[: block.shape[0], : block.shape[1]] = block
    return (first, second, *weights[2:])


def direction_deviations(weights: Weights, code: Array, points: Array) -> Array:
    """2^d |v - h| / max(|x|, |x0|) at every column, A = I."""
    v, _ = directions(Problem.of_code(weights, None, code), points)
    h = np.column_stack([expected_direction(x, code, len(weights)) for x in points.T])
    scale = np.maximum(np.linalg.norm(points, axis=0), np.linalg.norm(code))
    return 2 ** len(weights) * np.linalg.norm(v - h, axis=0) / scale


def kink_deviation(
    weights: Weights, code: Array, zeros: int, tie: Array, stream: np.random.Generator
) -> float:
    """The same for a one-sided limit of v where ``zeros`` neurons of layer 1 are exactly zero.

    The network is turned so that the point is a multiple of the first basis vector and the zeros
    are entries of W_1, exact in floating point.
    """
    k = len(code)
    chosen = stream.choice(len(weights[0]), zeros, replace=False)
    null = np.linalg.svd(weights[0][chosen])[2][zeros:]
    axis = stream.standard_normal(len(null)) @ null
    turn, _ = np.linalg.qr(np.column_stack([axis, stream.standard_normal((k, k - 1))]))
    first = weights[0] @ turn
    first[chosen, 0] = 0.0
    turned, x0 = (first, *weights[1:]), turn.T @ code
    x = stream.uniform(0.1, 2.0) * np.linalg.norm(code) * np.eye(k)[0]
    v = descent_direction(Problem.of_code(turned, None, x0), x, tie)
    scale = 2 ** len(weights) / max(np.linalg.norm(x), np.linalg.norm(x0))
    return float(scale * np.linalg.norm(v - expected_direction(x, x0, len(weights))))


def layer_values(
    weights: Weights,
    code: Array,
    points: np.random.Generator,
    ties: np.random.Generator,
    count: int,
) -> Values:
    """Products of masked layers, directions at smooth points and kinks, tied layers, supports."""
    depth, k = len(weights), len(code)
    units = random_units(k, count, points)
    others = random_units(k, count, points)
    signals, masks = forward(weights, units)
    other_signals, _ = forward(weights, others)
    images = pull(weights, masks, other_signals)
    expected = np.column_stack(
        [expected_image(x, y, depth) for x, y in zip(units.T, others.T, strict=True)]
    )
    vectors = push(weights, masks, others)
    contraction = np.max(np.abs(2**depth * np.sum(vectors**2, axis=0) - 1.0))
    one_layer = [generate(weights[:1], z) for z in (units, others)]
    angles = max(
        abs(angle_between(a, b) - float(angle_map(angle_between(x, y))))
        for a, b, x, y in zip(one_layer[0].T, one_layer[1].T, units.T, others.T, strict=True)
    )
    radii = points.uniform(0.1, 2.0, count) * np.linalg.norm(code)
    smooth = radii * at_angles(code, points.uniform(0, np.pi, count), points)
    values = {
        "image of a product": float(2**depth * np.linalg.norm(images - expected, axis=0).max()),
        "square of a product": float(contraction),
        "angle": angles,
        "direction": float(direction_deviations(weights, code, smooth).max()),
        "energy": float(2**depth * np.mean(np.sum(signals**2, axis=0))),
        "overlap of x and -x": float(
            sum(
                np.count_nonzero(generate(weights[:1], x) * generate(weights[:1], -c * x))
                for x, c in zip(units.T, radii, strict=True)
            )
        ),
    }
    for name, zeros in [("kink", 1), ("vertex", k - 1)]:
        values[f"direction at a {name}"] = max(
            kink_deviation(weights, code, zeros, ties.standard_normal(k), ties)
            for _ in range(count)
        )
    if depth > 1:
        for kind in ("rows", "columns"):
            values[f"direction, tied {kind}"] = float(
                direction_deviations(tied(weights, kind), code, smooth).max()
            )
    return values


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The numbers of one network (``layer_values``)."""
    streams = draws(Role.POINTS), draws(Role.SEARCH)
    return layer_values(one.weights, one.code, *streams, settings["points"])


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
