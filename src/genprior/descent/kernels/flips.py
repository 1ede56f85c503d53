"""From one linear region to the next: which neurons flip at x, and what that changes.

A neuron is looked at only when x may have gone far enough to change its sign, and E and M change by
low-rank corrections (docs/certificate.md, "What the engine leaves out").
"""

import numpy as np

from genprior.descent.kernels.bounds import NOTHING, ROOM, UNIT, gamma
from genprior.descent.kernels.compiling import inlined, kernel, melted
from genprior.descent.kernels.evaluation import columns_of, leaks
from genprior.descent.kernels.lanes import (
    add_columns,
    add_columns_to_each,
    inner_product,
    sum_columns,
)
from genprior.descent.kernels.region import (
    FLIPS_AT_ONCE,
    bound_row_norms,
    damp_where_off,
    responses_of,
)

HORIZON = 16.0  # steps between two looks through all of a layer's neurons
MANY = 16  # one neuron in this many due at once makes looking at the whole layer cheaper
HELD, LEFT, UNSURE = range(3)


@kernel
def at_rest(soonest, odometer):
    """Whether no neuron can have changed its sign."""
    for layer in range(1, len(soonest)):
        if not odometer < soonest[layer]:
            return False
    return True


@inlined
def _reading(odometer, way):
    """The odometer's reading after another way, never rounded up."""
    return (odometer + way / ROOM) * (1.0 - 4.0 * UNIT)


@kernel
def _look_at_all(region, layer, rows, x, odometer, blur):
    """Look at all neurons of a layer; returns how many flip, or -1 if one is at zero."""
    length = rows.shape[1]
    values, norms, safe = region.values[:length], region.norms[layer, :length], region.safe[layer]
    on = region.on[layer]
    sum_columns(values, rows, x, region.everything, len(x))
    if layer > 1:  # E_1 = W_1 never changes
        bound_row_norms(norms, rows)
    flips, zeros = 0, 0
    for j in range(length):
        region.flips[flips] = j
        flips += (values[j] > 0.0) != on[j]
        zeros += values[j] == 0.0
        safe[j] = _reading(odometer, abs(values[j]) / norms[j] - blur)
    return flips if zeros == 0 else -1


@kernel
def _look_at(region, layer, rows, j, x, odometer, blur):
    """Look at one neuron; returns its pre-activation."""
    value, square = 0.0, 0.0
    for i in range(len(x)):
        entry = rows[i, j]
        value += entry * x[i]
        square += entry * entry
    norm = np.sqrt(square + NOTHING) * ROOM
    region.norms[layer, j] = norm
    region.safe[layer, j] = _reading(odometer, abs(value) / norm - blur)
    return value


@kernel
def _list_due(due, safe, among, count, odometer):
    """List those of some neurons whose sign may have failed; returns their number."""
    found = 0
    for position in range(count):
        j = among[position]
        due[found] = j
        found += not safe[j] > odometer
    return found


@kernel
def _first(safe, among, count, latest):
    """The first reading at which one of some neurons is due, ``latest`` at most."""
    for position in range(count):
        reading = safe[among[position]]
        latest = latest if reading > latest else reading
    return latest


@kernel
def _find_flips(operators, region, layer, x, odometer, stride):
    """List the neurons of a layer whose sign at x is not the pattern's, looking at those that are
    due alone; returns their number, or -1 if one is at zero."""
    if odometer < region.soonest[layer]:
        return 0
    length, rows = operators.shape[layer], responses_of(operators, region, layer)
    safe, watched, due = region.safe[layer], region.watched[layer], region.flips
    blur = 2.0 * gamma(len(x)) * np.sqrt(inner_product(x, x))
    count = region.watched_counts[layer]
    anew = odometer >= region.horizon[layer]
    if anew:
        count = _list_due(due, safe, region.everything, length, odometer)
    else:
        count = _list_due(due, safe, watched, count, odometer)
    if count * MANY > length:
        anew = True
        flips = _look_at_all(region, layer, rows, x, odometer, blur)
    else:
        flips, zeros = 0, 0
        for position in range(count):
            j = due[position]
            value = _look_at(region, layer, rows, j, x, odometer, blur)
            due[flips] = j  # the flips take the place of those looked at
            flips += (value > 0.0) != region.on[layer, j]
            zeros += value == 0.0
        flips = flips if zeros == 0 else -1
    if flips < 0:
        # What flips beside it is not followed now, so the whole layer must be looked at again.
        safe[:] = region.soonest[layer] = region.horizon[layer] = -1.0
        return flips
    if anew:
        region.horizon[layer] = odometer + HORIZON * stride
        region.watched_counts[layer] = _list_due(
            watched, safe, region.everything, length, region.horizon[layer]
        )
    region.soonest[layer] = _first(
        safe, watched, region.watched_counts[layer], region.horizon[layer]
    )
    return flips


@kernel
def _loosen(region, layer, length, outflow, entries, x, count, odometer):
    """Rows of E_layer have changed by outflow times entries, by ``count`` flips below: the neurons'
    signs are sure for a shorter way."""
    safe, norms = region.safe[layer, :length], region.norms[layer, :length]
    for j in range(length):
        safe[j] = (safe[j] - odometer) * norms[j]
    for position in range(count):
        size, height = 0.0, 0.0
        for i in range(len(x)):
            size += entries[i, position] ** 2
            height += entries[i, position] * x[i]
        size, height, flow = np.sqrt(size) * ROOM, abs(height) * ROOM, outflow[position]
        for j in range(length):
            push = abs(flow[j])
            safe[j] -= push * height
            norms[j] += push * size
    for j in range(length):
        safe[j] = _reading(odometer, safe[j] / norms[j])
    region.horizon[layer] = region.soonest[layer] = odometer


