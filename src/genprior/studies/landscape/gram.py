"""The weight distribution condition (WDC): how far masked Gram matrices stray from expectation.

The constant is a supremum over all points.  A search only ever finds a point, so what it returns is
a lower bound of the constant, whatever the effort; the bound is the larger of random sampling and
of local ascent from the best samples.

Source: HV v3, Definition 2 (the condition), Lemma 11 (Gaussian layers satisfy it).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.model.instances import Instance
from genprior.model.theory import expected_gram
from genprior.studies.landscape.batch import random_units, unit
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Array, Row

SCHEMA = OBSERVATIONS
ANGLE = 2.0  # between the pair whose Gram matrix is averaged over networks


def gram_deviation(layer: Array, x: Array, y: Array) -> tuple[float, Array]:
    """|| W_{+,x}^T W_{+,y} - Q_{x,y} || and the eigenvector of the extreme eigenvalue.

    The sign of the eigenvalue is carried by the value.
    """
    rows = layer[(layer @ x > 0) & (layer @ y > 0)]
    values, vectors = np.linalg.eigh(rows.T @ rows - expected_gram(x, y))
    extreme = int(np.argmax(np.abs(values)))
    return float(values[extreme]), vectors[:, extreme]


def _expected_form_gradient(x: Array, y: Array, u: Array) -> Array:
    """The gradient in x of u^T Q_{x,y} u for unit columns; zero where x and y are parallel."""
    cosine = np.sum(x * y, axis=0)
    sine = np.sqrt(np.maximum(1.0 - cosine**2, 0.0))
    safe = np.where(sine > 1e-3, sine, np.inf)
    a, b = np.sum(u * x, axis=0), np.sum(u * y, axis=0)
    bracket = 2 * a * b - cosine * (a**2 + b**2)
    along_y = (1.0 - a**2 - b**2) / safe + bracket * cosine / safe**3
    return (along_y * y + 2 * (b - cosine * a) / safe * u) / (2 * np.pi)


def _climb(layer: Array, x: Array, y: Array, u: Array, sign: Array, blur: float, length: float):
    """One step of both points up the deviation with blurred masks, u fixed."""
    a, b, weight = layer @ x, layer @ y, (layer @ u) ** 2
    on_x, on_y = (0.5 + 0.5 * np.tanh(z / (2 * blur)) for z in (a, b))
    moved = []
    for point, other, on, across in [(x, y, on_x, on_y), (y, x, on_y, on_x)]:
        rise = layer.T @ (on * (1.0 - on) / blur * across * weight)
        gradient = sign * (rise - _expected_form_gradient(point, other, u))
        gradient -= point * np.sum(point * gradient, axis=0)
        norm = np.linalg.norm(gradient, axis=0)
        moved.append(unit(point + length * gradient / np.where(norm > 0, norm, 1.0)))
    return moved


def gram_constant(
    layer: Array, stream: np.random.Generator, pairs: int, starts: int, rounds: int
) -> tuple[float, float]:
    """Lower bounds of the WDC constant of a layer: by random pairs, and by ascent from the best.

    Args:
        layer: W, shape (n, k), with entries of variance 1/n.
        pairs: random pairs; a third each independent, equal and opposite up to a perturbation.
        starts: how many of the worst pairs are climbed from.
        rounds: rounds of climbing, five steps each, with masks less blurred from round to round.
    """
    rows, k = layer.shape
    x, other = random_units(k, pairs, stream), random_units(k, pairs, stream)
    tether = np.array([0.0, 3.0, -3.0])[np.arange(pairs) % 3]
    y = unit(other + tether * x)
    drawn = np.array([abs(gram_deviation(layer, p, q)[0]) for p, q in zip(x.T, y.T, strict=True)])
    chosen = np.argsort(drawn)[-starts:]
    x, y, best = x[:, chosen], y[:, chosen], float(drawn.max())
    for step in np.linspace(0.0, 1.0, rounds):
        found = [gram_deviation(layer, p, q) for p, q in zip(x.T, y.T, strict=True)]
        best = max(best, *(abs(value) for value, _ in found))
        u = np.column_stack([vector for _, vector in found])
        sign = np.array([np.sign(value) for value, _ in found])
        for _ in range(5):
            x, y = _climb(layer, x, y, u, sign, 0.5 * 0.1**step / np.sqrt(rows), 0.2 * 0.05**step)
    final = (abs(gram_deviation(layer, p, q)[0]) for p, q in zip(x.T, y.T, strict=True))
    return float(drawn.max()), max(best, *final)


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The WDC constant of layer 1, searched; and forms of W_{+,x}^T W_{+,y} - Q at a fixed pair.

    The forms have mean zero over layers if Q is the expectation.
    """
    layer = one.weights[0]
    k = layer.shape[1]
    x, y = np.eye(k)[0], np.cos(ANGLE) * np.eye(k)[0] + np.sin(ANGLE) * np.eye(k)[1]
    rows = layer[(layer @ x > 0) & (layer @ y > 0)]
    difference = rows.T @ rows - expected_gram(x, y)
    drawn, searched = gram_constant(layer, draws(Role.POINTS), **settings["search"])
    return {
        "gram, drawn": drawn,
        "gram, searched": searched,
        "gram form xx": float(x @ difference @ x),
        "gram form xy": float(x @ difference @ y),
        "gram trace": float(np.trace(difference)) / k,
    }


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
