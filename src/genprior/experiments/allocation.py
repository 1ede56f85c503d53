"""Trials where they tell most about a transition: a fixed budget, spent in bounded rounds.

A curve is a row of cells along one axis, such as m at a given network (``summaries.FIXED``).  The
first round gives every cell of every curve the same few trials.  Each later round fits the logistic
shape of ``transitions`` to all counts so far and hands out its share of the budget trial by trial,
each to the cell that is expected to reduce the variance of a curve's log-location most, per unit of
cost; curves whose location is known least thus get most, and a curve gets nothing where no cell can
tell.

Stopping rule.  The number of rounds, the trials of each round and the most that a cell can get are
fixed beforehand.  No result ever ends a round or the experiment early: counts decide only *where*
the trials go, never how many there are.  The likelihood of the outcomes is then the same as if the
counts of trials had been chosen in advance, so ``fit_transition`` takes them as they
are.  That is an argument about many trials; ``tests/unit/test_allocation.py`` simulates how often
the intervals cover.  With about 100 trials a curve they do.  With 60 and independent trials they
cover 2 to 3 points less often than those of a uniform design of 120: too few to plan with.

What an allocation depends on: counts of successes and trials, nothing that is timed.  Trials of a
cell are numbered 0 to n - 1 whatever the round, so an instance never depends on the allocation, and
cells along m go on sharing the networks of the trials that they have in common.

The expected reduction.  Let w be the likelihood times a flat prior on a grid of (log-location, log
slope, lapse), and take the location and the success probabilities of the cells as jointly normal
with their covariance C under w.  One more trial of cell c observes its probability with noise
E[p (1 - p)], so it reduces the variance of the location by

    C[location, c]^2 / (C[c, c] + E[p (1 - p)]),

and updates C as in linear regression; no outcome is needed to plan the next trial of the round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import special

from genprior.statistics.transitions import MARGIN, RISE
from genprior.types import Array

# Log-locations, slopes, lapses: enough to plan with.
GRID = (121, 12, np.array([0.0, 0.05, 0.2, 0.35]))


@dataclass(frozen=True)
class Counts:
    """What is known of one curve.

    Attributes:
        values: the axis values of its cells, increasing, shape (c,).
        successes, trials: counts so far, shape (c,).
        costs: the cost of a trial of each cell in any unit, shape (c,).  Only ratios within the
            curve matter: between curves a trial is a trial, or large networks would be starved.
        rising: whether success rises along the axis.
    """

    values: Array
    successes: Array
    trials: Array
    costs: Array
    rising: bool = True


def round_sizes(cells: int, first: int, rounds: int, budget: int) -> list[int]:
    """How many trials each round hands out: ``first`` a cell, then the rest in equal shares.

    Args:
        cells: how many cells all curves have together.
        first: trials of every cell in the first round.
        rounds: how many rounds there are, the first included.
        budget: trials of all cells and rounds together.

    Raises:
        ValueError: if there are fewer than two rounds or the first exceeds the budget.
    """
    if rounds < 2:
        raise ValueError(f"{rounds} rounds given; an allocation needs two or more")
    rest = budget - first * cells
    if rest < 0:
        raise ValueError(f"{first} trials in each of {cells} cells exceed the budget of {budget}")
    ends = [rest * number // (rounds - 1) for number in range(rounds)]
    return [first * cells, *(b - a for a, b in pairwise(ends))]


def success_probability(
    log_values: Array, location: Array, slope: Array, lapse: Array, rising: bool
) -> Array:
    """The P of a logistic curve, by broadcasting; ``location`` is the log of the 50% point."""
    direction = 1.0 if rising else -1.0
    offset = special.logit(0.5 / (1.0 - lapse))
    return (1.0 - lapse) * special.expit(direction * slope * (log_values - location) + offset)


def covariance(curve: Counts) -> tuple[Array, Array]:
    """Covariance of (log-location, p_1, ..., p_c) given the counts, and the noise E[p (1 - p)].

    Returns:
        shapes (1 + c, 1 + c) and (c,).
    """
    log_values = np.log(curve.values)
    steps, slopes, lapses = GRID
    locations = np.linspace(log_values[0] - MARGIN, log_values[-1] + MARGIN, steps)
    narrowest = np.diff(log_values).min()
    slopes = np.geomspace(RISE / (4 * np.ptp(log_values)), RISE / (narrowest / 4), slopes)
    location, slope, lapse = (
        axis.reshape(-1, 1) for axis in np.meshgrid(locations, slopes, lapses, indexing="ij")
    )
    p = success_probability(log_values, location, slope, lapse, curve.rising)
    p = np.clip(p, 1e-12, 1 - 1e-12)
    log_likelihood = np.log(p) @ curve.successes + np.log1p(-p) @ (curve.trials - curve.successes)
    weight = np.exp(log_likelihood - log_likelihood.max())
    weight /= weight.sum()
    inside = np.clip(location, log_values[0], log_values[-1])
    known = np.column_stack([inside, p])
    centred = known - weight @ known
    return centred.T @ (weight[:, None] * centred), weight @ (p * (1 - p))


def next_trials(curves: Sequence[Counts], size: int, most: int) -> list[Array]:
    """How many trials each cell gets in the next round.

    Args:
        curves: the counts so far.
        size: trials that the round hands out; fewer where every cell is full.
        most: trials that a cell can have in all.

    Returns:
        one array of counts a curve, shape (c,).
    """
    state = [covariance(curve) for curve in curves]
    given = [np.zeros(len(curve.values), dtype=int) for curve in curves]

    def best(number: int) -> tuple[float, int]:
        """The best cell of a curve, and the reduction of variance per cost that it promises."""
        curve, (joint, noise) = curves[number], state[number]
        gain = joint[0, 1:] ** 2 / (joint.diagonal()[1:] + noise)
        gain = gain / (curve.costs / curve.costs.mean())
        gain = np.where(curve.trials + given[number] < most, gain, -1.0)
        cell = int(gain.argmax())
        return float(gain[cell]), cell

    promised = [best(number) for number in range(len(curves))]
    for _ in range(size):
        number = max(range(len(curves)), key=lambda number: promised[number][0])
        gain, cell = promised[number]
        if gain < 0:
            break
        given[number][cell] += 1
        joint, noise = state[number]
        column = joint[:, 1 + cell]
        joint = joint - np.outer(column, column) / (column[1 + cell] + noise[cell])
        state[number] = joint, noise
        promised[number] = best(number)
    return given
