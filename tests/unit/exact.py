"""Certificates against exact arithmetic on the very floating-point numbers, in rationals.

Each check returns what is false about a certificate in a few words, or None.  It shares no formula
with the certificates but the definition of the piece; the statements are those of
``docs/certificate.md``.
"""

from fractions import Fraction
from itertools import product

import numpy as np


def exact(array):
    """The numbers as they stand, as rationals."""
    array = np.asarray(array, dtype=float)
    return np.array([Fraction(value) for value in array.ravel()], dtype=object).reshape(array.shape)


def gains(active, slope):
    """What pre-activations are multiplied by, as rationals."""
    return np.array([Fraction(1) if on else Fraction(slope) for on in active], dtype=object)


def at(maps, x):
    """The value of affine maps, linear part and shift side by side, at a point."""
    return maps[:, :-1] @ x + maps[:, -1]


class Exact:
    """A problem in rationals.  Affine maps have their shift as last column, zero without biases."""

    def __init__(self, problem):
        network = problem.network
        biases = network.biases or [np.zeros(len(layer)) for layer in network.weights]
        self.layers = [
            (exact(layer), exact(bias), slope)
            for layer, bias, slope in zip(network.weights, biases, network.slopes, strict=True)
        ]
        self.sensing = None if problem.sensing is None else exact(problem.sensing)
        self.measurements = exact(problem.measurements)

    def pattern(self, x, off=()):
        """Which neurons are on at x, those of ``off``, as (layer, neuron), switched off."""
        pattern = []
        for number, (layer, bias, slope) in enumerate(self.layers):
            values = layer @ x + bias
            active = np.array([value > 0 or slope == 1 for value in values])
            active[[neuron for where, neuron in off if where == number]] = False
            x = values * gains(active, slope)
            pattern.append(active)
        return pattern

    def maps(self, pattern):
        """The pre-activations of every layer, and A G, as affine maps of the code."""
        k, rows = self.layers[0][0].shape[1], []
        inputs = np.array(np.eye(k, k + 1, dtype=int), dtype=object)
        for (layer, bias, slope), active in zip(self.layers, pattern, strict=False):
            rows.append(layer @ inputs)
            rows[-1][:, -1] = rows[-1][:, -1] + bias
            inputs = rows[-1] * gains(active[: len(layer)], slope)[:, None]
        return rows, inputs if self.sensing is None else self.sensing @ inputs

    def inside(self, rows, pattern, x, but=()):
        """Whether x lies in the open piece, the neurons of ``but`` not asked."""
        for number, (maps, active) in enumerate(zip(rows, pattern, strict=True)):
            if self.layers[number][2] == 1:
                continue
            for neuron, value in enumerate(at(maps, x)):
                wrong = value <= 0 if active[neuron] else value >= 0
                if wrong and any(maps[neuron]) and (number, neuron) not in but:
                    return False
        return True

    def risk(self, x):
        """||A G(x) - y||^2."""
        for layer, bias, slope in self.layers:
            x = np.array([max(value, value * Fraction(slope)) for value in layer @ x + bias])
        misfit = (x if self.sensing is None else self.sensing @ x) - self.measurements
        return misfit @ misfit


def extended_descent(problem, step, x):
    """Gradient descent in NumPy's long double: (pattern and gradient at an iterate, the next), for
    ever."""
    network, wide = problem.network, np.longdouble
    weights = [layer.astype(wide) for layer in network.weights]
    biases = [bias.astype(wide) for bias in network.biases or []] or [wide(0)] * len(weights)
    sensing = None if problem.sensing is None else problem.sensing.astype(wide)
    y, x = problem.measurements.astype(wide), x.astype(wide)
    while True:
        values, pattern, factors = x, [], []
        for layer, bias, slope in zip(weights, biases, network.slopes, strict=True):
            values = layer @ values + bias
            pattern.append((values > 0) | (slope == 1))
            factors.append(np.where(pattern[-1], wide(1), wide(slope)))
            values = values * factors[-1]
        misfit = (values if sensing is None else sensing @ values) - y
        gradient = misfit if sensing is None else sensing.T @ misfit
        for layer, factor in zip(reversed(weights), reversed(factors), strict=True):
            gradient = layer.T @ (factor * gradient)
        x = x - wide(step) * gradient
        yield pattern, gradient, x


def row_reduced(matrix):
    """The reduced row echelon form without its zero rows, and the columns of the pivots."""
    matrix, pivots = np.array(matrix, dtype=object), []
    for column in range(matrix.shape[1]):
        done = len(pivots)
        below = [row for row in range(done, len(matrix)) if matrix[row, column]]
        if not below:
            continue
        matrix[[done, below[0]]] = matrix[[below[0], done]]
        matrix[done] = matrix[done] / Fraction(matrix[done, column])
        for row in range(len(matrix)):
            if row != done and matrix[row, column]:
                matrix[row] = matrix[row] - matrix[row, column] * matrix[done]
        pivots.append(column)
    return matrix[: len(pivots)], pivots


