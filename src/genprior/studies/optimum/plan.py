"""From the configuration's key ``optimum`` to the parts that jobs compute."""

from collections.abc import Mapping
from typing import Any

from genprior.studies.plans import Study, bundled, split

TABLES = ("thresholds", "errors", "growth", "transitions")


def studies(config: Mapping[str, Any]) -> dict[str, Study]:
    """The jobs of the three studies."""
    chosen, per_job = config["optimum"], config.get("trials_per_job", 25)
    thresholds = {
        f"d{depth}": [{"depth": depth, "expansivity": chosen["thresholds"]["expansivity"]}]
        for depth in chosen["thresholds"]["depth"]
    }
    errors = {name_of(runs, runs["latent_dimension"]): [runs] for runs in chosen["errors"]}
    growth: dict[str, Any] = {}
    for cells in chosen["growth"]["cells"]:
        for k in cells["latent_dimension"]:
            part = {
                **cells,
                "latent_dimension": k,
                "descent": config["descent"] | cells.get("descent", {}),
                "iterations": chosen["growth"]["iterations"],
                "relative_error": config["success"]["relative_error"],
            }
            name = f"{name_of(cells, k)}-{'-'.join(cells['methods'])}"
            growth |= split({name: part}, cells["trials"], per_job)
    return {
        "thresholds": Study("thresholds", thresholds),
        "errors": Study("errors", errors),
        "growth": Study("growth", bundled(growth, per_job)),
    }


def name_of(networks: Mapping[str, Any], latent_dimension: int) -> str:
    """A job's name."""
    return f"d{networks['depth']}-e{networks['expansivity']:g}-k{latent_dimension}"
