"""From measurements to a latent code, and what is proved about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from genprior.api import steps
from genprior.descent import Descent, Settings, Stop, outcomes
from genprior.descent.certificates import Refusal, certify
from genprior.descent.engines import Engine, engine_for
from genprior.descent.outcomes import SHRUNK, Outcome, OutcomeKind
from genprior.model.arrays import require
from genprior.model.instances import Role, stream
from genprior.model.networks import Network, generate
from genprior.model.problem import Problem
from genprior.model.risk import empirical_risk, relative_error, residual
from genprior.types import Array

HALVINGS = 8  # of a step by curvature that is too long where a run ends

ZERO = "the run shrank to 0, which is no code"


class Verdict(StrEnum):
    """What is known of where descent goes.

    ``recovery``: proved to converge to x0, which was given.
    ``minimum``: proved to converge to an isolated local minimum of the risk.
    ``flat``: proved to converge to a minimum along which the risk is flat.
    ``kink``: a local minimum near the run's end is proved, as a rule on a border of pieces, which
        a constant step circles; that the run converges to it is not.
    ``zero``: the run shrank to 0.
    ``undecided``: nothing is proved.
    """

    RECOVERY = "recovery"
    MINIMUM = "minimum"
    FLAT = "flat"
    KINK = "kink"
    ZERO = "zero"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Recovery:
    """What came of a measurement vector.

    Attributes:
        verdict: what is known of it.
        code: x, the proved limit where there is one, else where the run ended, shape (k,).
        image: G(x), shape (n_d,).
        risk: f(x) = ||A G(x) - y||^2 / 2.
        relative_misfit: ||A G(x) - y|| / ||y||, or NaN where y = 0.
        error: a bound on the distance of ``code`` from the exact limit, where that is isolated and
            proved, else None.
        missing: what a proof lacks, in words; None where there is one.
        relative_error: ||x - x0|| / ||x0||, where x0 was given.
        settings: of the descent, with the step and the rule that gave it.
        start: the number of the start from which x was reached.
        risks: where the run from each start ended, by its risk.
        iterations: steps taken from that start.
    """

    verdict: Verdict
    code: Array
    image: Array
    risk: float
    relative_misfit: float
    error: float | None
    missing: str | None
    relative_error: float | None
    settings: Settings
    start: int
    risks: tuple[float, ...]
    iterations: int

    @property
    def proved(self) -> bool:
        """Whether the run is proved to converge, to x0 where that was given."""
        return self.missing is None


def descend(problem: Problem, start: Array, settings: Settings | None = None) -> Descent:
    """Gradient descent on the risk (HHHV, Algorithm 1), compiled at the first call.

    Args:
        problem: the network, A and y.
        start: the first iterate, shape (k,), nonzero.
        settings: how to descend (``genprior.settings``); by default the step by curvature.

    Raises:
        TypeError, ValueError: naming the argument, what it is and what it should be.

    >>> from genprior.api.problems import instance
    >>> one = instance((3, 30, 90), 30, seed=1)
    >>> problem = Problem.of_code(one.network, one.sensing, one.code)
    >>> end = descend(problem, one.start)
    >>> relative_error(end.x, one.code) < 1e-6
    True
    """
    chosen = settings or steps.settings(problem)
    return engine_for(problem).descend(start, _generic(problem), chosen)


def decide(
    problem: Problem, code: Array, end: Descent, settings: Settings | None = None
) -> Outcome:
    """What became of a run whose x0 is known, proved wherever it can be.

    Args:
        problem: the network, A and y = A G(x0).
        code: x0, nonzero, shape (k,).
        end: how the run ended.
        settings: those of the run.

    Source: docs/certificate.md.

    >>> from genprior.api.problems import instance
    >>> one = instance((3, 30, 90), 30, seed=1)
    >>> problem = Problem.of_code(one.network, one.sensing, one.code)
    >>> print(decide(problem, one.code, descend(problem, one.start)).kind)
    recovery
    """
    return outcomes.decide(engine_for(problem), code, end, settings or steps.settings(problem))


def recover(
    network: Network | Sequence[Array],
    sensing: Array | None,
    measurements: Array,
    *,
    starts: int = 1,
    seed: int = 0,
    settings: Settings | None = None,
    halve: bool | None = None,
    code: Array | None = None,
) -> Recovery:
    """Seek a code x with A G(x) = y by descent from random starts; the least risk counts.

    Without x0 nothing is called a recovery: the verdict is that descent converges to a minimum
    with this risk, or what a proof of that lacks.

    Args:
        network: a ``genprior.Network``, or W_1, ..., W_d of a plain one.
        sensing: A, shape (m, n_d), or None for A = I.
        measurements: y, shape (m,).
        starts: how many starts, N(0, I_k).
        seed: of the starts.
        settings: how to descend (``genprior.settings``), by default with the step by curvature.
        halve: whether the step is halved, and all starts taken again, while it is too long where
            the best run ends; by default where no settings are given.
        code: x0, shape (k,), where it is known: then the verdict can be recovery.

    Raises:
        TypeError, ValueError: naming the array, what it is and what it should be.

    >>> from genprior.api.problems import instance, measure
    >>> one = instance((3, 30, 90), 30, seed=1)
    >>> found = recover(one.network, one.sensing, measure(one.network, one.sensing, one.code))
    >>> print(found.verdict, found.proved, found.relative_misfit < 1e-10)
    minimum True True
    """
    if not isinstance(starts, int) or starts < 1:
        raise ValueError(f"starts is {starts!r}; it should be a positive integer")
    if not isinstance(seed, int) or not 0 <= seed < 2**128:
        raise ValueError(f"seed is {seed!r}; it should be an integer from 0 to 2^128 - 1")
    problem = Problem(network, sensing, measurements)
    if code is not None:
        require("x0", code, (problem.shape[0],))
        if not code.any():
            raise ValueError("x0 is 0; it should be nonzero, for errors are told relative to it")
    engine = engine_for(problem)
    points = [
        stream(seed, Role.START, problem.shape, number).standard_normal(problem.shape[0])
        for number in range(starts)
    ]
    chosen = settings or steps.settings(problem)
    halvings = HALVINGS if (settings is None if halve is None else halve) else 0
    while True:
        ends = [engine.descend(point, _generic(problem), chosen) for point in points]
        risks = [end.loss if np.isfinite(end.loss) else np.inf for end in ends]
        best = int(np.argmin(risks))
        if not halvings or not _too_long(problem, ends[best], chosen):
            break
        halvings -= 1
        chosen = replace(chosen, step=chosen.step / 2)
    return _judged(engine, points[best], ends[best], chosen, code, best, tuple(risks))


def invert(network: Network | Sequence[Array], image: Array, **options: Any) -> Recovery:
    """Seek a code x with G(x) = s: ``recover`` without a sensing matrix, of the same options.

    >>> from genprior.api.problems import image, network
    >>> one = network((3, 30, 90), seed=1)
    >>> found = invert(one, image(one, np.array([1.0, -2.0, 0.5])))
    >>> print(found.verdict, found.code.round(6))
    minimum [ 1.  -2.   0.5]
    """
    return recover(network, None, image, **options)


def _generic(problem: Problem) -> Array:
    """A direction in general position, which settles pre-activations that are exactly zero."""
    return np.cos(1.0 + np.arange(problem.shape[0]))


def _too_long(problem: Problem, end: Descent, settings: Settings) -> bool:
    """Whether the step is one with which descent cannot settle where a run ended."""
    if end.stop == Stop.DIVERGED or not np.isfinite(end.x).all():
        return True
    if problem.network.last == "sigmoid":
        return False
    return certify(problem, end.x, settings).refusal == Refusal.STEP


def _judged(
    engine: Engine,
    point: Array,
    end: Descent,
    settings: Settings,
    code: Array | None,
    start: int,
    risks: tuple[float, ...],
) -> Recovery:
    problem = engine.problem
    x, verdict, error, missing = _verdict(engine, point, end, settings, code)
    length = float(np.linalg.norm(problem.measurements))
    misfit = float(np.linalg.norm(residual(problem, x)))
    return Recovery(
        verdict=verdict,
        code=x,
        image=generate(problem.network, x),
        risk=empirical_risk(problem, x),
        relative_misfit=misfit / length if length else float("nan"),
        error=error,
        missing=missing,
        relative_error=None if code is None else relative_error(x, code),
        settings=settings,
        start=start,
        risks=risks,
        iterations=end.iterations,
    )


def _verdict(
    engine: Engine, point: Array, end: Descent, settings: Settings, code: Array | None
) -> tuple[Array, Verdict, float | None, str | None]:
    """Where the run goes, the verdict, a bound on an isolated limit's error, what is missing."""
    problem = engine.problem
    scale = np.linalg.norm(point if code is None else code)
    if problem.network.plain and np.linalg.norm(end.x) <= SHRUNK * scale:
        return end.x, Verdict.ZERO, None, ZERO
    outcome = outcomes.decide(engine, code, end, settings)
    x, kind = outcome.point, outcome.kind
    if kind == OutcomeKind.ZERO:
        return x, Verdict.ZERO, None, ZERO
    if kind == OutcomeKind.UNDECIDED:
        return x, Verdict.UNDECIDED, None, outcome.reason
    if not outcome.converges:
        return x, Verdict.KINK, None, outcomes.UNCAUGHT
    if outcome.nullity:
        missing = None if code is None else "the minimum is flat, so that it is not x0 alone"
        return x, Verdict.FLAT, None, missing
    certificate = certify(problem, x, settings)
    error = None
    if certificate.holds:
        error = float(np.linalg.norm(x - certificate.limit)) + certificate.limit_error
    if kind == OutcomeKind.RECOVERY:
        return x, Verdict.RECOVERY, error, None
    return x, Verdict.MINIMUM, error, None if code is None else "the minimum is not x0"
