"""From the configuration's key ``transposes`` to the parts that jobs compute."""

from collections.abc import Mapping
from typing import Any

from genprior.studies.plans import Study, bundled, split

TABLES = ("plugin", "reversal")


def studies(config: Mapping[str, Any]) -> dict[str, Study]:
    """The jobs of PLUGIn and of reversal."""
    chosen, per_job = config["transposes"], config.get("trials_per_job", 25)
    masks = chosen["plugin"]
    shared = {key: masks[key] for key in ("width", "depth", "step", "max_iterations")}
    plugin = split(
        {f"k{k}": shared | {"latent_dimension": k} for k in masks["latent_dimension"]},
        masks["trials"],
        per_job,
    )
    passes = chosen["reversal"]
    shared = {key: passes[key] for key in ("latent_dimension", "expansivity")}
    exact = config["descent"] | {
        "gradient_tolerance": 2.0**-52,  # machine epsilon
        "max_iterations": passes["max_iterations"],
    }
    reversal = split(
        {
            f"d{depth}": shared | {"depth": depth, "descent": exact | {"step": step}}
            for depth, step in zip(passes["depth"], passes["step"], strict=True)
        },
        passes["trials"],
        per_job,
    )
    return {
        "plugin": Study("plugin", bundled(plugin, per_job)),
        "reversal": Study("reversal", bundled(reversal, per_job)),
    }
