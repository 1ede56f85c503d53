"""The WDC constant of one layer against k, and how far it rises when the search works harder.

A search bounds the constant from below, and more loosely the larger k if its effort stays.  So the
drift in k counts only where more effort moves the bound no further.

Source: HV v3, Definition 2 and Lemma 11.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from genprior.model.instances import Instance
from genprior.studies.landscape.gram import gram_constant
from genprior.studies.landscape.observations import Draws, Settings, Values, observed
from genprior.studies.landscape.roles import Role
from genprior.studies.landscape.schemas import OBSERVATIONS
from genprior.types import Row

SCHEMA = OBSERVATIONS


def values(one: Instance, draws: Draws, settings: Settings) -> Values:
    """The searched constant at each effort, a multiple of the pairs and of the starts."""
    search, found = settings["search"], {}
    for effort in settings["efforts"]:
        harder = search | {key: effort * search[key] for key in ("pairs", "starts")}
        _, searched = gram_constant(one.weights[0], draws(Role.POINTS), **harder)
        found[f"gram, effort {effort}"] = searched
    return found


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a network and measure (see ``observations.observed``)."""
    return observed(seed, part, values)
