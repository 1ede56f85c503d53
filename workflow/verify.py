"""Show what a run found otherwise than is committed.

    python workflow/verify.py SIZE      (smoke, standard or paper)

Reads results/SIZE/verified.csv, which the workflow's rule `verify` makes. Exit code: 1 when a
difference matters.
"""

import sys
from collections import Counter
from pathlib import Path

import pandas as pd

COLUMNS = {"what": 20, "part": 52, "committed": 46, "here": 46, "kind": 8, "matters": 7}


def cells(row: pd.Series) -> list[str]:
    """A row's texts, cut to their columns where they are too long."""
    texts = [str(row[name]) for name in COLUMNS]
    widths = COLUMNS.values()
    return [
        text if len(text) <= width else f"{text[: width - 1]}…"
        for text, width in zip(texts, widths, strict=True)
    ]


def lines(table: pd.DataFrame) -> list[str]:
    """What differs as a table, each kind with why it matters or not, and what is the same."""
    other = table[table["kind"] != "same"].sort_values("matters", ascending=False, kind="stable")
    shown = [list(COLUMNS), *(cells(row) for _, row in other.iterrows())]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    told = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in shown] if len(other) else []
    for (kind, matters), group in other.groupby(["kind", "matters"], sort=False):
        verb = "matters" if matters == "yes" else "does not matter"
        told.append(f"{kind}, {len(group)}: {verb}: {group['why'].iloc[0]}.")
    return [*told, summary(table)]


def summary(table: pd.DataFrame) -> str:
    """How many claims, parts and figures were compared, and how many of them differ and matter."""
    sort = table["what"].where(table["what"] == "figure", "part").mask(table["part"] == "", "claim")
    count = Counter(sort)
    told = ", ".join(
        f"{count[one]} {words}"
        for one, words in [
            ("claim", "verdicts"),
            ("part", "numbers"),
            ("figure", "files of figures"),
        ]
        if count[one]
    )
    kinds = Counter(table["kind"][table["kind"] != "same"])
    differ = ", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "none differs"
    verdict = "NOT as committed" if (table["matters"] == "yes").any() else "as committed"
    return f"{told}: {verdict} ({differ})"


def read(path: Path) -> pd.DataFrame:
    """The table that the rule made."""
    table = pd.read_csv(path, keep_default_na=False)
    return table.assign(matters=table["matters"].map({True: "yes", False: "no"}))


def main(size: str) -> int:
    path = Path(f"results/{size}/verified.csv")
    if not path.is_file():
        print(f"{path} is missing: make it with `make verify SIZE={size}`", file=sys.stderr)
        return 2
    table = read(path)
    print("\n".join(lines(table)))
    return int((table["matters"] == "yes").any())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
