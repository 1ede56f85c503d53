"""What became of a run of descent: the outcome of a trial, proved wherever it can be.

From a finished run's end, in this order: the run has shrunk to zero; or the engine's ball, or
``certificates``, proves where it converges; or ``kinks`` proves that a local minimum lies within
``NEAR`` of it, which a run with a constant step circles without ever reaching it; or the run goes
on for a while and is looked at again.  A run for which none of this succeeds is undecided.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from genprior.descent import Descent, Settings, Stop, require_negation
from genprior.descent.certificates import Refusal, certify, leap, piece_at, recovers
from genprior.descent.incremental import Engine
from genprior.descent.kinks import minimise
from genprior.descent.lifting import lift, lift_point
from genprior.descent.pieces import forward_error, lipschitz_bound
from genprior.model.networks import activation_pattern
from genprior.model.problem import Problem
from genprior.model.risk import residual
from genprior.model.theory import rho
from genprior.types import Array

# How far, relative to ||x0||, the rounding of y = A G(x0) may carry the limit of a recovery.
RECOVERY_ERROR = 1e-9
SHRUNK = 1e-9  # relative norm up to which a run has shrunk to zero
NEAR = 0.1  # how far from the run's end, relative to ||x0||, a local minimum is its own
# How far, relative to ||x0||, a point that was no descent's may lie from the minimum that it is
# taken for: the solvers of linear programs are exact to about 1e-7.
REACHED = 1e-6
# How many iterations, beside the leaps, a run is sent on between two looks at it; fewer where the
# weights and A have more than FULL_EFFORT entries, so that the work stays bounded.
PLAIN_STEPS = (*[200] * 8, *[1000] * 10, *[3000] * 10)
FULL_EFFORT = 50_000
LOOKS_FOR_KINKS = (0, 3, 8, 17, 27)
# Where the step is too long for the piece of x0 itself no run recovers, and few looks must do.
HOPELESS_LOOKS = 4


# Why nothing is proved.
DIVERGED = "the run diverges"
SIGMOID = "the network has a sigmoid end: it is not linear in pieces, so no certificate applies"
UNCAUGHT = "a minimum lies near the run's end, but the run is not proved to go there"
NO_MINIMUM = "no minimum is proved at the point"
ROUNDING_OF_Y = "x0 is the minimum but for rounding of y, which could carry it away"
BORDER = "the minimum is as near to x0 as rounding, and x0 may lie on the border of its piece"
REFUSALS = {
    Refusal.STEP: "the step is too long for the piece of the run's end",
    Refusal.RANK: "rounding leaves open which directions the piece of the run's end leaves flat",
    Refusal.SIGN: "the run may leave the piece of its end, and no kink minimum is proved beside it",
    Refusal.NEGATION: "the negation check may yet prefer the other side",
    Refusal.RANGE: "numbers are so small or large that underflow or overflow may have been at work",
}


class OutcomeKind(StrEnum):
    """The kinds of outcome.

    ``recovery``: the run converges to x0, whose piece is that of the limit (proved).
    ``smooth``: another minimum in the interior of a piece.
    ``kink``: a local minimum where one or more pre-activations vanish.
    ``dead``: a minimum where the network passes on fewer dimensions than the latent code and the
        measurements have, so that the risk is flat along some direction.
    ``zero``: the run shrank to 0, which is no minimum unless y = 0: the risk falls towards x0 from
        there.  Where 0 is a point like others, as with biases, there is no such outcome.
    ``undecided``: none of these was proved.
    """

    RECOVERY = "recovery"
    SMOOTH = "smooth"
    KINK = "kink"
    DEAD = "dead"
    ZERO = "zero"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Attributes:
        kind: in a word.
        point: the certified point, or the run's end if nothing was certified, shape (k,).
        codimension: how many pre-activations vanish there by proof, |J|.
        relative_error: ||point - x0|| / ||x0||.
        along: the component of the point along x0, in units of ||x0|| (1 at x0).
        off: the distance of the point from the line through x0, in units of ||x0||.
        distance_to_mirror: ||point + rho_d x0|| / ||x0||; NaN but for plain networks, for which
            alone -rho_d x0 means something.
        converges: whether the run is proved to converge to the point; a local minimum without that
            is one that the run circles or that lies near its end.
        nullity: the dimension of the minimum: 0 if it is isolated.
        moved: ||point - end of the run|| / ||x0||.
        further_iterations: steps taken beyond the run's end before it was decided.
        reason: why nothing was proved, in words; empty where something was.

    Without x0 lengths are in units of the norm of the run's end, and what compares with x0 is NaN.
    """

    kind: OutcomeKind
    point: Array
    codimension: int
    relative_error: float
    along: float
    off: float
    distance_to_mirror: float
    converges: bool
    nullity: int
    moved: float
    further_iterations: int
    reason: str = ""


