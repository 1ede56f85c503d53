"""What the same bits everywhere cost: our kernels beside plain loops that fastmath may reorder.

Both evaluate f and v at one point, reading the active columns alone; the plain loops keep them in
single or in double precision, whichever is faster; four columns at a time is the fastest
arrangement of them that was found.
"""

import time

import numpy as np
from numba import njit

from genprior.descent import Settings, compiled
from genprior.descent.kernels.bounds import new_mirror
from genprior.descent.kernels.evaluation import new_workspace
from genprior.descent.kernels.streaming import evaluate
from genprior.model.instances import instance

fast = njit(fastmath=True, error_model="numpy")


@fast
def add_up(total, columns, coefficients, chosen, count):
    total[:] = 0.0
    whole = count - count % 4
    for position in range(0, whole, 4):
        j0, j1, j2, j3 = chosen[position : position + 4]
        a0, a1, a2, a3 = coefficients[j0], coefficients[j1], coefficients[j2], coefficients[j3]
        c0, c1, c2, c3 = columns[j0], columns[j1], columns[j2], columns[j3]
        for i in range(len(total)):
            total[i] += a0 * c0[i] + a1 * c1[i] + a2 * c2[i] + a3 * c3[i]
    for position in range(whole, count):
        column, a = columns[chosen[position]], coefficients[chosen[position]]
        for i in range(len(total)):
            total[i] += a * column[i]


@fast
def multiply(products, columns, vector, chosen, count):
    products[:] = 0.0
    whole = count - count % 4
    for position in range(0, whole, 4):
        j0, j1, j2, j3 = chosen[position : position + 4]
        c0, c1, c2, c3 = columns[j0], columns[j1], columns[j2], columns[j3]
        s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        for i in range(len(vector)):
            s0 += c0[i] * vector[i]
            s1 += c1[i] * vector[i]
            s2 += c2[i] * vector[i]
            s3 += c3[i] * vector[i]
        products[j0], products[j1], products[j2], products[j3] = s0, s1, s2, s3
    for position in range(whole, count):
        column, s = columns[chosen[position]], 0.0
        for i in range(len(vector)):
            s += column[i] * vector[i]
        products[chosen[position]] = s


@fast
def plain(matrices, y, x, values, back, active, times):
    """f at x; leaves v in the first row of ``back``."""
    depth, counts, loss = len(matrices), np.zeros(len(matrices) + 1, dtype=np.int64), 0.0
    for _ in range(times):
        values[0, : len(x)] = x
        counts[0] = len(x)
        active[0, : len(x)] = np.arange(len(x))
        for layer in range(depth):
            columns = matrices[layer]
            out = values[layer + 1, : columns.shape[1]]
            add_up(out, columns, values[layer], active[layer], counts[layer])
            if layer < depth - 1:
                count = 0
                for j in range(len(out)):
                    active[layer + 1, count] = j
                    count += out[j] > 0.0
                counts[layer + 1] = count
        residual = values[depth, : len(y)]
        loss = 0.0
        for i in range(len(y)):
            residual[i] -= y[i]
            loss += 0.5 * residual[i] ** 2
        outer = residual
        for layer in range(depth - 1, -1, -1):
            columns = matrices[layer]
            inner = back[layer, : columns.shape[0]]
            multiply(inner, columns, outer, active[layer], counts[layer])
            outer = inner
    return loss


@njit(error_model="numpy")
def ours(operators, rule, x, v, times):
    """f at x by our kernels; leaves v."""
    work, mirror, loss = new_workspace(operators), new_mirror(operators), 0.0
    for _ in range(times):
        loss = evaluate(operators, 0.0, rule, x, mirror, work, work)[0]
    v[:] = work.v
    return loss


def ratios(shape, measurements: int, rounds: int, seed: int, seconds: float = 0.1) -> list[float]:
    """Seconds of the plain loops over those of ours, round by round, on one instance."""
    one = instance(seed, "gaussian", shape, 0, measurements)
    engine = compiled.Engine.of_code(one.weights, one.sensing, one.code)
    rule = compiled.rule_of(Settings(1.0, False, 1, 0.0), one.tie_direction)
    matrices = (*one.weights, one.sensing)
    widest, depth = max(*shape, measurements) + 1, len(shape)
    values, back = np.zeros((2, depth + 1, widest))
    active = np.zeros((depth + 1, widest), dtype=np.int64)
    rest = engine.problem.measurements, one.start, values, back, active
    theirs = [
        (tuple(matrix.T.astype(kind, order="C") for matrix in matrices), *rest)
        for kind in (np.float32, np.float64)
    ]
    mine = engine.operators, rule, one.start, np.zeros(shape[0])

    def time_of(function, arguments, times):
        began = time.perf_counter()
        loss = function(*arguments, times)
        return time.perf_counter() - began, loss

    _, our_loss = time_of(ours, mine, 1)
    for arguments in theirs:
        _, loss = time_of(plain, arguments, 1)
        if not np.isclose(loss, our_loss, rtol=1e-12):
            raise RuntimeError(f"the plain loops compute something else: {loss}, {our_loss}")
        if not np.allclose(back[0, : shape[0]], mine[-1], rtol=1e-9, atol=1e-12):
            raise RuntimeError("the plain loops go another way")
    times = max(1, round(seconds / time_of(ours, mine, 20)[0] * 20))
    return [
        min(time_of(plain, arguments, times)[0] for arguments in theirs)
        / time_of(ours, mine, times)[0]
        for _ in range(rounds)
    ]
