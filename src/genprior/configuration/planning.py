"""From a checked configuration to its jobs, and what they ask of a machine before the first begins.

Read while the workflow is planned, and by no job.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from genprior.configuration.pieces import Section
from genprior.configuration.whole import Configuration, ConfigurationError, dotted
from genprior.experiments.blocks import Block
from genprior.experiments.configuration import network_of
from genprior.experiments.forms import varying
from genprior.experiments.grid import cells_of
from genprior.experiments.jobs import TooManyJobs, blocks_of
from genprior.families import FAMILIES
from genprior.machine import in_bytes
from genprior.studies.plans import Study, plan_of

Config = Mapping[str, Any]

BASE_BYTES = 3e8  # Python with its libraries
ROW_BYTES = 1000  # a row of a table while it is made
# Processor time of a trial of the standard run, all its stages together (make figures, 2 cores).
SECONDS_A_TRIAL = 0.015
SECONDS_AN_ENTRY = 1.3e-6  # of the weights and of A


@dataclass(frozen=True)
class Demand:
    """What the largest job of a section needs at once: its key, about how many bytes, for what."""

    key: str
    bytes: float
    what: str


def all_experiments(config: Config) -> dict[str, Config]:
    """The experiments by name, and the instances of ``convergence``, if any, under that name."""
    there = {"convergence": config["convergence"]} if "convergence" in config else {}
    return config["experiments"] | there


def diagrams(config: Config) -> dict[str, list[str]]:
    """Experiments whose cells the report shows one by one, each with the axes of its grid.

    A grid has one or two axes, three cells at least and one depth, so that it can be drawn flat.
    """
    found = {}
    for name, experiment in config["experiments"].items():
        axes = list(varying(experiment))
        if len(axes) in (1, 2) and len(cells_of(experiment)) >= 3:
            found[name] = axes
    return found


def planned(config: Config) -> tuple[dict[str, dict[str, Block]], dict[str, dict[str, Study]]]:
    """The blocks of every experiment and the studies of every family.

    Raises:
        ConfigurationError: where the trials make more jobs than can be planned.
    """
    faults: list[str] = []
    blocks, studies = {}, {}
    for name, experiment in all_experiments(config).items():
        try:
            blocks[name] = blocks_of(
                experiment, config["trials_per_job"], config["networks_per_job"]
            )
        except TooManyJobs as error:
            key = name if name == "convergence" else f"experiments.{name}"
            faults.append(f"{key}.trials: {error}")
    for family in FAMILIES:
        if family in config:
            try:
                studies[family] = plan_of(family).studies(config)
            except TooManyJobs as error:
                faults.append(f"{family}: {error}")
    if faults:
        raise ConfigurationError("\n".join(["the configuration cannot be run:", *faults]))
    return blocks, studies


def demands(config: Config) -> Iterator[Demand]:
    """What every section's largest job needs, as far as networks, iterates and rows decide it."""
    for path, section in sections(Configuration.model_validate(dict(config))):
        networks = list(section.networks_made())
        if networks:
            largest = max(networks, key=lambda one: one.bytes)
            yield Demand(dotted(path), largest.bytes + BASE_BYTES, f"the network {largest}")
    for name, experiment in all_experiments(config).items():
        if "method" in experiment:
            continue
        cap = (config["descent"] | experiment.get("descent", {}))["max_iterations"]
        path = 8 * (cap + 1) * max(experiment["latent_dimension"])
        if name == "convergence":
            trials = min(experiment["trials"], config["trials_per_job"])
            yield Demand(
                name,
                path + ROW_BYTES * (cap + 1) * trials + BASE_BYTES,
                f"a row for each of {cap} iterations of {trials} trials",
            )
        else:
            yield Demand(f"experiments.{name}", path + BASE_BYTES, f"a path of {cap} iterations")
    if "noise" in config:
        paths = config["noise"]["paths"]
        cap, trials = paths["max_iterations"], min(paths["trials"], config["trials_per_job"])
        runs = trials * (len(paths["snr"]) + 1)
        yield Demand(
            "noise.paths",
            ROW_BYTES * (cap + 1) * runs + BASE_BYTES,
            f"a row for each of {cap} iterations of {runs} runs",
        )
    if "landscape" in config:
        resolution = config["landscape"]["plane"]["resolution"]
        points = resolution**2 * len(config["landscape"]["plane"]["widths"])
        yield Demand("landscape.plane", ROW_BYTES * points + BASE_BYTES, f"{points} points")


def sections(
    section: Section, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], Section]]:
    """A section and all below it, each with its path of keys."""
    yield path, section
    for name in type(section).model_fields:
        yield from _below(getattr(section, name), (*path, name))


def _below(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Section]]:
    if isinstance(value, Section):
        yield from sections(value, path)
    elif isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _below(one, (*path, key))


def refuse_beyond(available: float, needed: Iterable[Demand]) -> None:
    """Refuse what does not fit into so many bytes of memory.

    Raises:
        ConfigurationError: naming, for every section that does not, the key, what and how much.
    """
    faults = [
        f"{one.key}: {one.what} takes about {in_bytes(one.bytes)} of memory; "
        f"this machine has {in_bytes(available)}"
        for one in needed
        if one.bytes > available
    ]
    if faults:
        raise ConfigurationError("\n".join(["the configuration cannot be run:", *faults]))


def seconds(config: Config) -> float:
    """Processor seconds of the main experiments at the rate of the standard run.

    Right within a factor of two or three at similar settings; what a run takes whose descents go
    to their iteration cap, no one knows before.
    """
    total = 0.0
    for experiment in config["experiments"].values():
        for cell in cells_of(experiment):
            one = SECONDS_A_TRIAL + SECONDS_AN_ENTRY * network_of(cell).entries
            total += experiment["trials"] * one
    return total


def announcement(config: Config, available: float, needed: Iterable[Demand]) -> str:
    """What a run takes, in a sentence or two."""
    nothing = Demand("Python", BASE_BYTES, "no network")
    largest = max(needed, key=lambda one: one.bytes, default=nothing)
    minutes = seconds(config) / 60
    time = f"{minutes / 60:,.1f} hours" if minutes >= 90 else f"{max(minutes, 1):.0f} minutes"
    return (
        f"The largest job takes about {in_bytes(largest.bytes)} of memory ({largest.key}: "
        f"{largest.what}); this machine has {in_bytes(available)}. The experiments take roughly "
        f"{time} of processor time, the studies of the families not counted; runs that go to "
        "their iteration cap take longer."
    )
