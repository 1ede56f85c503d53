"""The profile likelihood of a transition's location over slope, lapse and link.

At a location x0 (a logarithm) the success probability at x is

    p(x) = (1 - lapse) F(slope (x - x0) + q),   F(q) = 1 / (2 (1 - lapse)),

so p(x0) = 1/2 whatever the rest.  For each link, slope and lapse are found by Fisher scoring in
(log slope, lapse) between bounds, damped so that the likelihood never falls; a coarse grid under
the logistic link and the optimum next door give the starts.
"""

import numpy as np
from numba import njit

from genprior.types import Array

# Numba keeps compiled code by this file alone, so the constants of the kernels stand in it.
REACH = 40.0  # tables of links end here; beyond, a probability is as good as 0 or 1
STEPS = 8001
LAPSE_MOST = 0.49
LAPSE_STEPS = 491
START_SLOPES = 8
START_LAPSES = np.array([0.0, 0.02, 0.1, 0.25, 0.42])
ITERATIONS = 40
GAIN = 1e-4  # a step that promises less log-likelihood than this ends the search
OUTLINE = 5  # the first so many links are looked at everywhere and tell what is hopeless
DEEP = 40.0  # below the peak by this much, the others are not looked at
_STEP = 2 * REACH / (STEPS - 1)
_LAPSE_STEP = LAPSE_MOST / (LAPSE_STEPS - 1)

compiled = njit(cache=True, error_model="numpy")


@compiled
def _half(halves, lapse):
    """Where (1 - lapse) F is one half, and its derivative by the lapse."""
    place = min(max(lapse / _LAPSE_STEP, 0.0), LAPSE_STEPS - 1.0)
    index = min(int(place), LAPSE_STEPS - 2)
    slope = halves[index + 1] - halves[index]
    return halves[index] + (place - index) * slope, slope / _LAPSE_STEP


@compiled
def _look_up(log_below, log_above, z):
    """log F, log (1 - F) and their derivatives."""
    place = (z + REACH) / _STEP
    if place <= 0.0:
        return log_below[0], log_above[0], 0.0, 0.0
    if place >= STEPS - 1.0:
        return log_below[-1], log_above[-1], 0.0, 0.0
    index = min(int(place), STEPS - 2)
    share = place - index
    rise = log_below[index + 1] - log_below[index]
    fall = log_above[index + 1] - log_above[index]
    return (
        log_below[index] + share * rise,
        log_above[index] + share * fall,
        rise / _STEP,
        fall / _STEP,
    )


@compiled
def _value(x, good, bad, location, log_slope, lapse, log_below, log_above, halves):
    """The log-likelihood."""
    slope, half, total = np.exp(log_slope), _half(halves, lapse)[0], 0.0
    log_ceiling = np.log(1.0 - lapse)
    for i in range(len(x)):
        below, above, _, _ = _look_up(log_below, log_above, slope * (x[i] - location) + half)
        if good[i] > 0.0:
            total += good[i] * (log_ceiling + below)
        if bad[i] > 0.0:
            if lapse > 0.0:
                above = np.log(lapse + (1.0 - lapse) * np.exp(above))
            total += bad[i] * above
    return total


@compiled
def _scores(x, good, bad, location, log_slope, lapse, log_below, log_above, halves):
    """Gradient by (log slope, lapse) and Fisher's information."""
    slope = np.exp(log_slope)
    half, half_rate = _half(halves, lapse)
    ceiling = 1.0 - lapse
    g0 = g1 = i00 = i01 = i11 = 0.0
    for i in range(len(x)):
        reach = slope * (x[i] - location)
        below, above, rise, fall = _look_up(log_below, log_above, reach + half)
        failing = lapse + ceiling * np.exp(above)
        share = ceiling * np.exp(above) / failing
        # Derivatives of log p and log (1 - p).
        p0, q0 = rise * reach, share * fall * reach
        p1 = rise * half_rate - 1.0 / ceiling
        q1 = share * fall * half_rate + np.exp(below) / failing
        g0 += good[i] * p0 + bad[i] * q0
        g1 += good[i] * p1 + bad[i] * q1
        trials = good[i] + bad[i]
        i00 -= trials * p0 * q0
        i01 -= trials * (p0 * q1 + p1 * q0) / 2
        i11 -= trials * p1 * q1
    return g0, g1, i00, i01, i11


