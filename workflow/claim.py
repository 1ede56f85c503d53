"""Compute what claims need and nothing else, and say what they come to.

    python -E -s workflow/claim.py --size SIZE [--cores N] [--cache] ID ...

`make claim ID=HV-rho` runs this. A claim is judged alone here: whether it stands in the list as a
whole is in the ledger of a full run.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from genprior.claims.claim import Claim, read_claims, read_papers
from genprior.claims.ledger import entries_of, read_estimates
from genprior.claims.words import account
from genprior.configuration.pieces import PUBLISHED, read_yaml
from genprior.configuration.whole import ConfigurationError, checked
from genprior.figures.declared import literals, paths_of
from genprior.tables import read_json, seconds_of

RUN = Path(__file__).with_name("run.py")


def chosen(claims: Sequence[Claim], ids: Sequence[str]) -> list[Claim]:
    """The claims of these ids; ends with one line where there is no such claim."""
    listed = {claim.id: claim for claim in claims}
    for name in ids:
        if name not in listed:
            near = get_close_matches(name.upper(), list(map(str.upper, listed)), n=5, cutoff=0.5)
            names = [one for upper in near for one in listed if one.upper() == upper]
            names = names or list(listed)
            sys.exit(f"there is no claim {name}; there are {', '.join(names)}")
    if not ids:
        sys.exit(f"which claim? For instance: make claim ID={next(iter(listed))}")
    return [listed[name] for name in ids]


def trials_behind(table: str, results: Path) -> set[Path]:
    """The tables of the trials behind a table of estimates."""
    family, group = table.split("/")
    folder = "experiments" if family == "experiments" else f"studies/{family}"
    measures = Path(f"src/genprior/{folder}/measures.py")
    needs = literals(measures, ["GROUPS"])["GROUPS"][group]
    places = [results / family / study for study in needs]
    if family == "experiments":
        declared = literals(measures, ["NEEDS"])["NEEDS"]
        names = {path.split("/")[1] for need in needs for path in paths_of(declared[need])}
        stages = ("instances", "recoveries", "outcomes")
        places = [results / stage / name for stage in stages for name in names]
    return {path for place in places for path in place.glob("*.parquet")}


def tables_of(claims: Iterable[Claim]) -> list[str]:
    """The tables of estimates that bear on some claims, each once."""
    return list(dict.fromkeys(table for claim in claims for table in claim.tables))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="standard")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--cache", action="store_true")
    parser.add_argument("ids", nargs="*")
    given = parser.parse_args(arguments)

    claims, papers = read_claims("config/claims.yaml"), read_papers("config/papers.yaml")
    asked = chosen(claims, given.ids)
    path = Path(f"config/{given.size}.yaml")
    if not path.is_file():
        sys.exit(f"SIZE={given.size}: there is no {path}")
    try:
        config = checked(read_yaml(path), [str(path)])
    except ConfigurationError as error:
        sys.exit(str(error))

    if config["size"] not in PUBLISHED:
        sizes = ", ".join(PUBLISHED)
        sys.exit(f"{path}: no claim is judged at size {config['size']}; published are {sizes}")

    results = Path("results") / config["size"]
    paths = {table: results / f"claims/{table}.csv" for table in tables_of(asked)}
    if paths:
        options = ["--cores", given.cores, *(["--cache"] if given.cache else [])]
        options += ["--configfile", str(path), "--", *map(str, paths.values())]
        if code := subprocess.run([sys.executable, "-E", "-s", RUN, *options]).returncode:
            return code

    committed = Path(f"tests/claims/{config['size']}.json")
    expected = {one["id"]: one for one in read_json(committed)} if committed.is_file() else {}
    confidence = config["statistics"]["confidence"]
    found = read_estimates(paths.values())
    entries = entries_of(given.ids, claims, papers, found, confidence)
    for claim in asked:
        behind = {path for table in claim.tables for path in trials_behind(table, results)}
        seconds = seconds_of(behind) if behind else None
        print("\n" + account(entries[claim.id], expected.get(claim.id), seconds))
        if not claim.measures:
            print(f"  {' '.join((claim.note or 'Nothing is measured for it.').split())}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
