"""A search for false certificates: instances made to mislead, every certificate checked exactly.

    python tests/unit/false_certificates.py [instances of each family] [seed]

Prints what was checked in each family, and every certificate that is false; there should be none.
The families are small because rationals grow; those of ``LARGE`` are checked in extended
precision instead.
"""

import sys
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from time import process_time

import numpy as np
from exact import extended_descent, false_about_minimum, false_about_recovery, false_about_run

from genprior.descent import Settings, Stop
from genprior.descent.certificates import certify
from genprior.descent.incremental import Engine
from genprior.descent.kinks import certify_minimum, minimise
from genprior.descent.outcomes import OutcomeKind, decide
from genprior.model.networks import (
    Network,
    activation_pattern,
    region_map,
    sample_weights,
)
from genprior.model.problem import Problem

ENDS = ("relu", "linear")
STEPS = 8  # exact steps; the numbers' length grows with each
LONG = 1000  # steps in extended precision
LARGE = ("wide", "affine_wide")  # too large for rationals


@dataclass(frozen=True)
class Case:
    """A problem, a latent code to be called recovered if any is, a start and how to descend.

    ``suspect`` is a kink set at which there may or may not be a local minimum near the start, and
    nothing else of interest.
    """

    problem: Problem
    code: np.ndarray
    start: np.ndarray
    settings: Settings
    suspect: tuple | None = None


def a_step(problem, x, stream):
    """About 1 / ||H|| in the piece of x, a power of two."""
    maps = region_map(problem.network, activation_pattern(problem.network, x))
    size = np.linalg.norm(problem.sense(maps) if problem.sensing is not None else maps)
    exponent = -2 * np.log2(size) if 0 < size < np.inf else 0.0
    return float(2.0 ** np.clip(np.floor(exponent) + stream.integers(-1, 2), -1000, 1000))


def case_of(stream, network, sensing, code, start=None, measurements=None):
    problem = Problem.of_code(network, sensing, code)
    if measurements is not None:
        problem = problem.observing(measurements)
    if start is None:
        start = stream.standard_normal(len(code)) * np.linalg.norm(code)
    settings = Settings(
        a_step(problem, code if stream.integers(2) else start, stream),
        bool(stream.integers(2)) and problem.network.biases is None,
        int(stream.choice([0, 3, 30, 300])),
        0.0,
    )
    return Case(problem, code, start, settings)


def shape_of(stream):
    k = int(stream.integers(1, 4))
    return (k, *(int(stream.integers(k, 8)) for _ in range(stream.integers(1, 4))))


def drawn(stream, shape, draw):
    """Weights and a sensing matrix of one law, A = I in a third of the cases."""
    weights = [draw((n, k)) for k, n in pairwise(shape)]
    sensing = None
    if stream.integers(3):
        sensing = draw((int(stream.integers(1, 7)), shape[-1]))
    return weights, sensing


def gaussian(stream):
    shape = shape_of(stream)
    weights, sensing = drawn(stream, shape, stream.standard_normal)
    return case_of(stream, weights, sensing, stream.standard_normal(shape[0]))


def integer(stream):
    """Many exact ties and rows that cancel."""
    shape = shape_of(stream)
    weights, sensing = drawn(stream, shape, lambda size: stream.integers(-2, 3, size).astype(float))
    code, start = stream.integers(-8, 9, (2, shape[0])).astype(float)
    return case_of(stream, weights, sensing, code if code.any() else code + 1, start)


def scaled(stream):
    """Rows and columns of all sizes."""

    def draw(size):
        rows, columns = (2.0 ** stream.integers(-24, 25, n) for n in size)
        return rows[:, None] * stream.standard_normal(size) * columns

    shape = shape_of(stream)
    weights, sensing = drawn(stream, shape, draw)
    return case_of(stream, weights, sensing, stream.standard_normal(shape[0]))


def cancelling(stream):
    """Large rows that come twice and cancel in the layer above, which loses small ones."""
    k, large = int(stream.integers(1, 3)), 2.0 ** stream.integers(48, 70)
    twin = stream.integers(1, 4, (1, k)) * large
    small = stream.integers(-3, 4, (int(stream.integers(1, 3)), k))
    first = np.vstack([twin, small, twin])
    second = stream.integers(-2, 3, (int(stream.integers(1, 4)), len(first))).astype(float)
    second[:, -1] = -second[:, 0]
    code, start = stream.integers(1, 9, (2, k)).astype(float)
    return case_of(stream, [first.astype(float), second], None, code, start)


