"""From the configuration's key ``noise`` to the parts that jobs compute."""

from collections.abc import Mapping
from typing import Any

from genprior.studies.plans import Study, bundled, split

TABLES = ("levels", "paths")


def studies(config: Mapping[str, Any]) -> dict[str, Study]:
    """The jobs of both studies of noise."""
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
    }
