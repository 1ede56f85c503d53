"""What adaptive allocation saves: core-seconds for the same width of a transition's interval.

Two curves of the standard size, each on fresh trials, again and again: the uniform design gives
every cell the same trials, the adaptive one gets half as many in all and places them in rounds.
Both draw on the same trials of a cell; each is computed and timed once (descent and outcome), and a
design pays for those that it uses.
"""

import time
from dataclasses import dataclass

import numpy as np

from genprior.descent import Settings, incremental
from genprior.descent.outcomes import decide
from genprior.experiments.allocation import Counts, next_trials, round_sizes
from genprior.experiments.grid import Cell, cells_of
from genprior.model.instances import instance
from genprior.statistics.transitions import Curve, Transition, fit_transition

SEED, OFFSET = 4242, 10_000  # trials that nothing else uses
COMMON = {"latent_dimension": [20], "depth": 2, "sensing": "gaussian"}
# Axis, grid, trials a cell of the uniform design: as in config/standard.yaml.
CURVES = {
    "measurements": (
        {"expansivity": [5], "measurement_ratio": [1, 1.4, 1.8, 2.2, 2.6, 3, 4, 6]},
        25,
    ),
    "expansivity": (
        {"expansivity": [1.5, 2, 2.25, 2.5, 2.75, 3, 3.5, 4.5], "measurement_ratio": [6]},
        15,
    ),
}
FIRST, ROUNDS, MOST = 3, 4, 53  # as simulated in tests/unit/test_allocation.py
SETTINGS = Settings(step=1.0, negation_check=True, max_iterations=5000, gradient_tolerance=1e-9)


@dataclass(frozen=True)
class Trial:
    """One recovery: whether it is certified, what it cost."""

    success: bool
    iterations: int
    seconds: float


def run(cell: Cell, number: int) -> Trial:
    """Descend on one instance and decide what became of it; process time of both."""
    one = instance(SEED, cell.law, cell.shape, number, cell.measurements)
    began = time.process_time()
    engine = incremental.Engine.of_code(one.weights, one.sensing, one.code)
    end = engine.descend(one.start, one.tie_direction, SETTINGS)
    outcome = decide(engine, one.code, end, SETTINGS)
    spent = time.process_time() - began
    return Trial(str(outcome.kind) == "recovery", end.iterations, spent)


class Curves:
    """The cells along one axis and their trials, each computed when it is first asked for."""

    def __init__(self, axis: str, cells: list[Cell], offset: int):
        self.axis, self.cells, self.offset, self.known = axis, cells, offset, {}
        self.values = np.array([getattr(cell, axis) for cell in cells], float)

    def trials(self, cell: int, count: int) -> list[Trial]:
        for number in range(count):
            if (cell, number) not in self.known:
                self.known[cell, number] = run(self.cells[cell], self.offset + number)
        return [self.known[cell, number] for number in range(count)]

    def counts(self, trials: list[int]) -> Counts:
        """Successes and, as costs, mean iterations of the first trials of each cell."""
        found = [self.trials(cell, count) for cell, count in enumerate(trials)]
        successes = [sum(trial.success for trial in cell) for cell in found]
        costs = [np.mean([trial.iterations for trial in cell]) for cell in found]
        return Counts(self.values, np.array(successes), np.array(trials), np.array(costs))

    def adaptive(self, budget: int) -> list[int]:
        """The trials of each cell that the rounds arrive at."""
        trials = np.full(len(self.cells), FIRST)
        for size in round_sizes(len(self.cells), FIRST, ROUNDS, budget)[1:]:
            trials = trials + next_trials([self.counts(trials)], size, MOST)[0]
        return trials.tolist()

    def rows(self, trials: list[int]) -> list[tuple[float, bool, str, float]]:
        """Axis value, success, network and seconds of the first trials of each cell."""
        return [
            (value, one.success, f"{cell.shape} {self.offset + number}", one.seconds)
            for place, (value, cell) in enumerate(zip(self.values, self.cells, strict=True))
            for number, one in enumerate(self.trials(place, trials[place]))
        ]


def fitted(rows: list[tuple[float, bool, str, float]]) -> Transition:
    """The transition through trials, networks being the clusters."""
    values, successes, networks, _ = zip(*rows, strict=True)
    return fit_transition(Curve.from_trials(values, successes, networks), 0.95)


def share_at_same_width(uniform: np.ndarray, adaptive: np.ndarray) -> dict[str, float]:
    """The adaptive design's share of the uniform one's core-seconds at the same width.

    Widths fall as the square root of the effort, so the share of the seconds is multiplied by the
    squared ratio of the median log-widths; the interval is the bootstrap's over repetitions, 95%.

    Args:
        uniform, adaptive: a repetition a row; log-width and core-seconds come first.
    """

    def share(chosen):
        theirs, ours = uniform[chosen], adaptive[chosen]
        width = np.median(ours[:, 0]) / np.median(theirs[:, 0])
        return ours[:, 1].sum() / theirs[:, 1].sum() * width**2

    stream, every = np.random.default_rng(1), np.arange(len(uniform))
    drawn = [share(stream.choice(every, len(every))) for _ in range(2000)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"value": round(share(every), 3), "low": round(low, 3), "high": round(high, 3)}


def measure_curve(axis: str, repetitions: int) -> dict:
    """Both designs on one curve, repeatedly."""
    grid, uniform = CURVES[axis]
    cells = cells_of(COMMON | grid)
    runs, pooled, placed = {"uniform": [], "adaptive": []}, [], []
    for repetition in range(repetitions):
        curve = Curves(axis, cells, offset=OFFSET + repetition * 100)
        placed.append(curve.adaptive(uniform * len(cells) // 2))
        for design, trials in [("uniform", [uniform] * len(cells)), ("adaptive", placed[-1])]:
            rows = curve.rows(trials)
            fit = fitted(rows)
            with np.errstate(divide="ignore"):
                width = np.log(fit.high) - np.log(fit.low)
            runs[design].append((width, sum(row[-1] for row in rows), fit.low, fit.high))
            pooled += rows if design == "uniform" else []
    location = fitted(pooled).location
    runs = {design: np.array(rows) for design, rows in runs.items()}
    return {
        "repetitions": repetitions,
        "median_log_width": {name: round(np.median(r[:, 0]), 4) for name, r in runs.items()},
        "core_seconds": {name: round(r[:, 1].sum(), 1) for name, r in runs.items()},
        "share_at_same_width": share_at_same_width(runs["uniform"], runs["adaptive"]),
        "intervals_that_hold_the_pooled_location": {
            name: int(((r[:, 2] <= location) & (location <= r[:, 3])).sum())
            for name, r in runs.items()
        },
        "mean_adaptive_trials": np.mean(placed, axis=0).round(1).tolist(),
    }


def measure(quick: bool) -> dict:
    """What the adaptive design saves, by axis.

    Args:
        quick: two repetitions in place of twelve, to see it run.

    Returns:
        by axis: repetitions, median log-widths and core-seconds of both designs, the adaptive
        one's share of the uniform one's core-seconds at the same width with its interval, how many
        intervals hold the location fitted to all uniform trials together, and where the trials of
        the adaptive design went.
    """
    incremental.warm_up()
    return {axis: measure_curve(axis, 2 if quick else 12) for axis in CURVES}
