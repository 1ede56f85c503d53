"""From the configuration's key ``layerwise`` to the parts that jobs compute.

A part is a mapping that says, as JSON, all that its rows depend on besides the seed; ``trials`` is
the half-open range [first, end) of its trials.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from genprior.types import Row

Part = dict[str, Any]
SHORT_TOLERANCE = 1e-9  # LJDD's descent stops at this norm of the gradient


def split(parts: Mapping[str, Part], trials: int, trials_per_job: int) -> dict[str, Part]:
    """Each part cut into parts of at most ``trials_per_job`` trials, named by their range."""
    return {
        f"{name}.t{first:03d}-{end - 1:03d}": part | {"trials": [first, end]}
        for name, part in parts.items()
        for first in range(0, trials, trials_per_job)
        for end in [min(first + trials_per_job, trials)]
    }


def jobs(parts: Mapping[str, Part], trials_per_job: int) -> dict[str, list[Part]]:
    """Jobs of one study: neighbouring parts together, up to ``trials_per_job`` trials or one part.

    A trial at several noise levels counts once a level.  Named by the first part.
    """
    bundles: dict[str, list[Part]] = {}
    room = 0
    for name, part in parts.items():
        first, end = part.get("trials", (0, trials_per_job))
        trials = (end - first) * len(part.get("levels", [0]))
        if not bundles or trials > room:
            bundles[name], room = [], trials_per_job
            current = bundles[name]
        current.append(part)
        room -= trials
    return bundles


def rows_of(
    parts: Sequence[Part], make: Callable[[int, Part], Iterator[Row]], seed: int, file: TextIO
) -> list[Row]:
    """The rows of a job's parts, with a line of progress every hundred rows.

    Args:
        parts: what the job computes.
        make: the study's rows of one part under a seed.
        seed: the configuration's seed.
        file: where progress is written.
    """
    rows: list[Row] = []
    for number, part in enumerate(parts, start=1):
        for row in make(seed, part):
            rows.append(row)
            if len(rows) % 100 == 0:
                print(f"{len(rows)} rows, part {number} of {len(parts)}", file=file)
    return rows


def _name(shape: list[int], slope: float) -> str:
    return "-".join(map(str, shape)) + ("" if slope == 0 else "-leaky")


def parts(config: Mapping[str, Any]) -> dict[str, dict[str, Part]]:
    """The parts of every layer-wise study, by study and name."""
    chosen, per_job = config["layerwise"], config.get("trials_per_job", 25)
    # LJDD's descent: step 1, no negation check.
    plain = {"step": 1.0, "negation_check": False, "gradient_tolerance": SHORT_TOLERANCE}
    studies: dict[str, dict[str, Part]] = {}

    noise = chosen["noise"]
    studies["noise"] = {}
    for network in noise["networks"]:
        studies["noise"] |= split(
            {
                f"{_name(network['shape'], network['slope'])}-{law}": {
                    "shape": network["shape"],
                    "slope": network["slope"],
                    "law": law,
                    "levels": noise["levels"],
                    "growth": noise["growth"],
                    "descent": plain | {"max_iterations": noise["max_iterations"]},
                }
                for law in ("uniform", "gaussian")
            },
            network["trials"],
            max(1, per_job // len(noise["levels"])),
        )

    comparison = chosen["comparison"]
    studies["comparison"] = split(
        {
            f"k{k}": {
                "latent_dimension": k,
                "widths": comparison["widths"],
                "relative_error": config["success"]["relative_error"],
                "short": plain | {"max_iterations": comparison["short_cap"]},
                "long": config["descent"] | {"max_iterations": comparison["long_cap"]},
            }
            for k in comparison["latent_dimension"]
        },
        comparison["trials"],
        per_job,
    )

    layer = chosen["layer"]
    studies["layer"] = split(
        {
            f"k{k}": {"latent_dimension": k, "ratio": layer["ratio"]}
            for k in layer["latent_dimension"]
        },
        layer["trials"],
        2 * per_job,
    )

    depth = chosen["depth"]
    shared = {key: depth[key] for key in ("latent_dimension", "expansivity")}
    studies["depth"] = split(
        {f"d{d}": shared | {"depth": d} for d in depth["depth"]}, depth["trials"], per_job
    )

    subset = chosen["subset"]
    studies["subset"] = {}
    for network in subset["networks"]:
        shared = {key: network[key] for key in ("shape", "slope")}
        name = _name(network["shape"], network["slope"])
        studies["subset"] |= split(
            {name: shared | {"share": subset["share"]}}, network["trials"], 4 * per_job
        )

    hardness = chosen["hardness"]
    studies["hardness"] = {
        f"exhaustive-{number}": {"family": "exhaustive"} | family
        for number, family in enumerate(hardness["exhaustive"], start=1)
    }
    shared = {key: hardness[key] for key in ("variables", "clause_ratio")}
    studies["hardness"] |= split(
        {"random": {"family": "random"} | shared}, hardness["trials"], per_job
    )
    return studies
