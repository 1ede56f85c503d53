"""From the configuration's key ``neighbours`` to the parts that jobs compute.

Parts are as in ``layerwise.plan``.
"""

from collections.abc import Mapping
from typing import Any

from genprior.layerwise.plan import Part, split


def parts(config: Mapping[str, Any]) -> dict[str, dict[str, Part]]:
    """The parts of every study, by study and name."""
    chosen, per_job = config["neighbours"], config.get("trials_per_job", 25)
    exact = config["descent"] | {"gradient_tolerance": 2.0**-52}  # HHHV: machine epsilon
    studies: dict[str, dict[str, Part]] = {}

    levels = chosen["snr_levels"]
    setting = {key: chosen[key] for key in ("widths", "measurements")}
    studies["levels"] = dict(
        named
        for k in levels["latent_dimension"]
        for named in split(
            f"k{k}",
            setting
            | {
                "latent_dimension": k,
                "snr": levels["snr"],
                "descent": exact | {"max_iterations": levels["max_iterations"]},
                "path": 0,
            },
            levels["trials"],
            per_job,
        )
    )
    paths = chosen["snr_paths"]
    studies["paths"] = dict(
        split(
            f"k{paths['latent_dimension']}",
            setting
            | {
                "latent_dimension": paths["latent_dimension"],
                "snr": [*paths["snr"], None],
                "descent": exact | {"max_iterations": paths["max_iterations"]},
                "path": paths["max_iterations"] + 1,
            },
            paths["trials"],
            per_job,
        )
    )
    masks = chosen["plugin"]
    studies["plugin"] = dict(
        named
        for k in masks["latent_dimension"]
        for named in split(
            f"k{k}",
            {key: masks[key] for key in ("width", "depth", "step", "max_iterations")}
            | {"latent_dimension": k},
            masks["trials"],
            per_job,
        )
    )
    reverse = chosen["reversal"]
    studies["reversal"] = dict(
        named
        for depth, step in zip(reverse["depth"], reverse["step"], strict=True)
        for named in split(
            f"d{depth}",
            {key: reverse[key] for key in ("latent_dimension", "expansivity")}
            | {
                "depth": depth,
                "descent": exact | {"step": step, "max_iterations": reverse["max_iterations"]},
            },
            reverse["trials"],
            per_job,
        )
    )
    batches = chosen["stochastic"]
    studies["stochastic"] = dict(
        named
        for k in batches["latent_dimension"]
        for named in split(
            f"k{k}",
            setting
            | {key: batches[key] for key in ("batch", "max_passes")}
            | {
                "latent_dimension": k,
                "step": config["descent"]["step"],
                "relative_error": config["success"]["relative_error"],
            },
            batches["trials"],
            per_job,
        )
    )
    return studies