def decide(engine: Engine, code: Array | None, end: Descent, settings: Settings) -> Outcome:
    """The outcome of a finished run, whatever stopped it.

    Args:
        engine: the problem, laid out; it takes the run further where that is called for.  For a
            sigmoid end ``reference.Engine``, under which nothing is proved.
        code: x0, nonzero, shape (k,); None where nobody knows it, and then no run is a recovery.
        end: how the run ended.
        settings: the settings that it ran with.

    Raises:
        ValueError: for x0 = 0, in whose units an outcome is told.
        UnsupportedNetwork: for a negation check of a network with biases.
    """
    if code is not None and not np.any(code):
        raise ValueError("x0 is zero; it should be another point, for outcomes are relative to it")
    require_negation(engine.problem.network, settings.negation_check)
    trial = _Trial(engine, code, end, settings)
    if end.stop == Stop.DIVERGED or not np.all(np.isfinite(end.x)):
        return trial.outcome(OutcomeKind.UNDECIDED, end.x, reason=DIVERGED)
    if engine.problem.network.last == "sigmoid":
        return trial.outcome(OutcomeKind.UNDECIDED, end.x, reason=SIGMOID)
    x, further = end.x, 0
    for look, plain_steps in enumerate(PLAIN_STEPS):
        found = trial.converged(x, further)
        if found is None and look in LOOKS_FOR_KINKS:
            found = trial.circled(x, further)
            # An isolated smooth minimum that the run is not proved to reach: it may need time.
            if found is not None and not (found.codimension or found.nullity):
                found = None
        if found is not None:
            return found
        if end.stop == Stop.CYCLE or (look >= HOPELESS_LOOKS and trial.step_is_too_long):
            break
        run, steps = trial.go_on(x, plain_steps)
        x, further = run.x, further + steps
        if run.stop == Stop.DIVERGED or not np.all(np.isfinite(x)):
            return trial.outcome(OutcomeKind.UNDECIDED, end.x, further=further, reason=DIVERGED)
    # Time is over, and what counts is what lies near the run now.
    found = trial.converged(x, further) or trial.circled(x, further)
    if found is None or (found.kind == OutcomeKind.RECOVERY and not found.converges):
        reason = trial.why_not(x) if found is None else UNCAUGHT
        return trial.outcome(OutcomeKind.UNDECIDED, end.x, further=further, reason=reason)
    return found


def judge(engine: Engine, code: Array, x: Array) -> Outcome:
    """The outcome of a point that some other method than descent returned.

    The point is judged where it lies: nothing is descended, and a certified minimum counts only if
    it is within ``REACHED`` of the point.  A recovery also needs x0 to be the isolated minimiser of
    the very piece that the point lies in.

    Args:
        engine: the problem, laid out.
        code: x0, nonzero, shape (k,).
        x: the point, shape (k,).
    """
    end = Descent(x, np.nan, np.nan, 0, 0, Stop.CAP, np.empty((0, len(x))))
    # No step is taken, so that settings count for nothing but the negation check that is not made.
    trial = _Trial(engine, code, end, Settings(1.0, False, 0, 0.0))
    problem, size = engine.problem, float(np.linalg.norm(x))

    def undecided(reason: str) -> Outcome:
        return trial.outcome(OutcomeKind.UNDECIDED, x, reason=reason)

    if not np.isfinite(size):
        return undecided(DIVERGED)
    if problem.network.last == "sigmoid":
        return undecided(SIGMOID)
    if problem.network.biases is None and size <= SHRUNK * trial.length:
        return undecided(NO_MINIMUM)
    minimum = minimise(problem, x, False)
    if minimum is None or np.linalg.norm(minimum.point - x) > REACHED * trial.length:
        return undecided(NO_MINIMUM)
    found = trial.minimum(
        minimum.point, minimum.point_error, minimum.rank, minimum.codimension, False, 0
    )
    if found.kind == OutcomeKind.RECOVERY:
        here, there = (activation_pattern(problem.network, z) for z in (x, minimum.point))
        if not all(map(np.array_equal, here, there)):
            return undecided(NO_MINIMUM)
    return found


