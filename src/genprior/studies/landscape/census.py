"""A census of where descent ends: many starts on each network, every end point classified.

Descent runs without the negation check, or with it for comparison.  The verdict on an end point is
that of ``genprior.descent.outcomes``; its place is given in the plane of (component along x0,
distance from the line through x0), in units of |x0|.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from genprior.descent import Settings
from genprior.descent.incremental import Problem
from genprior.descent.outcomes import decide
from genprior.experiments.blocks import Block, block_instances, identity_row
from genprior.model.instances import Instance, Role, stream
from genprior.model.theory import rho
from genprior.studies.landscape.batch import random_units
from genprior.types import Array, Row

SMALL = 1e-3  # a start near 0 has this norm, in units of |x0|
REACH = (0.1, 2.0)  # random starts have a uniform norm between these
BESIDE = 0.3  # starts near -rho_d x0 lie within this distance of it


def starts(
    code: Array, depth: int, counts: dict[str, int], draws: np.random.Generator
) -> Iterator[tuple[str, int, Array]]:
    """Kind, number and start: ``random``; ``small``, near 0; ``near`` -rho_d x0; ``mirror``, there.

    One layer has rho_1 = 0, where descent cannot start: there -x0 stands in for -rho_1 x0.
    """
    size = np.linalg.norm(code)
    mirror = -(rho(depth) if depth > 1 else 1.0) * code
    for kind in ("random", "small", "near"):
        units = random_units(len(code), counts[kind], draws)
        reach = {"random": REACH, "small": (SMALL, SMALL), "near": (0.0, BESIDE)}[kind]
        offsets = size * draws.uniform(*reach, counts[kind]) * units
        for number, offset in enumerate(offsets.T):
            yield kind, number, (mirror + offset if kind == "near" else offset)
    for number in range(counts["mirror"]):
        yield "mirror", number, mirror


def network_rows(
    one: Instance,
    settings: Settings,
    checks: list[bool],
    counts: dict[str, int],
    draws: np.random.Generator,
) -> Iterator[Row]:
    """Where descent ends on one network, from every start, with and without the negation check."""
    problem = Problem(one.weights, one.sensing)
    y = problem.measure(one.code)
    for kind, number, start in starts(one.code, len(one.weights), counts, draws):
        for check in checks:
            chosen = replace(settings, negation_check=check)
            end = problem.descend(y, start, one.tie_direction, chosen)
            outcome = decide(one.weights, one.sensing, y, one.code, end, chosen)
            yield {
                "start": kind,
                "number": number,
                "negation_check": check,
                "kind": str(outcome.kind),
                "codimension": outcome.codimension,
                "relative_error": outcome.relative_error,
                "along": outcome.along,
                "off": outcome.off,
                "distance_to_mirror": outcome.distance_to_mirror,
                "iterations": end.iterations,
                "stop": str(end.stop),
            }


def census_rows(
    seed: int,
    block: Block,
    settings: dict[str, Any],
    report: Callable[[int, int], None] = lambda done, of: None,
) -> list[Row]:
    """One row a network, start and choice of the negation check.

    Args:
        seed: the configuration's seed.
        block: cells and trials.
        settings: ``descent`` (whose negation check comes from ``negation_check``, a list) and
            ``starts``, how many of each kind.
        report: called with (networks done, networks in all).
    """
    rows: list[Row] = []
    total = len(block.cells) * len(block.trials)
    for done, (cell, trial, one) in enumerate(block_instances(seed, block), start=1):
        chosen = Settings.from_config({"negation_check": False, **settings["descent"]}, cell.depth)
        draws = stream(seed, Role.LANDSCAPE_STARTS, one.shape, trial)
        identity = identity_row(cell, trial)
        rows += [
            identity | row
            for row in network_rows(
                one, chosen, settings["negation_check"], settings["starts"], draws
            )
        ]
        report(done, total)
    return rows
