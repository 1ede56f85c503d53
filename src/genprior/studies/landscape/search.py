"""Searches for the worst case of the WDC and of the RRIC.

Both constants are suprema over all points.  A search only ever finds a point, so what it returns is
a lower bound of the constant, whatever the effort; the bound is the larger of random sampling and
of local ascent from the best samples.
"""

import numpy as np

from genprior.model.theory import expected_gram
from genprior.studies.landscape.batch import forward, normal, pull, random_units, unit
from genprior.types import Array, Weights


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


def isometry_constant(
    weights: Weights, sensing: Array, stream: np.random.Generator, quadruples: int, steps: int
) -> tuple[float, float]:
    """Lower bounds of the RRIC constant of A on the range: by random quadruples, and by ascent.

    The quantity is |<A p, A q> - <p, q>| / (|p| |q|), p = G(x1) - G(x2), q = G(x3) - G(x4).
    """
    k = weights[0].shape[1]
    points = [random_units(k, quadruples, stream) for _ in range(4)]
    half = quadruples // 2  # half of the quadruples start with p = q, where A distorts a length
    for free, tied in [(0, 2), (1, 3)]:
        points[tied][:, :half] = points[free][:, :half]
    best, drawn = 0.0, None
    for length in np.geomspace(0.3, 3e-3, steps):
        passes = [forward(weights, x) for x in points]
        p, q = passes[0][0] - passes[1][0], passes[2][0] - passes[3][0]
        sizes = np.linalg.norm(p, axis=0), np.linalg.norm(q, axis=0)
        p, q = p / sizes[0], q / sizes[1]
        excess_p, excess_q = normal(sensing, p) - p, normal(sensing, q) - q
        value = np.sum(p * excess_q, axis=0)
        drawn = float(np.abs(value).max()) if drawn is None else drawn
        best = max(best, float(np.abs(value).max()))
        slopes = [
            np.sign(value) * (excess_q - value * p) / sizes[0],
            np.sign(value) * (excess_p - value * q) / sizes[1],
        ]
        for i, (_, masks) in enumerate(passes):
            gradient = (-1) ** i * pull(weights, masks, slopes[i // 2])
            norm = np.linalg.norm(gradient, axis=0)
            points[i] = unit(points[i] + length * gradient / np.where(norm > 0, norm, 1.0))
    return drawn, best