@dataclass(frozen=True)
class _Trial:
    """A run and what it is about."""

    engine: Engine
    code: Array | None
    end: Descent
    settings: Settings

    @property
    def problem(self) -> Problem:
        return self.engine.problem

    @cached_property
    def steepest(self) -> float:
        return lipschitz_bound(self.problem)

    @cached_property
    def step_is_too_long(self) -> bool:
        """Whether the step makes descent unstable in the piece of x0: nu ||H|| >= 2."""
        if self.code is None:
            return False
        home = piece_at(self.problem, self.code)
        return self.settings.step * float(np.linalg.norm(home.linear, 2)) ** 2 >= 2.0

    @property
    def conical(self) -> bool:
        """Whether 0 lies on the border of all pieces, cones, and not somewhere in one of them."""
        network = self.problem.network
        return network.biases is None and min(network.slopes) < 1

    @property
    def length(self) -> float:
        """||x0||, the unit of lengths; where it is not known, how far the run's end is from 0."""
        return float(np.linalg.norm(self.end.x if self.code is None else self.code))

    def why_not(self, x: Array) -> str:
        """Why the run is not proved to converge from x."""
        refusal = certify(self.problem, x, self.settings, self.steepest).refusal
        return UNCAUGHT if refusal is None else REFUSALS[refusal]

    def go_on(self, x: Array, plain_steps: int) -> tuple[Descent, int]:
        """Further along the same run: a leap where one is proved, and some plain steps.

        Returns the plain run and how many steps both are.
        """
        leapt, x = leap(self.problem, x, self.settings, self.steepest)
        entries = sum(layer.size for layer in self.problem.weights)
        entries += 0 if self.problem.sensing is None else self.problem.sensing.size
        share = min(1.0, FULL_EFFORT / entries)
        steps = max(1, round(share * plain_steps))
        plain = replace(self.settings, max_iterations=steps, gradient_tolerance=0.0)
        # Some direction in general position, for pre-activations that are exactly zero.
        generic = np.cos(1.0 + np.arange(len(x)))
        run = self.engine.descend(x, generic, plain)
        return run, leapt + run.iterations

    def converged(self, x: Array, further: int) -> Outcome | None:
        """The outcome if the run has shrunk to zero, or is proved to converge from x."""
        if self.conical and np.linalg.norm(x) <= SHRUNK * self.length:
            return self.outcome(OutcomeKind.ZERO, x, further=further)
        limit = self.engine.limit(x, self.settings)
        if limit is not None:
            return self.minimum(limit.point, limit.error, len(x), 0, True, further)
        certificate = certify(self.problem, x, self.settings, self.steepest)
        if not certificate.holds:
            return None
        return self.minimum(
            certificate.limit, certificate.limit_error, certificate.rank, 0, True, further
        )

    def circled(self, x: Array, further: int) -> Outcome | None:
        """The outcome if a local minimum lies downhill of x and near it."""
        minimum = minimise(self.problem, x, self.settings.negation_check)
        if minimum is None or np.linalg.norm(minimum.point - x) > NEAR * self.length:
            return None
        return self.minimum(
            minimum.point, minimum.point_error, minimum.rank, minimum.codimension, False, further
        )

    def minimum(
        self,
        point: Array,
        error: float,
        rank: int,
        codimension: int,
        converges: bool,
        further: int,
    ) -> Outcome:
        """The outcome at a certified minimum, known up to an error."""
        dimension, reason = len(point) - codimension, ""
        if rank < min(dimension, len(self.problem.measurements)):
            kind = OutcomeKind.DEAD
        elif codimension:
            kind = OutcomeKind.KINK
        elif rank == dimension:
            kind, reason = self.isolated(point, error)
        else:
            kind = OutcomeKind.SMOOTH
        return self.outcome(kind, point, codimension, converges, dimension - rank, further, reason)

    def isolated(self, point: Array, error: float) -> tuple[OutcomeKind, str]:
        """The kind of an isolated minimum inside a piece: x0, another, or open which and why."""
        if self.code is None:
            return OutcomeKind.SMOOTH, ""
        home = recovers(self.problem, point, error, self.code)
        close = np.linalg.norm(point - self.code) <= RECOVERY_ERROR * self.length
        if home and close:
            return OutcomeKind.RECOVERY, ""
        if home:  # x0 but for y, which either is not A G(x0) or is so up to rounding
            misfit = float(np.linalg.norm(residual(self.problem, self.code)))
            lifted, held = lift(self.problem)
            length = float(np.linalg.norm(lift_point(self.code, held)))
            if misfit <= 2 * forward_error(lifted) * length:
                return OutcomeKind.UNDECIDED, ROUNDING_OF_Y
            return OutcomeKind.SMOOTH, ""
        if home is None and close:
            return OutcomeKind.UNDECIDED, BORDER
        return OutcomeKind.SMOOTH, ""

    def outcome(
        self,
        kind: OutcomeKind,
        point: Array,
        codimension: int = 0,
        converges: bool = False,
        nullity: int = 0,
        further: int = 0,
        reason: str = "",
    ) -> Outcome:
        code, length = self.code, self.length
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            if code is None:
                length = np.float64(length)  # a quotient by 0 is told as such
                code = np.full(len(point), np.nan)
            along = float(point @ code) / length**2
            mirror = -rho(self.problem.depth) * code
            if not self.problem.network.plain:
                mirror = np.full(len(point), np.nan)
            return Outcome(
                kind=kind,
                point=point,
                codimension=codimension,
                relative_error=float(np.linalg.norm(point - code)) / length,
                along=along,
                off=float(np.linalg.norm(point - along * code)) / length,
                distance_to_mirror=float(np.linalg.norm(point - mirror)) / length,
                converges=converges,
                nullity=nullity,
                moved=float(np.linalg.norm(point - self.end.x)) / length,
                further_iterations=further,
                reason=reason,
            )
