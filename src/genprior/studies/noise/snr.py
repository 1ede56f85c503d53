"""Descent on noisy measurements at HHHV's settings, for both studies of noise.

Source: Huang, Hand, Heckel, Voroninski (HHHV, arXiv 1812.04176), section 4: noise of a random
direction, scaled to a signal-to-noise ratio SNR = 10 log10(||A G(x0)|| / ||e||).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import Descent, Settings
from genprior.descent.compiled import Engine, warm_up
from genprior.model.instances import Instance, instance, stream
from genprior.studies.noise.roles import Role
from genprior.types import Array, Row

IDENTITY = [
    ("shape", pa.string()),
    ("latent_dimension", pa.int64()),
    ("depth", pa.int64()),
    ("measurements", pa.int64()),
    ("step", pa.float64()),
    ("step_rule", pa.string()),
    ("snr", pa.float64()),  # decibels as HHHV define them; infinite without noise
    ("trial", pa.int64()),
]


def noisy(measurements: Array, direction: Array, snr: float) -> Array:
    """Measurements plus noise along a direction at a signal-to-noise ratio."""
    size = np.linalg.norm(measurements) * 10 ** (-snr / 10)
    return measurements + size * direction / np.linalg.norm(direction)


def descents(
    seed: int, part: Mapping[str, Any], path_length: int = 0
) -> Iterator[tuple[Row, Instance, Descent]]:
    """Each trial at each SNR: its identity, its instance and how descent ends.

    The noise of a trial has one direction at all SNRs, and its instance is the main experiments'.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``widths``, ``measurements``, ``snr`` (a list; null for no
            noise), ``trials`` and ``descent`` (settings).
        path_length: how many iterates to keep.
    """
    shape, m = (part["latent_dimension"], *part["widths"]), part["measurements"]
    settings = Settings.from_config(part["descent"], len(shape) - 1)
    warm_up()
    for trial in range(*part["trials"]):
        one = instance(seed, "gaussian", shape, trial, m)
        engine = Engine.of_code(one.weights, one.sensing, one.code)
        direction = stream(seed, Role.MEASUREMENT_NOISE, shape, trial).standard_normal(m)
        for snr in part["snr"]:
            ratio = float("inf") if snr is None else float(snr)
            observing = engine.observing(noisy(engine.problem.measurements, direction, ratio))
            end = observing.descend(one.start, one.tie_direction, settings, path_length)
            identity = {
                "shape": "-".join(map(str, shape)),
                "latent_dimension": shape[0],
                "depth": len(shape) - 1,
                "measurements": m,
                "step": settings.step,
                "step_rule": settings.step_rule,
                "snr": ratio,
                "trial": trial,
            }
            yield identity, one, end
