"""One row a network and measure: what the studies share whose rows are numbers of a network."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from genprior.experiments.blocks import block_from_params, block_instances, identity_row
from genprior.model.instances import Instance, stream
from genprior.studies.landscape.roles import Role
from genprior.types import Row

Settings = Mapping[str, Any]
Values = dict[str, float]  # numbers of a network by measure
Draws = Callable[[Role], np.random.Generator]  # a network's random streams by role


def network_draws(seed: int, one: Instance) -> Draws:
    """The random streams of an instance's network."""
    return lambda role: stream(seed, role, one.shape, one.trial)


def observed(
    seed: int, part: Settings, values: Callable[[Instance, Draws, Settings], Values]
) -> Iterator[Row]:
    """One row a network and measure.

    Args:
        seed: the configuration's seed.
        part: ``block``, cells and trials, and ``settings``, the study's own.
        values: what is measured of one network.
    """
    for cell, trial, one in block_instances(seed, block_from_params(part["block"])):
        identity = identity_row(cell, trial)
        for measure, value in values(one, network_draws(seed, one), part["settings"]).items():
            yield identity | {"measure": measure, "value": value}
