"""From the configuration's key ``stochastic`` to the parts that jobs compute."""

from collections.abc import Mapping
from typing import Any

from genprior.studies.plans import Study, bundled, split

TABLES = ("batches",)


def studies(config: Mapping[str, Any]) -> dict[str, Study]:
    """The jobs of the one study."""
    batches, per_job = config["stochastic"]["batches"], config.get("trials_per_job", 25)
    shared = {key: batches[key] for key in ("widths", "measurements", "batch", "max_passes")}
    parts = split(
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
    return {"batches": Study("batches", bundled(parts, per_job))}
