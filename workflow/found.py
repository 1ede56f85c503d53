"""Say in a few lines what a finished run found, where it is and what to do next.

python workflow/found.py SIZE           (smoke, standard or paper)
python workflow/found.py FILE.yaml      (a configuration of one's own)
python workflow/found.py --can FILE.yaml

With --can: whether the file can be run, or why not, in one line, before anything is.
"""

import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import verify
import yaml

from genprior.configuration.absent import completed
from genprior.configuration.pieces import PUBLISHED, read_yaml
from genprior.configuration.whole import ConfigurationError, checked
from genprior.experiments.told import finding_of
from genprior.tables import read_json

EXAMPLE = "make run CONFIG=mine.yaml"
CONFIGURATIONS = Path("config").resolve()


def verdicts(results: Path) -> str:
    """How many claims have each verdict, the controls apart."""
    entries = read_json(results / "claims.json")
    controls = [entry["verdict"] for entry in entries if entry["kind"] == "control"]
    count = Counter(entry["verdict"] for entry in entries if entry["kind"] != "control")
    refuted = f"{controls.count('not supported')} of {len(controls)} controls refuted"
    told = ", ".join(f"{number} {verdict}" for verdict, number in count.most_common())
    return f"{sum(count.values())} claims: {told}; {refuted}"


def differences(results: Path) -> str:
    """What differs from what is committed."""
    table = results / "verified.csv"
    if not table.is_file():
        return "nothing is committed at this size"
    return verify.summary(verify.read(table))


def experiments(results: Path, config: dict) -> list[str]:
    """What each experiment with a default figure found, as its title says."""
    told = []
    for name, experiment in checked(config)["experiments"].items():
        folder = results / f"statistics/{name}"
        tables = [folder / f"{table}.csv" for table in ("success", "transitions", "scaling")]
        if (results / f"figures/experiment_{name}.png").is_file():
            told.append(f"Found      {name}: {finding_of(experiment, *map(pd.read_csv, tables))}")
    return told


def merged(under: dict, over: dict) -> dict:
    """A configuration with another's keys over it, as Snakemake lays them."""
    both = dict(under)
    for key, value in over.items():
        nested = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if nested else value
    return both


def whole(config: dict) -> dict:
    """What is run of a file: one without experiments changes the standard configuration."""
    standard = read_yaml("config/standard.yaml")
    return completed(config if "experiments" in config else merged(standard, config), standard)


def refusal(file: str) -> str | None:
    """Why a file cannot be run as a configuration of one's own; None where it can be."""
    if not file:
        return f"which configuration? For instance: {EXAMPLE} (docs/own.md has one)"
    path = Path(file)
    if not path.is_file():
        return f"CONFIG={file}: there is no such file"
    try:
        config = read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        return f"{file}: cannot be read as YAML, {' '.join(str(error).split())}"
    if not isinstance(config, dict) or not config:
        return f"{file}: no keys; a configuration has size, seed and experiments"
    if config.get("size", "standard") in PUBLISHED and path.resolve().parent != CONFIGURATIONS:
        return (
            f"{file}: size: {config.get('size', 'none')}; allowed: a name that is none of "
            f"{', '.join(PUBLISHED)}, whose results are those of config/"
        )
    try:
        checked(whole(config), [file])
    except ConfigurationError as error:
        return f"{file}: {error}"
    return None


def lines_of_own(file: str) -> list[str]:
    """What a configuration of one's own came to."""
    config = whole(read_yaml(file))
    results = Path("results") / config["size"]
    figures = sorted((results / "figures").glob("*.pdf"))
    return [
        *experiments(results, config),
        f"Page       {results}/report.html",
        f"Figures    {len(figures)} in {results}/figures",
        f"Next       open the page; `make archive CONFIG={file}` packs it all; change a key in "
        f"{file} and run again",
    ]


def lines(size: str) -> list[str]:
    """The five lines."""
    results = Path(f"results/{size}")
    figures = sorted((results / "figures").glob("*.pdf"))
    scorecard = [str(path) for path in figures if path.stem == "scorecard"]
    return [
        f"Found      {verdicts(results)}",
        f"Committed  {differences(results)}",
        f"Page       {results}/report.html",
        f"Figures    {', '.join([*scorecard, f'{len(figures)} in {results}/figures'])}",
        f"Next       open the page; `make verify SIZE={size}` lists what differs from what is "
        "committed; change a key in config/ and run again",
    ]


def main(size: str) -> int:
    if size.endswith((".yaml", ".yml")) or not size:
        print("\n".join(["", *lines_of_own(size)]))
        return 0
    ledger = Path(f"results/{size}/claims.json")
    if not ledger.is_file():
        print(f"{ledger} is missing: no run of size {size} has finished", file=sys.stderr)
        return 2
    print("\n".join(["", *lines(size)]))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--can"]:
        sys.exit(refusal("".join(sys.argv[2:3])))
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
