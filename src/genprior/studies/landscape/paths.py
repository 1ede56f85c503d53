"""The landscape at k = 2: gradient descent across it, for x0 = (1, 0) and A = I.

What becomes of a run is no matter of where its last iterate lies, for the cap may have cut it off:
it is the verdict of ``genprior.descent.outcomes``, which takes the run as far as it needs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from genprior.descent import Settings, compiled, incremental
from genprior.descent.outcomes import decide
from genprior.studies.landscape.plane import CODE, network, turned
from genprior.studies.landscape.schemas import PATHS
from genprior.types import Row

SCHEMA = PATHS


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """Iterates of descent from starts on a circle; one row an iterate, with its run's outcome.

    Args:
        seed: the configuration's seed.
        part: ``widths`` of the network, ``extent`` of the square that holds the circle, how many
            ``starts``, and ``descent``.
    """
    one, starts = network(seed, part["widths"]), part["starts"]
    settings = Settings.from_config(part["descent"], len(part["widths"]))
    engine = compiled.Engine.of_code(turned(one), None, CODE)
    judge = incremental.Engine.of_code(turned(one), None, CODE)
    for number in range(starts):
        angle = 2 * np.pi * (number + 0.5) / starts
        start = 0.9 * part["extent"] * np.array([np.cos(angle), np.sin(angle)])
        end = engine.descend(start, one.tie_direction, settings, settings.max_iterations + 1)
        outcome = decide(judge, CODE, end, settings)
        for iteration, (x, y) in enumerate(end.path):
            yield {
                "shape": "-".join(map(str, one.shape)),
                "start": number,
                "iteration": iteration,
                "x": x,
                "y": y,
                "outcome": str(outcome.kind),
            }
