"""Descent inside linear regions.

A run holds on to one pattern's maps and, when neurons flip, corrects them; it streams the weights
only early on, where many neurons flip, and to settle whatever is delicate: ties, negations, every
stop.
"""

import numpy as np

from genprior.descent.kernels.ball import ball_around
from genprior.descent.kernels.bounds import (
    GONE,
    ROOM,
    UNIT,
    mirrored_square,
    new_mirror,
    stays_above,
)
from genprior.descent.kernels.compiling import entry, kernel
from genprior.descent.kernels.evaluation import new_workspace
from genprior.descent.kernels.flips import HELD, LEFT, at_rest, costs_of, follow, pattern_change
from genprior.descent.kernels.lanes import distance, inner_product
from genprior.descent.kernels.region import (
    build,
    build_quadratic,
    direction_inside,
    enter,
    new_region,
    quadratic_direction,
    scale_of,
)
from genprior.descent.kernels.streaming import CERTIFIED, advance, evaluate, reason_to_stop, same

DRIFT_LIMIT = 2000  # flips until the pattern is built afresh
PATIENCE = 0.25  # build H once the pattern has lasted this many times k iterations
SETTLING = 1e-9  # relative gradient from which on rounding in H x - c would tell
ENDGAME = 1e-13  # relative gradient from which on iterations are streamed
CLOSE = 1e-12  # relative distance to the landmark at which a cycle is suspected
SCRUPLES = 1000  # iterations that a run streams for these two reasons, at most
ENTER_RATE = 1.2  # flips may cost this share of streaming, averaged, to enter a region
LEAVE_RATE = 1.5  # and this share to stay
LEAVE = 8.0  # flips of one iteration may cost this many streamed iterations


@kernel
def nearly_back(x, landmark):
    """Whether x has all but come back to the landmark."""
    for i in range(len(x)):
        if not abs(x[i] - landmark[i]) <= CLOSE * abs(landmark[i]):
            return False
    return True


