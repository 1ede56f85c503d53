"""Record how long each job of a finished run took, for the time left that later runs show.

    python workflow/seconds.py SIZE      (smoke, standard or paper)

Renews SIZE in workflow/seconds.json from Snakemake's records in this checkout. Results that came
from a cache have no seconds; their jobs are then like the others of their folder.
"""

import json
import sys
from pathlib import Path

RECORDS, RECORDED = Path(".snakemake/metadata"), Path("workflow/seconds.json")


def recorded(size: str) -> dict[str, float]:
    """Seconds by job, named by its log's path below `logs/<size>/`."""
    found = {}
    for path in RECORDS.rglob("*"):
        record = json.loads(path.read_text()) if path.is_file() else {}
        logs, end = record.get("log") or [""], record.get("endtime")
        if end and logs[0].startswith(f"logs/{size}/"):
            name = logs[0].removeprefix(f"logs/{size}/").removesuffix(".log")
            found[name] = round(end - record["starttime"], 1)
    return dict(sorted(found.items()))


def main(size: str) -> int:
    found = recorded(size)
    if not found:
        print(f"no run of size {size} is recorded in {RECORDS}", file=sys.stderr)
        return 2
    sizes = json.loads(RECORDED.read_text()) if RECORDED.is_file() else {}
    RECORDED.write_text(json.dumps(dict(sorted((sizes | {size: found}).items())), indent=1) + "\n")
    print(f"{len(found)} jobs, {sum(found.values()) / 60:.0f} minutes: see {RECORDED}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