@melted
def _carry(operators, region, layer, inflow, count):
    """Take a change of a layer's pre-activations through its phi; returns who passes it on."""
    slope, length = operators.slopes[layer], operators.shape[layer]
    if leaks(slope):
        damp_where_off(inflow, slope, region.on[layer], count, length, inflow)
        return region.everything, length
    return region.active[layer], region.counts[layer]


@kernel
def _flip(operators, region, layer, first, count, x, odometer):
    """Flip some neurons of a layer: E of the layers above and M change by rank ``count``."""
    shape, k = operators.shape, operators.shape[0]
    depth = len(shape) - 1
    entries, inflow, outflow = region.entries, region.inflow, region.outflow
    rows = responses_of(operators, region, layer)
    for position in range(count):
        j = region.flips[first + position]
        region.on[layer, j] = not region.on[layer, j]
        for i in range(k):
            entries[i, position] = rows[i, j] if region.on[layer, j] else -rows[i, j]
            if leaks(operators.slopes[layer]):
                entries[i, position] *= 1.0 - operators.slopes[layer]
    for above in range(layer + 1, depth + 1):
        length = shape[above]
        columns = columns_of(operators, above)
        for position in range(count):
            if above == layer + 1:
                outflow[position, :length] = columns[region.flips[first + position]]
            else:
                outflow[position, :length] = 0.0
        if above > layer + 1:
            chosen, chosen_count = _carry(operators, region, above - 1, inflow, count)
            add_columns_to_each(outflow, columns, inflow, chosen, chosen_count, count)
        rows = responses_of(operators, region, above)
        for i in range(k):
            add_columns(rows[i], outflow, entries[i], region.everything, count)
        if operators.slopes[above] < 1.0:
            _loosen(region, above, length, outflow, entries, x, count, odometer)
        inflow, outflow = outflow, inflow
    m = len(operators.measurements)
    chosen, chosen_count = region.active[depth], region.counts[depth]
    if layer < depth:
        chosen, chosen_count = _carry(operators, region, depth, inflow, count)
    if operators.identity:
        for position in range(count):
            outflow[position, :m] = 0.0
            if layer == depth:
                outflow[position, region.flips[first + position]] = 1.0
            else:
                for place in range(chosen_count):
                    j = chosen[place]
                    outflow[position, j] = inflow[position, j]
    elif layer == depth:
        for position in range(count):
            outflow[position, :m] = operators.sensing[region.flips[first + position]]
    else:
        outflow[:count, :m] = 0.0
        add_columns_to_each(outflow, operators.sensing, inflow, chosen, chosen_count, count)
    for i in range(k):
        add_columns(region.image[i], outflow, entries[i], region.everything, count)


@kernel
def _relist(region, layer, length):
    count = 0
    for j in range(length):
        if region.on[layer, j]:
            region.active[layer, count] = j
            count += 1
    region.counts[layer] = count


@kernel
def follow(operators, region, x, odometer, stride, costs, budget):
    """Bring the region's pattern to x, layer by layer upwards.

    Returns whether the pattern is now that of x (``HELD``), whether the region was given up
    because the flips cost more than ``budget`` or a layer died (``LEFT``), or whether a neuron sits
    at zero (``UNSURE``); then how many neurons flipped and what they cost.
    """
    shape = operators.shape
    total, spent = 0, 0.0
    for layer in range(1, len(shape)):
        if operators.slopes[layer] == 1.0:
            continue
        flips = _find_flips(operators, region, layer, x, odometer, stride)
        if flips < 0:
            return UNSURE, total, spent
        if flips == 0:
            continue
        total += flips
        spent += flips * costs[layer]
        if spent > budget:
            return LEFT, total, spent
        for first in range(0, flips, FLIPS_AT_ONCE):
            count = min(FLIPS_AT_ONCE, flips - first)
            _flip(operators, region, layer, first, count, x, odometer)
        _relist(region, layer, shape[layer])
        if region.counts[layer] == 0:
            return LEFT, total, spent
    return HELD, total, spent


@kernel
def costs_of(operators):
    """Multiplications of one streamed iteration (entry 0) and of one flip in each layer."""
    shape, k, m = operators.shape, operators.shape[0], len(operators.measurements)
    depth = len(shape) - 1
    costs = np.zeros(depth + 1)
    sense = 0.0 if operators.identity else 0.5 * shape[depth] * m
    costs[0] = 2.0 * sense
    for layer in range(1, depth + 1):
        costs[0] += (2.0 if layer == 1 else 1.0) * shape[layer - 1] * shape[layer]
        if layer < depth:
            costs[layer] = sense
        for above in range(layer + 1, depth + 1):
            # E changes, and its rows are looked at sooner; the factor is measured, not counted.
            costs[layer] += 3.0 * k * shape[above]
            if above > layer + 1:
                costs[layer] += 0.5 * shape[above - 1] * shape[above]
        costs[layer] += k * m
    return costs


@kernel
def pattern_change(region, work, shape, costs):
    """What it would cost to follow the streamed pattern; the region's pattern becomes it."""
    spent = 0.0
    for layer in range(1, len(shape)):
        on, count = region.on[layer], 0
        before = region.values
        for j in range(shape[layer]):
            before[j] = 1.0 if on[j] else 0.0
            on[j] = False
        for position in range(work.counts[layer]):
            on[work.active[layer, position]] = True
        for j in range(shape[layer]):
            count += on[j] != (before[j] > 0.0)
        spent += count * costs[layer]
    return spent
