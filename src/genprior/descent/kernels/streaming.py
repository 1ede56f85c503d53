"""Descent that streams the weights at every iteration, and what both engines' loops share."""

from typing import NamedTuple

import numpy as np

from genprior.descent.kernels.bounds import (
    GONE,
    LEAST,
    ROOM,
    SLOPE,
    mirrored_square,
    new_mirror,
    stays_above,
)
from genprior.descent.kernels.compiling import entry, kernel, melted
from genprior.descent.kernels.evaluation import (
    backward,
    forward,
    new_workspace,
    settle_ties,
    take_residual,
)
from genprior.descent.kernels.lanes import inner_product
from genprior.types import Array

GRADIENT, CYCLE, CAP, DIVERGED, CERTIFIED = range(5)


class Rule(NamedTuple):
    """How a run goes: ``genprior.descent.Settings`` and the direction that settles ties."""

    step: float
    negation_check: bool
    max_iterations: int
    gradient_tolerance: float
    to_proof: bool  # whether the run ends as soon as its limit is proved
    tie_direction: Array


@melted
def evaluate(operators, lipschitz, rule, x, mirror, work, mirror_work):
    """f and v at x, or at -x if f(-x) < f(x); x is replaced then.  Leaves v in the workspace.

    Returns the risk, the norm of v, how many neurons sit at zero and whether x was replaced.
    """
    zeros = forward(operators, x, work)
    loss = take_residual(operators, work)
    negated = False
    if rule.negation_check:
        square = 2.0 * loss
        negated = not stays_above(
            mirror.anchor, mirror.facts, x, square * ROOM
        ) and square > mirrored_square(operators, lipschitz, x, square * ROOM, mirror, mirror_work)
    if negated:
        x[:] = -x
        zeros = forward(operators, x, work)
        loss = take_residual(operators, work)
        mirror.facts[LEAST], mirror.facts[SLOPE] = -1.0, np.inf
    if zeros > 0:
        settle_ties(operators, rule.tie_direction, work)
    backward(operators, work)
    return loss, np.sqrt(inner_product(work.v, work.v)), zeros, negated


@kernel
def same(left, right):
    for i in range(len(left)):
        if left[i] != right[i]:
            return False
    return True


@kernel
def reason_to_stop(loss, gradient_norm, repeats, iteration, rule):
    """Why the run ends here, or -1."""
    if not (np.isfinite(loss) and np.isfinite(gradient_norm)):
        return DIVERGED
    if gradient_norm <= rule.gradient_tolerance:
        return GRADIENT
    if repeats:
        return CYCLE
    if iteration == rule.max_iterations:
        return CAP
    return -1


@melted
def advance(x, step, v, landmark, age, life):
    """Take a step, x -= step v, after Brent's landmark has moved to x if its life is over.

    Returns the landmark's age, in steps, and its life.
    """
    if age == life:
        landmark[:] = x
        age = 0
        life *= 2
    for j in range(len(x)):
        x[j] -= step * v[j]
    return age + 1, life


@entry
def stream_descent(operators, bounds, rule, x, path):
    """The loop of ``reference.descend``, on x in place, streaming the weights every iteration.

    Where f(-x) cannot have fallen below f(x) since it was last computed, the negation check is
    skipped (see ``Mirror``).
    """
    work, mirror_work, mirror = (
        new_workspace(operators),
        new_workspace(operators),
        new_mirror(operators),
    )
    landmark, landmark_age, landmark_life = x.copy(), 0, 1  # Brent's cycle search
    negations, kept, iteration = 0, 0, 0

    while True:
        if kept < len(path):
            path[kept] = x
            kept += 1
        loss, gradient_norm, _, negated = evaluate(
            operators, bounds.lipschitz, rule, x, mirror, work, mirror_work
        )
        negations += negated
        repeats = landmark_age > 0 and same(x, landmark)
        stop = reason_to_stop(loss, gradient_norm, repeats, iteration, rule)
        if stop >= 0:
            return loss, gradient_norm, iteration, negations, stop, kept, mirror.evaluations
        landmark_age, landmark_life = advance(
            x, rule.step, work.v, landmark, landmark_age, landmark_life
        )
        mirror.facts[GONE] += rule.step * gradient_norm * ROOM
        iteration += 1
