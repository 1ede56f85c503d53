"""How studies are cut into jobs; read while the workflow is planned, and by no job.

A part is a mapping that says, as JSON, all that its rows depend on besides the seed.  Where it is
one of several ranges of trials, ``trials`` is the half-open range [first, end).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from genprior.experiments.jobs import refuse_too_many
from genprior.families import FAMILIES

Part = dict[str, Any]


@dataclass(frozen=True)
class Study:
    """What the jobs of a study compute.

    Attributes:
        module: the module of the family's folder that makes the rows.
        jobs: the parts of each job, by the job's name.
    """

    module: str
    jobs: Mapping[str, list[Part]]


def split(parts: Mapping[str, Part], trials: int, trials_per_job: int) -> dict[str, Part]:
    """Each part cut into parts of at most ``trials_per_job`` trials, named by their range.

    Raises:
        TooManyJobs: if there are too many to plan.
    """
    refuse_too_many(len(parts), trials, trials_per_job)
    return {
        f"{name}.t{first:03d}-{end - 1:03d}": part | {"trials": [first, end]}
        for name, part in parts.items()
        for first in range(0, trials, trials_per_job)
        for end in [min(first + trials_per_job, trials)]
    }


def bundled(parts: Mapping[str, Part], trials_per_job: int) -> dict[str, list[Part]]:
    """Jobs: neighbouring parts together, up to ``trials_per_job`` trials or one part.

    A trial at several noise levels counts once a level.  Named by the first part.
    """
    bundles: dict[str, list[Part]] = {}
    room = 0
    for name, part in parts.items():
        first, end = part.get("trials", (0, trials_per_job))
        trials = (end - first) * len(part.get("levels", [0]))
        if not bundles or trials > room:
            bundles[name], room = [], trials_per_job
            current = bundles[name]
        current.append(part)
        room -= trials
    return bundles


def plan_of(family: str) -> Any:
    """A family's module ``plan``."""
    return import_module(f"genprior.studies.{family}.plan")


def all_studies(config: Mapping[str, Any]) -> dict[str, dict[str, Study]]:
    """Every study of every family that the configuration has, by family and name."""
    return {family: plan_of(family).studies(config) for family in FAMILIES if family in config}
