"""Where the census starts its descents."""

from collections.abc import Iterator, Mapping

import numpy as np

from genprior.model.theory import rho
from genprior.studies.landscape.batch import random_units
from genprior.types import Array

SMALL = 1e-3  # a start near 0 has this norm, in units of |x0|
REACH = (0.1, 2.0)  # random starts have a uniform norm between these
BESIDE = 0.3  # starts near -rho_d x0 lie within this distance of it


def starts(
    code: Array, depth: int, counts: Mapping[str, int], draws: np.random.Generator
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