def rank(matrix):
    return len(row_reduced(matrix)[1])


def null_space(matrix):
    """A basis, in rows, of the vectors orthogonal to the rows."""
    reduced, pivots = row_reduced(matrix)
    free = [column for column in range(matrix.shape[1]) if column not in pivots]
    basis = np.full((len(free), matrix.shape[1]), Fraction(0), dtype=object)
    for vector, column in zip(basis, free, strict=True):
        vector[column] = Fraction(1)
        vector[pivots] = -reduced[:, column]
    return basis


def nearest_solution(matrix, target, point):
    """The solution of matrix z = target, which has one, nearest to a point."""
    reduced, pivots = row_reduced(np.column_stack([matrix, target]))
    assert matrix.shape[1] not in pivots, "no solution"
    rows, values = reduced[:, :-1], reduced[:, -1]
    if not len(rows):
        return point
    system = np.column_stack([rows @ rows.T, values - rows @ point])
    return point + rows.T @ row_reduced(system)[0][:, -1]


def too_far(z, point, error):
    offset = z - exact(point)
    return not np.isfinite(error) or offset @ offset > Fraction(error) ** 2


def false_about_run(problem, x, settings, limit, limit_error, steps, region=None, dimension=None):
    """What is false about the statement that descent from x stays in its piece and converges.

    Args:
        limit, limit_error: where it is said to converge, and a bound on the error of that.
        steps: how many steps to follow.
        region: the pattern of the piece, if the certificate names it.
        dimension: the rank of M that it names.
    """
    truth, x = Exact(problem), exact(x)
    pattern = truth.pattern(x)
    rows, whole = truth.maps(pattern)
    operator, shift = whole[:, :-1], whole[:, -1]
    if region is not None and not truth.inside(rows, region, x):
        return "another piece"
    curvature, pull = operator.T @ operator, operator.T @ (truth.measurements - shift)
    target = nearest_solution(curvature, pull, x)
    if dimension is not None and rank(operator) != dimension:
        return "another rank"
    if not truth.inside(rows, pattern, target):
        return "the limit is outside of the piece"
    if too_far(target, limit, limit_error):
        return "another limit"
    step = Fraction(settings.step)
    distance = (x - target) @ (x - target)
    for _ in range(steps):
        if not truth.inside(rows, pattern, x):
            return "the run leaves the piece"
        if settings.negation_check and truth.risk(-x) < truth.risk(x):
            return "the run is negated"
        x = x - step * (curvature @ x - pull)
        if (x - target) @ (x - target) > distance:
            return "the run moves away from the limit"
        distance = (x - target) @ (x - target)
    if settings.negation_check and truth.risk(-target) < truth.risk(target):
        return "the limit is negated"
    return None


def false_about_minimum(problem, minimum, negation_check):
    """What is false about a certified local minimum, by Proposition 4 itself."""
    truth, point, kinks = Exact(problem), exact(minimum.point), minimum.kinks
    off = truth.pattern(point, kinks)
    rows, whole = truth.maps(off)
    operator, shift = whole[:, :-1], whole[:, -1]

    def normals_of(rows):
        several = [rows[layer][neuron] for layer, neuron in kinks]
        several = np.array(several, dtype=object).reshape(len(kinks), len(point) + 1)
        return several[:, :-1], several[:, -1]

    normals, heights = normals_of(rows)
    if rank(normals) != len(kinks):
        return "dependent rows"
    tangents = null_space(normals)
    along = operator @ tangents.T
    if rank(along) != minimum.rank:
        return "another rank"
    system = np.vstack([normals, along.T @ operator])
    target = np.append(-heights, along.T @ (truth.measurements - shift))
    z = nearest_solution(system, target, point)
    if too_far(z, minimum.point, minimum.point_error):
        return "another point"
    misfit = operator @ z + shift - truth.measurements
    for states in product([False, True], repeat=len(kinks)):
        pattern = [active.copy() for active in off]
        for (layer, neuron), state in zip(kinks, states, strict=True):
            pattern[layer][neuron] = state
        rows, operator = truth.maps(pattern)
        if not truth.inside(rows, pattern, z, kinks):
            return "another neuron changes its sign"
        gradient = operator[:, :-1].T @ misfit
        multipliers = nearest_solution(
            normals_of(rows)[0].T, gradient, np.array([Fraction(0)] * len(kinks), dtype=object)
        )
        for multiplier, state in zip(multipliers, states, strict=True):
            if not (multiplier > 0 if state else multiplier < 0):
                return "an adjoining piece descends"
    if negation_check and truth.risk(-z) <= truth.risk(z):
        return "the negation check prefers the other side"
    return None


def false_about_recovery(problem, point, code):
    """What is false about the statement that x0 is the isolated minimiser at a point."""
    truth, code = Exact(problem), exact(code)
    pattern = truth.pattern(exact(point))
    rows, operator = truth.maps(pattern)
    if rank(operator[:, :-1]) < len(code):
        return "not isolated"
    return None if truth.inside(rows, pattern, code) else "x0 lies in another piece"