@compiled
def _climb(x, good, bad, location, start, low, high, log_below, log_above, halves):
    """The best (log slope, lapse) uphill of a start, and its log-likelihood."""
    a, b = start
    best = _value(x, good, bad, location, a, b, log_below, log_above, halves)
    damping = 1e-3
    for _ in range(ITERATIONS):
        g0, g1, i00, i01, i11 = _scores(x, good, bad, location, a, b, log_below, log_above, halves)
        free0 = not ((a <= low and g0 <= 0) or (a >= high and g0 >= 0))
        free1 = not ((b <= 0.0 and g1 <= 0) or (b >= LAPSE_MOST and g1 >= 0))
        promised, improved = 0.0, False
        for _ in range(12):
            d0, d1 = i00 * (1 + damping) + 1e-9, i11 * (1 + damping) + 1e-9
            if free0 and free1:
                determinant = d0 * d1 - i01 * i01
                if determinant <= 0.0:
                    damping = 10 * damping + 1e-3
                    continue
                s0, s1 = (d1 * g0 - i01 * g1) / determinant, (d0 * g1 - i01 * g0) / determinant
            else:
                s0, s1 = (g0 / d0 if free0 else 0.0), (g1 / d1 if free1 else 0.0)
            s0 = min(max(s0, -1.0), 1.0)
            new_a, new_b = min(max(a + s0, low), high), min(max(b + s1, 0.0), LAPSE_MOST)
            promised = g0 * (new_a - a) + g1 * (new_b - b)
            if promised < GAIN:
                break
            value = _value(x, good, bad, location, new_a, new_b, log_below, log_above, halves)
            if value > best:
                improved = value - best > GAIN / 4
                a, b, best, damping = new_a, new_b, value, damping / 5
                break
            damping = 10 * damping + 1e-3
        if not improved:
            break
    return a, b, best


@compiled
def _profile(x, good, bad, locations, low, high, lapses, log_below, log_above, halves, known):
    """By location and link: log slope, lapse and log-likelihood; -inf where not looked at."""
    count, links = len(locations), len(log_below)
    found = np.full((count, links, 3), -np.inf)
    starts, best = np.empty((count, 2)), np.empty(count)
    for i in range(count):
        most = -np.inf
        for j in range(START_SLOPES):
            log_slope = low + (high - low) * j / (START_SLOPES - 1)
            for lapse in lapses:
                value = _value(
                    x, good, bad, locations[i], log_slope, lapse,
                    log_below[0], log_above[0], halves[0],
                )  # fmt: skip
                if value > most:
                    most, starts[i, 0], starts[i, 1] = value, log_slope, lapse
        a, b, most = _climb(
            x, good, bad, locations[i], (starts[i, 0], starts[i, 1]), low, high,
            log_below[0], log_above[0], halves[0],
        )  # fmt: skip
        found[i, 0, 0], found[i, 0, 1], found[i, 0, 2] = a, b, most
    for i in range(count):
        best[i] = found[i, 0, 2]
    peak = known
    for link in range(1, links):
        for turn in range(2):
            for step in range(count):
                i = step if turn == 0 else count - 1 - step
                if link >= OUTLINE and best[i] < peak - DEEP:
                    continue
                beside = i - 1 if turn == 0 else i + 1
                start = found[i, link] if turn else found[i, 0]
                most = start[2]
                if turn == 0:
                    most = _value(
                        x, good, bad, locations[i], start[0], start[1],
                        log_below[link], log_above[link], halves[link],
                    )  # fmt: skip
                better = turn == 0
                if 0 <= beside < count and found[beside, link, 2] > -np.inf:
                    other = found[beside, link]
                    value = _value(
                        x, good, bad, locations[i], other[0], other[1],
                        log_below[link], log_above[link], halves[link],
                    )  # fmt: skip
                    if value > most + GAIN:
                        start, better = other, True
                if better:
                    a, b, most = _climb(
                        x, good, bad, locations[i], (start[0], start[1]), low, high,
                        log_below[link], log_above[link], halves[link],
                    )  # fmt: skip
                    found[i, link, 0], found[i, link, 1], found[i, link, 2] = a, b, most
                    best[i] = max(best[i], most)
        peak = max(peak, best.max())
    return found


def profile(
    log_values: Array,
    successes: Array,
    trials: Array,
    locations: Array,
    slopes: tuple[float, float],
    links: tuple[Array, Array, Array],
    known: float = -np.inf,
) -> Array:
    """The best slope and lapse at every location and link.

    Args:
        log_values, successes, trials: the cells of a rising curve, shape (c,).
        locations: where to look, increasing, shape (n,).
        slopes: the least and the largest slope.
        links: their tables, as in ``links.Tables``; the first is the starting point of the others.
        known: a log-likelihood that was found elsewhere, to tell what is hopeless.

    Returns:
        log slope, lapse and log-likelihood, shape (n, links, 3); -inf where the first ``OUTLINE``
        links are worse than the best by more than ``DEEP`` and another was not looked at.
    """
    low, high = np.log(slopes)
    counts = log_values, successes, trials - successes
    found: Array = _profile(*counts, locations, low, high, START_LAPSES, *links, known)
    return found