def near_ties(stream):
    """A kink minimum whose side with the neuron on rises or falls by about as much as rounding.

    Neuron 0 of one layer is at zero at x*, with a long column in A.  The measurements are such that
    the slopes at its two sides are a > 0 and b - a, next to zero.
    """
    k, n = 2, int(stream.integers(3, 6))
    first, m = stream.standard_normal((n, k)), n
    point = np.array([-first[0, 1], first[0, 0]]) * (1 + stream.random())
    first[1:] *= np.sign(first[1:] @ point)[:, None]  # the others are on
    sensing = stream.standard_normal((m, n))
    scale = int(stream.integers(8, 20))
    sensing[:, 0] *= 2.0**scale
    column = sensing[:, 0]
    maps = sensing[:, 1:] @ first[1:]
    normal, tangent = first[0], point / np.linalg.norm(point)
    # r with M^T r = -a w and (column . r) = a (1 + a hair): the slopes are a and a hair.
    a = stream.random() + 0.1
    # A rounding error of the residual counts 2^scale times; one of a pre-activation, twice that.
    lost = scale * stream.integers(1, 3) + stream.integers(-3, 3)
    hair = stream.standard_normal() * 2.0 ** (lost - 53.0)
    system = np.vstack([(maps @ tangent), maps @ normal, column])
    misfit = np.linalg.pinv(system) @ np.array([0.0, -a * normal @ normal, a * (1 + hair)])
    near = point + 1e-3 * stream.standard_normal(k)
    measurements = maps @ point - misfit
    case = case_of(stream, [first], sensing, point, near, measurements)
    return replace(case, suspect=((0, 0),))


def twins(stream):
    """Another global minimum beside x0, across a kink that A does not see."""
    row = stream.integers(-3, 4, 2).astype(float)
    row = row if row.any() else np.array([0.0, 1.0])
    on = np.array([-row[1], row[0]])
    first = np.vstack([on, 2 * on, row, -row])
    sensing = stream.standard_normal((4, 4))
    sensing[:, 3] = sensing[:, 2] * 2.0 ** stream.integers(-1, 2)
    gap = 2.0 ** -stream.integers(20, 56)
    code = on - gap * row
    return case_of(stream, [first], sensing, code, code + 3 * gap * stream.standard_normal(2))


def borders(stream):
    """A code in which some neuron is within rounding of zero."""
    shape = (2, *shape_of(stream)[1:])
    weights, sensing = drawn(stream, shape, stream.standard_normal)
    code = np.array([-weights[0][0, 1], weights[0][0, 0]])
    code = code * (1 + stream.integers(-2, 3, 2) * 2.0 ** stream.integers(-52, -20))
    start = code * (1 + 1e-3 * stream.standard_normal(2))
    return case_of(stream, weights, sensing, code, start)


def tiny(stream):
    """Magnitudes near underflow, or whose squares or products underflow."""
    case = (gaussian, integer, cancelling)[stream.integers(3)](stream)
    scale = 2.0 ** -stream.integers(100, 560, 3 + len(case.problem.weights)).astype(float)
    some = np.where(stream.integers(2, size=len(scale)), scale, 1.0)
    weights = [layer * s for layer, s in zip(case.problem.weights, some[3:], strict=True)]
    if stream.integers(2):  # only some rows
        weights = [
            np.where(stream.integers(2, size=(len(layer), 1)), layer, whole)
            for layer, whole in zip(weights, case.problem.weights, strict=True)
        ]
    sensing = case.problem.sensing
    sensing = None if sensing is None else sensing * some[0]
    return case_of(stream, weights, sensing, case.code * some[1], case.start * some[1])


def wide(stream):
    """Networks of the experiments' kind, too wide for rationals."""
    shape = [(5, 10, 20), (8, 24), (4, 8, 12, 16)][stream.integers(3)]
    sensing = stream.standard_normal((int(stream.integers(4, 20)), shape[-1])) / 3
    weights = sample_weights(shape, stream)
    case = case_of(stream, weights, sensing, stream.standard_normal(shape[0]))
    return replace(case, settings=replace(case.settings, max_iterations=1000))


def of_any_kind(stream, weights, biases):
    """A network of these weights, with or without the biases, of some slope and end."""
    slope = float(stream.choice([0.0, 0.0, 0.5, 0.1, 2.0**-30]))
    last = str(stream.choice(["relu", "linear"]))
    return Network(tuple(weights), tuple(biases) if stream.integers(4) else None, slope, last)


