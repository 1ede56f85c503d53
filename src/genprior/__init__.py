"""Recovering signals with deep generative priors: the numerics, free of any workflow.

    import genprior

    found = genprior.recover(network, sensing, measurements)
    diagram = genprior.phase_diagram(latent_dimension=10, depth=2, expansivity=[2, 3, 4],
                                     measurement_ratio=[1, 2, 4])

The names below are fetched where they are first asked for.  Nothing inside the package asks for
one: this file stands in what every job depends on (``genprior.dependencies``).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genprior.api.diagram import PhaseDiagram, phase_diagram
    from genprior.api.problems import (
        export_trial,
        image,
        instance,
        measure,
        network,
        sensing,
    )
    from genprior.api.recovery import Recovery, Verdict, decide, descend, invert, recover
    from genprior.api.steps import settings, step_for
    from genprior.descent import Descent, Settings
    from genprior.descent.certificates import certify
    from genprior.descent.outcomes import Outcome
    from genprior.model.instances import Instance
    from genprior.model.networks import Network
    from genprior.model.problem import Problem
    from genprior.model.stored import read_network, read_sensing, read_vector, write_network

__version__ = "0.1.0"

__all__ = [
    "Descent",
    "Instance",
    "Network",
    "Outcome",
    "PhaseDiagram",
    "Problem",
    "Recovery",
    "Settings",
    "Verdict",
    "certify",
    "decide",
    "descend",
    "export_trial",
    "image",
    "instance",
    "invert",
    "measure",
    "network",
    "phase_diagram",
    "read_network",
    "read_sensing",
    "read_vector",
    "recover",
    "sensing",
    "settings",
    "step_for",
    "write_network",
]

_HOMES = {
    "api.diagram": ("PhaseDiagram", "phase_diagram"),
    "api.problems": ("export_trial", "image", "instance", "measure", "network", "sensing"),
    "api.recovery": ("Recovery", "Verdict", "decide", "descend", "invert", "recover"),
    "api.steps": ("settings", "step_for"),
    "descent": ("Descent", "Settings"),
    "descent.certificates": ("certify",),
    "descent.outcomes": ("Outcome",),
    "model.instances": ("Instance",),
    "model.networks": ("Network",),
    "model.problem": ("Problem",),
    "model.stored": ("read_network", "read_sensing", "read_vector", "write_network"),
}


def __getattr__(name: str) -> object:
    """Fetch a public name from its module, once (PEP 562)."""
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
