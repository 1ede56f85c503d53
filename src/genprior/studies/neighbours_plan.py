"""From the configuration's key ``neighbours`` to the parts that jobs compute.

Parts are as in ``layerwise.plan``.
"""

from collections.abc import Mapping
from typing import Any

from genprior.studies.layerwise.plan import Part, split


def parts(config: Mapping[str, Any]) -> dict[str, dict[str, Part]]:
    """The parts of every study, by study and name."""
    chosen, per_job = config["neighbours"], config.get("trials_per_job", 25)
    exact = config["descent"] | {"gradient_tolerance": 2.0**-52}  # HHHV: machine epsilon
    studies: dict[str, dict[str, Part]] = {}

    levels = chosen["snr_levels"]
    setting = {key: chosen[key] for key in ("widths", "measurements")}
    studies["levels"] = split(
        {
            f"k{k}": setting
            | {
                "latent_dimension": k,
                "snr": levels["snr"],
                "descent": exact | {"max_iterations": levels["max_iterations"]},
                "path": 0,
            }
            for k in levels["latent_dimension"]
        },
        levels["trials"],
        per_job,
    )
    paths = chosen["snr_paths"]
    studies["paths"] = split(
        {
            f"k{paths['latent_dimension']}": setting
            | {
                "latent_dimension": paths["latent_dimension"],
                "snr": [*paths["snr"], None],
                "descent": exact | {"max_iterations": paths["max_iterations"]},
                "path": paths["max_iterations"] + 1,
            }
        },
        paths["trials"],
        per_job,
    )
    masks = chosen["plugin"]
    shared = {key: masks[key] for key in ("width", "depth", "step", "max_iterations")}
    studies["plugin"] = split(
        {f"k{k}": shared | {"latent_dimension": k} for k in masks["latent_dimension"]},
        masks["trials"],
        per_job,
    )
    reverse = chosen["reversal"]
    shared = {key: reverse[key] for key in ("latent_dimension", "expansivity")}
    studies["reversal"] = split(
        {
            f"d{depth}": shared
            | {
                "depth": depth,
                "descent": exact | {"step": step, "max_iterations": reverse["max_iterations"]},
            }
            for depth, step in zip(reverse["depth"], reverse["step"], strict=True)
        },
        reverse["trials"],
        per_job,
    )
    batches = chosen["stochastic"]
    shared = setting | {key: batches[key] for key in ("batch", "max_passes")}
    studies["stochastic"] = split(
        {
            f"k{k}": shared
            | {
                "latent_dimension": k,
                "step": config["descent"]["step"],
                "relative_error": config["success"]["relative_error"],
            }
            for k in batches["latent_dimension"]
        },
        batches["trials"],
        per_job,
    )
    return studies