def affine(stream):
    """Biases, slopes and ends."""
    shape = shape_of(stream)
    weights, sensing = drawn(stream, shape, stream.standard_normal)
    network = of_any_kind(stream, weights, [stream.standard_normal(n) for n in shape[1:]])
    return case_of(stream, network, sensing, stream.standard_normal(shape[0]))


def affine_integer(stream):
    """Ties, rows that are zero but for their bias, vertices where k kinks meet, and 0 itself."""
    shape = shape_of(stream)
    weights, sensing = drawn(stream, shape, lambda size: stream.integers(-2, 3, size).astype(float))
    biases = [stream.integers(-3, 4, n).astype(float) for n in shape[1:]]
    code, start = stream.integers(-3, 4, (2, shape[0])).astype(float)
    network = of_any_kind(stream, weights, biases)
    return case_of(stream, network, sensing, code if code.any() else code + 1, start)


def affine_scaled(stream):
    """Rows, columns and biases of all sizes, so that shifts drown maps, or signals them."""

    def draw(size):
        rows, columns = (2.0 ** stream.integers(-24, 25, n) for n in size)
        return rows[:, None] * stream.standard_normal(size) * columns

    shape = shape_of(stream)
    weights, sensing = drawn(stream, shape, draw)
    biases = [2.0 ** stream.integers(-30, 31, n) * stream.standard_normal(n) for n in shape[1:]]
    network = of_any_kind(stream, weights, biases)
    return case_of(stream, network, sensing, stream.standard_normal(shape[0]))


def affine_wide(stream):
    """As ``wide``, of any kind."""
    shape = [(5, 10, 20), (8, 24), (4, 8, 12, 16)][stream.integers(3)]
    sensing = stream.standard_normal((int(stream.integers(4, 20)), shape[-1])) / 3
    biases = [stream.standard_normal(n) / np.sqrt(n) for n in shape[1:]]
    network = of_any_kind(stream, sample_weights(shape, stream), biases)
    case = case_of(stream, network, sensing, stream.standard_normal(shape[0]))
    return replace(case, settings=replace(case.settings, max_iterations=1000))


def far(stream):
    """Everything happens far from 0, where shifts all but cancel what the code gives: rounding
    is relative to ||(x, 1)|| times the whole map and not to where the run is from its limit."""
    k, n = int(stream.integers(1, 3)), int(stream.integers(3, 6))
    first = stream.standard_normal((n, k))
    away = stream.standard_normal(k) * 2.0 ** stream.integers(10, 40)
    biases = [-first @ away + stream.standard_normal(n)]
    weights = [first]
    if stream.integers(2):
        weights.append(stream.standard_normal((n, n)))
        biases.append(stream.standard_normal(n))
    network = Network(
        tuple(weights), tuple(biases), float(stream.choice([0, 0.25])), str(stream.choice(ENDS))
    )
    code, start = away + stream.standard_normal((2, k))
    return case_of(stream, network, None, code, start)


def affine_ties(stream):
    """As ``near_ties``, moved away from 0 by biases, under some slope: the jump is 1 - slope."""
    case = near_ties(stream)
    (first,), shift = case.problem.weights, stream.standard_normal(2)
    slope = float(stream.choice([0.0, 0.5]))
    network = Network((first,), (-first @ shift,), slope)
    # The residual was chosen so that the slopes at the tie are a and a hair of b; so it is again.
    problem = Problem(network, case.problem.sensing, case.problem.measurements)
    settings = replace(case.settings, negation_check=False)
    return replace(case, problem=problem, start=case.start + shift, settings=settings)


def vertices(stream):
    """As many kinks as the code has dimensions, or fewer, meet at a minimum away from 0, in the
    last layer or below a linear one; half of them rise on one side by about as much as rounding."""
    k = int(stream.integers(1, 4))
    count, n = int(stream.integers(1, k + 1)), k + int(stream.integers(1, 4))
    first, point = stream.standard_normal((n, k)), stream.standard_normal(k) * 4
    biases = stream.standard_normal(n)
    biases[:count] = -first[:count] @ point
    slope = float(stream.choice([0.0, 0.5, 0.1]))
    sensing = stream.standard_normal((2 * k + 2, n))
    values = first @ point + biases
    factors = np.where(values > 0, 1.0, slope)
    factors[:count] = slope
    maps = sensing @ (factors[:, None] * first)
    # r with M^T r = -sum of a_j w_j, and the columns of the kinks times r a_j and some more; a kink
    # that is off passes on the slope's share of its column already.
    a = stream.random(count) + 0.1
    hair = stream.choice([-1, 1], count) * 2.0 ** -stream.integers(36, 53, count)
    more = np.where(stream.integers(2, size=count), stream.random(count), hair)
    columns = a * (1 + more) / (1 - slope)
    system = np.vstack([maps.T, sensing[:, :count].T])
    misfit = np.linalg.pinv(system) @ np.append(-first[:count].T @ a, columns)
    measurements = sensing @ (factors * values) - misfit
    near = point + 1e-6 * stream.standard_normal(k)
    if stream.integers(2):
        end = stream.standard_normal(len(sensing))
        network = Network((first, sensing), (biases, end), slope, "linear")
        case = case_of(stream, network, None, point, near, measurements + end)
    else:
        network = Network((first,), (biases,), slope)
        case = case_of(stream, network, sensing, point, near, measurements)
    return replace(case, suspect=tuple((0, neuron) for neuron in range(count)))


