"""From the configuration's key ``noise`` to the parts that jobs compute."""

from collections.abc import Mapping
from typing import Any

from genprior.studies.plans import Part, Study, bundled, split

TABLES = ("levels", "paths", "linear")


def studies(config: Mapping[str, Any]) -> dict[str, Study]:
    """The jobs of the studies of noise; `linear` takes the paths without any."""
    chosen, per_job = config["noise"], config.get("trials_per_job", 25)
    setting = {key: chosen[key] for key in ("widths", "measurements")}
    exact = config["descent"] | {"gradient_tolerance": 2.0**-52}  # HHHV: machine epsilon

    levels = chosen["levels"]
    ends = split(
        {
            f"k{k}": setting
            | {
                "latent_dimension": k,
                "snr": levels["snr"],
                "descent": exact | {"max_iterations": levels["max_iterations"]},
            }
            for k in levels["latent_dimension"]
        },
        levels["trials"],
        per_job,
    )
    paths = chosen["paths"]
    iterates = split(
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
    return {
        "levels": Study("levels", bundled(ends, per_job)),
        "paths": Study("paths", bundled(iterates, per_job)),
        "linear": Study("paths", bundled(_linear(chosen["linear"], exact, per_job), per_job)),
    }


def _linear(linear: Mapping[str, Any], exact: Mapping[str, Any], per_job: int) -> dict[str, Part]:
    """The paths without noise, at steps that are fractions of 2^d/d^2."""
    parts: dict[str, Part] = {}
    for network in linear["networks"]:
        instance = {key: network[key] for key in ("latent_dimension", "widths", "measurements")}
        depth, shape = len(network["widths"]), [network["latent_dimension"], *network["widths"]]
        for fraction in network["step_fraction"]:
            descent = exact | {
                "step": fraction * 2.0**depth / depth**2,
                "max_iterations": linear["max_iterations"],
            }
            name = f"{'-'.join(map(str, shape))}-m{network['measurements']}-s{fraction:g}"
            part = instance | {
                "snr": [None],
                "descent": descent,
                "path": linear["max_iterations"] + 1,
            }
            parts |= split({name: part}, network["trials"], per_job)
    return parts
