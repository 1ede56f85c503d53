"""Take the verdicts and numbers of a finished run as those that later runs are held to.

    python workflow/expected.py SIZE      (smoke, standard or paper)

Writes tests/claims/SIZE.json from results/SIZE/claims.json; look at the difference before
committing it.
"""

import sys
from pathlib import Path

from genprior.claims.comparison import expected_of
from genprior.tables import read_json, write_json

ROOT = Path(__file__).resolve().parents[1]
# Certificates, fits and linear programs go through LAPACK and HiGHS; all else is exact.
TOLERANCE = 1e-3

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ledger = ROOT / f"results/{sys.argv[1]}/claims.json"
    if not ledger.is_file():
        sys.exit(f"{ledger} is missing: run the workflow at this size first")
    expected = ROOT / f"tests/claims/{sys.argv[1]}.json"
    expected.parent.mkdir(exist_ok=True)
    write_json(expected_of(read_json(ledger), TOLERANCE), expected)
