"""A census of where descent ends: many starts on each network, every end point classified.

Descent runs without the negation check, or with it for comparison.  Outcomes are
those of ``genprior.descent.outcomes``; an end point's place is given in the plane of (component
along x0, distance from the line through x0), in units of |x0|.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from genprior.descent import Settings
from genprior.descent.incremental import Engine
from genprior.descent.outcomes import decide
from genprior.experiments.blocks import block_from_params, block_instances, identity_row
from genprior.model.instances import Instance, stream
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import ENDS
from genprior.studies.landscape.starts import starts
from genprior.types import Row

SCHEMA = ENDS


def network_rows(
    one: Instance,
    settings: Settings,
    checks: list[bool],
    counts: dict[str, int],
    draws: np.random.Generator,
) -> Iterator[Row]:
    """Where descent ends on one network, from every start, with and without the negation check."""
    engine = Engine.of_code(one.weights, one.sensing, one.code)
    for kind, number, start in starts(one.code, len(one.weights), counts, draws):
        for check in checks:
            chosen = replace(settings, negation_check=check)
            end = engine.descend(start, one.tie_direction, chosen)
            outcome = decide(engine, one.code, end, chosen)
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


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network, start and choice of the negation check.

    Args:
        seed: the configuration's seed.
        part: ``block``, cells and trials; ``settings``: ``descent`` (whose negation check comes
            from ``negation_check``, a list) and ``starts``, how many of each kind.
    """
    settings = part["settings"]
    for cell, trial, one in block_instances(seed, block_from_params(part["block"])):
        chosen = Settings.from_config({"negation_check": False, **settings["descent"]}, cell.depth)
        draws = stream(seed, Role.STARTS, one.shape, trial)
        identity = identity_row(cell, trial)
        for row in network_rows(one, chosen, settings["negation_check"], settings["starts"], draws):
            yield identity | row
