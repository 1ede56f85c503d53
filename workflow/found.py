"""Say in five lines what a finished run found, where it is and what to do next.

python workflow/found.py SIZE      (smoke, standard or paper)
"""

import sys
from collections import Counter
from pathlib import Path

import verify

from genprior.tables import read_json


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
    ledger = Path(f"results/{size}/claims.json")
    if not ledger.is_file():
        print(f"{ledger} is missing: no run of size {size} has finished", file=sys.stderr)
        return 2
    print("\n".join(["", *lines(size)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
