"""Take a finished run's verdicts, numbers and figures as those that later runs are held to.

    python workflow/publish.py SIZE      (smoke, standard or paper)

Renews tests/claims/SIZE.json and, where the size has committed figures, figures/SIZE from
results/SIZE, then README's tables, and says what changed. `make publish` brings the results up to
date first. Look at the difference before committing it.
"""

import shutil
import sys
from pathlib import Path

import document
import verify

from genprior.claims.comparison import expected_of
from genprior.configuration.pieces import PUBLISHED
from genprior.files import whole
from genprior.tables import read_json, write_json

# Certificates, fits and linear programs go through LAPACK and HiGHS; all else is exact.
TOLERANCE = 1e-3


def renew_figures(made: dict[str, Path], committed: Path) -> list[str]:
    """Make a folder hold these figures and no others; one line for each file that changed."""
    told = []
    old = {path.name: path for path in committed.glob("*.p[dn][fg]")}
    for name in sorted(made.keys() | old.keys()):
        if name not in made:
            old[name].unlink()
            told.append(f"{committed / name}: removed")
        elif name not in old or old[name].read_bytes() != made[name].read_bytes():
            with whole(committed / name) as partial:
                shutil.copyfile(made[name], partial)
            told.append(f"{committed / name}: {'changed' if name in old else 'new'}")
    return told


def main(size: str) -> int:
    if size not in PUBLISHED:
        print(f"{size} is no published size; there are {', '.join(PUBLISHED)}", file=sys.stderr)
        return 2
    results, committed = Path(f"results/{size}"), Path(f"figures/{size}")
    made = {path.name: path for path in (results / "figures").glob("*.p[dn][fg]")}
    verified = results / "verified.csv"
    if verified.is_file():
        table = verify.read(verified)
        print("\n".join(verify.lines(table)))
        # What the workflow makes now; an older one may have left others behind.
        drawn = table[(table["what"] == "figure") & (table["here"] != "")]["part"]
        if len(drawn):
            made = {name: results / f"figures/{name}" for name in drawn}
    for path in (results / "claims.json", *made.values()):
        if not path.is_file():
            print(f"{path} is missing: `make publish SIZE={size}` makes it", file=sys.stderr)
            return 2
    expected = Path(f"tests/claims/{size}.json")
    write_json(expected_of(read_json(results / "claims.json"), TOLERANCE), expected)
    changed = renew_figures(made, committed) if committed.is_dir() else []
    document.main()
    print("\n".join([*changed, f"{expected} and README.md are those of this run"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