@entry
def incremental_descent(operators, bounds, rule, x, path, limit):
    """The loop of ``reference.descend``, on x in place, inside linear regions where it can.

    Where f(-x) cannot have fallen below f(x) since it was last computed, the negation check is
    skipped (see ``Mirror``).  A run to a proof leaves its proved limit in ``limit``.

    Returns what ``stream_descent`` returns, but as its work the iterations that streamed the
    weights, the evaluations of f(-x) and of G(-x) alone, the regions built and the neurons flipped;
    then the error of a proved limit.
    """
    work, mirror_work = new_workspace(operators), new_workspace(operators)
    region, odometer = new_region(operators), 0.0
    costs, lipschitz = costs_of(operators), bounds.lipschitz
    streaming = costs[0]
    energy = inner_product(operators.measurements, operators.measurements)
    landmark, landmark_age, landmark_life = x.copy(), 0, 1  # Brent's cycle search
    mirror = new_mirror(operators)
    negations, kept, iteration, stride = 0, 0, 0, 0.0
    streamed, built, flipped = 0, 0, 0
    inside, quadratic, lasted, flips_since_built = False, False, 0, 0
    wait, stream_until, scruples = 1, 2, SCRUPLES
    radius, limit_error, trust = -1.0, np.inf, 2 * len(x)
    cost_rate, gradient_norm, scale = 2.0 * streaming, np.inf, 0.0

    while True:
        if kept < len(path):
            path[kept] = x
            kept += 1
        repeats = landmark_age > 0 and same(x, landmark)

        # Inside the region, unless this iteration may be the last.
        done = False
        if inside and scruples > 0 and landmark_age > 0 and nearly_back(x, landmark):
            stream_until = max(stream_until, iteration + 2 * landmark_life)
        if inside and iteration < rule.max_iterations and iteration >= stream_until:
            status, flips, spent = HELD, 0, 0.0
            if not at_rest(region.soonest, odometer):
                status, flips, spent = follow(
                    operators, region, x, odometer, stride, costs, LEAVE * streaming
                )
            cost_rate += 0.25 * (spent - cost_rate)
            flipped += flips
            flips_since_built += flips
            if status == LEFT or cost_rate > LEAVE_RATE * streaming:
                inside = False
                stream_until = iteration + wait
                wait *= 2
            elif status == HELD:
                if flips_since_built > DRIFT_LIMIT:
                    build(operators, region)
                    built += 1
                    flips_since_built = 0
                    flips = 1
                if flips > 0:
                    quadratic, lasted, radius = False, 0, -1.0
                lasted += 1
                settled = gradient_norm <= SETTLING * scale
                if not quadratic and lasted > PATIENCE * len(x) and not settled:
                    build_quadratic(operators, region)
                    quadratic = True
                if quadratic and not settled:
                    square = quadratic_direction(
                        region.curvature,
                        region.pull,
                        region.everything,
                        x,
                        energy,
                        operators.frozen,
                        work.v,
                    )
                else:
                    square = direction_inside(operators, region, x, work)
                norm = np.sqrt(inner_product(work.v, work.v))
                least_norm = max(1.001 * rule.gradient_tolerance, ENDGAME * scale * (scruples > 0))
                done = least_norm < norm < 1e140
                if done and rule.negation_check:
                    # f(-x) >= f(x) for sure, by the bound or by an evaluation that leaves no doubt?
                    square = square * ROOM + 1e-12 * energy
                    done = stays_above(mirror.anchor, mirror.facts, x, square) or (
                        mirrored_square(operators, lipschitz, x, square, mirror, mirror_work)
                        > square
                    )
                if done:
                    gradient_norm = norm
                if done and rule.to_proof and quadratic:
                    if lasted >= trust and not radius > 0.0:
                        radius, limit_error = ball_around(
                            operators, bounds, region, rule, mirror, work, mirror_work, limit
                        )
                        trust = 2 * lasted
                    if radius > 0.0 and flips_since_built > 0 and distance(x, limit) < radius:
                        # The bounds on rounding are about maps computed from the weights.
                        build(operators, region)
                        build_quadratic(operators, region)
                        built += 1
                        flips_since_built = 0
                        radius, limit_error = ball_around(
                            operators, bounds, region, rule, mirror, work, mirror_work, limit
                        )
                        trust = 2 * lasted
                    if radius > 0.0 and distance(x, limit) * ROOM <= radius:
                        return (
                            0.5 * square,
                            norm,
                            iteration,
                            negations,
                            CERTIFIED,
                            kept,
                            np.array(
                                [
                                    streamed,
                                    mirror.evaluations[0],
                                    mirror.evaluations[1],
                                    built,
                                    flipped,
                                ]
                            ),
                            limit_error,
                        )

        if not done:
            loss, gradient_norm, zeros, negated = evaluate(
                operators, lipschitz, rule, x, mirror, work, mirror_work
            )
            streamed += 1
            scruples -= inside
            if negated:
                negations += 1
                inside = False
                repeats = landmark_age > 0 and same(x, landmark)
            stop = reason_to_stop(loss, gradient_norm, repeats, iteration, rule)
            if stop >= 0:
                return (
                    loss,
                    gradient_norm,
                    iteration,
                    negations,
                    stop,
                    kept,
                    np.array(
                        [streamed, mirror.evaluations[0], mirror.evaluations[1], built, flipped]
                    ),
                    np.inf,
                )
            if not inside:
                change = pattern_change(region, work, operators.shape, costs)
                cost_rate += 0.25 * (change - cost_rate)
                if iteration >= stream_until and cost_rate < ENTER_RATE * streaming and zeros == 0:
                    enter(operators, region, work)
                    inside, quadratic, lasted, flips_since_built = True, False, 0, 0
                    radius = -1.0
                    built += 1
                    scale = scale_of(operators, region)

        landmark_age, landmark_life = advance(
            x, rule.step, work.v, landmark, landmark_age, landmark_life
        )
        stride = rule.step * gradient_norm
        mirror.facts[GONE] += stride * ROOM
        odometer = (odometer + stride * ROOM) * (1.0 + 4.0 * UNIT)  # never rounded down
        iteration += 1
