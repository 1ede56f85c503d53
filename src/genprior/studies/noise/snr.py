"""Noisy measurements at HHHV's settings: error against k and along descent (Figures 2 and 3).

Source: Huang, Hand, Heckel, Voroninski (HHHV, arXiv 1812.04176), section 4: noise of a random
direction, scaled to a signal-to-noise ratio SNR = 10 log10(||A G(x0)|| / ||e||).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from genprior.descent import Settings
from genprior.descent.compiled import Problem, warm_up
from genprior.model.instances import Role, instance, stream
from genprior.model.risk import relative_error
from genprior.types import Array, Row

IDENTITY = [
    ("latent_dimension", pa.int64()),
    ("measurements", pa.int64()),
    ("snr", pa.float64()),  # decibels as HHHV define them; infinite without noise
    ("trial", pa.int64()),
]
LEVELS_SCHEMA = pa.schema(
    [
        *IDENTITY,
        ("relative_noise", pa.float64()),
        ("relative_error", pa.float64()),
        ("iterations", pa.int64()),
        ("stop", pa.string()),
    ]
)
PATHS_SCHEMA = pa.schema([*IDENTITY, ("iteration", pa.int64()), ("relative_error", pa.float64())])


def noisy(measurements: Array, direction: Array, snr: float) -> Array:
    """Measurements plus noise along a direction at a signal-to-noise ratio."""
    size = np.linalg.norm(measurements) * 10 ** (-snr / 10)
    return measurements + size * direction / np.linalg.norm(direction)


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a trial and SNR, or with ``path`` one row an iteration.

    The noise of a trial has one direction at all SNRs, and its instance is the main experiments'.

    Args:
        seed: the configuration's seed.
        part: ``latent_dimension``, ``widths``, ``measurements``, ``snr`` (a list; null for no
            noise), ``trials``, ``descent`` (settings) and ``path`` (iterations to keep, or 0).
    """
    shape, m = (part["latent_dimension"], *part["widths"]), part["measurements"]
    settings = Settings.from_config(part["descent"], len(shape) - 1)
    warm_up()
    for trial in range(*part["trials"]):
        one = instance(seed, "gaussian", shape, trial, m)
        problem = Problem(one.weights, one.sensing)
        clean = problem.measure(one.code)
        direction = stream(seed, Role.MEASUREMENT_NOISE, shape, trial).standard_normal(m)
        for snr in part["snr"]:
            ratio = float("inf") if snr is None else float(snr)
            measurements = noisy(clean, direction, ratio)
            end = problem.descend(
                measurements, one.start, one.tie_direction, settings, part["path"]
            )
            base = {
                "latent_dimension": shape[0],
                "measurements": m,
                "snr": ratio,
                "trial": trial,
            }
            if part["path"]:
                for iteration, x in enumerate(end.path):
                    error = relative_error(x, one.code)
                    yield base | {"iteration": iteration, "relative_error": error}
            else:
                yield base | {
                    "relative_noise": 10 ** (-ratio / 10),
                    "relative_error": relative_error(end.x, one.code),
                    "iterations": end.iterations,
                    "stop": str(end.stop),
                }