FAMILIES = {
    family.__name__: family
    for family in (
        cancelling,
        near_ties,
        twins,
        tiny,
        gaussian,
        integer,
        scaled,
        borders,
        wide,
        affine,
        affine_integer,
        affine_scaled,
        far,
        affine_ties,
        vertices,
        affine_wide,
    )
}


def false_in_extended_precision(problem, x, settings, limit, limit_error, *_):
    """As ``exact.false_about_run``, by plain iteration in NumPy's long double."""
    home = None
    for masks, back, point in islice(extended_descent(problem, settings.step, x), LONG):
        home = home or masks
        if not all(map(np.array_equal, home, masks)):
            return "the run leaves the piece"
        gap = float(np.linalg.norm((point - limit).astype(float)))
        if float(np.linalg.norm(back.astype(float))) == 0.0:
            break
    settled = settings.step * float(np.linalg.norm(back.astype(float))) < 1e-3 * limit_error
    return "another limit" if settled and gap > 2 * limit_error else None


def of_minimum(problem, minimum, negation_check):
    """As ``findings``, of a local minimum that was certified, if one was."""
    if minimum is not None:
        kind = "kink" if minimum.kinks else "minimum"
        yield kind, false_about_minimum(problem, minimum, negation_check)


def findings(case, family):
    """(what was certified, what is false about it or None) of everything certified about a case."""
    problem, settings = case.problem, case.settings
    check = settings.negation_check
    false_about = false_in_extended_precision if family in LARGE else false_about_run
    engine = Engine(problem)
    if case.suspect is not None:
        minimum = certify_minimum(problem, case.start, case.suspect, False)
        yield from of_minimum(problem, minimum, False)
        yield from of_minimum(problem, minimise(problem, case.start, check), check)
        return
    end = engine.descend(case.start, np.cos(1.0 + np.arange(len(case.start))), settings)
    if end.stop == Stop.DIVERGED or not np.all(np.isfinite(end.x)):
        return
    proved = False
    for x in (case.start, end.x):
        box = certify(problem, x, settings)
        if box.holds:
            yield (
                "box",
                false_about(
                    *(problem, x, settings, box.limit, box.limit_error),
                    *(STEPS, box.region.pattern, box.rank),
                ),
            )
        ball = engine.limit(x, settings)
        proved = box.holds or ball is not None  # at the run's end, after the last turn
        if ball is not None:
            yield "ball", false_about(problem, x, settings, ball.point, ball.error, STEPS)
        if family in LARGE:
            continue
        yield from of_minimum(problem, minimise(problem, x, check), check)
    if family not in LARGE and proved and case.code @ case.code > 0:
        outcome = decide(engine, case.code, end, settings)
        if outcome.kind == OutcomeKind.RECOVERY:
            yield "recovery", false_about_recovery(problem, outcome.point, case.code)


def search(family, instances, seed):
    """How many certificates of each kind were checked, and the false ones: (instance, what)."""
    checked, false = Counter(), []
    for number in range(instances):
        stream = np.random.default_rng([seed, list(FAMILIES).index(family), number])
        with np.errstate(all="ignore"):
            for kind, fault in findings(FAMILIES[family](stream), family):
                checked[kind] += 1
                if fault is not None:
                    false.append((number, f"{kind}: {fault}"))
    return checked, false


def main(instances=1000, seed=1):
    """The search at any size; the exit code says whether something false was found."""
    wrong = 0
    for family in FAMILIES:
        began = process_time()
        checked, false = search(family, instances, seed)
        seconds = process_time() - began
        print(
            f"{family:12} checked {dict(checked)}, false {len(false)}, {seconds:.0f} s", flush=True
        )
        for number, fault in false[:10]:
            print(f"    instance {number}: {fault}")
        wrong += len(false)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
