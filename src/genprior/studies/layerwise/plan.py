"""From the configuration's key ``layerwise`` to the parts that jobs compute."""

from collections.abc import Mapping
from typing import Any

from genprior.studies.plans import Study, bundled, split

TABLES = ("noise", "comparison", "layer", "depth", "subset", "hardness")
# LJDD's descent as it is recalled, for their released code holds none: step 1, no negation check,
# and it stops at this norm of the gradient.
PLAIN = {"step": 1.0, "negation_check": False, "gradient_tolerance": 1e-9}


def studies(config: Mapping[str, Any]) -> dict[str, Study]:
    """The jobs of every layer-wise study."""
    chosen, per_job = config["layerwise"], config.get("trials_per_job", 25)
    parts: dict[str, dict[str, Any]] = {}

    noise = chosen["noise"]
    parts["noise"] = {}
    for network in noise["networks"]:
        parts["noise"] |= split(
            {
                f"{_name(network)}-{law}": {
                    "shape": network["shape"],
                    "slope": network["slope"],
                    "law": law,
                    "levels": noise["levels"],
                    "growth": noise["growth"],
                    "descent": PLAIN | {"max_iterations": noise["max_iterations"]},
                }
                for law in ("uniform", "gaussian")
            },
            network["trials"],
            max(1, per_job // len(noise["levels"])),
        )

    comparison = chosen["comparison"]
    parts["comparison"] = split(
        {
            f"k{k}": {
                "latent_dimension": k,
                "widths": comparison["widths"],
                "relative_error": config["success"]["relative_error"],
                "short": PLAIN | {"max_iterations": comparison["short_cap"]},
                "long": config["descent"] | {"max_iterations": comparison["long_cap"]},
            }
            for k in comparison["latent_dimension"]
        },
        comparison["trials"],
        per_job,
    )

    layer = chosen["layer"]
    parts["layer"] = split(
        {
            f"k{k}": {"latent_dimension": k, "ratio": layer["ratio"]}
            for k in layer["latent_dimension"]
        },
        layer["trials"],
        2 * per_job,
    )

    depth = chosen["depth"]
    parts["depth"] = {}
    for network in depth["networks"]:
        k = network["latent_dimension"]
        shared = {"latent_dimension": k, "expansivity": depth["expansivity"]}
        parts["depth"] |= split(
            {f"k{k}-d{d}": shared | {"depth": d} for d in network["depth"]},
            network["trials"],
            2 * per_job,
        )

    subset = chosen["subset"]
    parts["subset"] = {}
    for network in subset["networks"]:
        shared = {key: network[key] for key in ("shape", "slope")}
        parts["subset"] |= split(
            {_name(network): shared | {"share": subset["share"]}}, network["trials"], 4 * per_job
        )

    hardness = chosen["hardness"]
    parts["hardness"] = {
        f"exhaustive-{number}": {"family": "exhaustive"} | formulas
        for number, formulas in enumerate(hardness["exhaustive"], start=1)
    }
    shared = {key: hardness[key] for key in ("variables", "clause_ratio")}
    parts["hardness"] |= split(
        {"random": {"family": "random"} | shared}, hardness["trials"], per_job
    )
    return {name: Study(name, bundled(some, per_job)) for name, some in parts.items()}


def _name(network: Mapping[str, Any]) -> str:
    """A network in the names of jobs."""
    return "-".join(map(str, network["shape"])) + ("" if network["slope"] == 0 else "-leaky")
