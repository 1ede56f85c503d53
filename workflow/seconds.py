"""Record what share of a finished run's time each job took, for the time left that later runs show.

    python workflow/seconds.py SIZE      (smoke, standard or paper)

Renews SIZE in workflow/seconds.json from Snakemake's records in this checkout. Results that came
from a cache have no seconds; their jobs are then like the others of their folder.
"""

import json
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

RECORDS, RECORDED = Path(".snakemake/metadata"), Path("workflow/seconds.json")


def times(size: str) -> dict[str, tuple[float, float]]:
    """Start and end by job, named by its log's path below `logs/<size>/`."""
    found = {}
    for path in RECORDS.rglob("*"):
        record = json.loads(path.read_text()) if path.is_file() else {}
        logs, end = record.get("log") or [""], record.get("endtime")
        if end and logs[0].startswith(f"logs/{size}/"):
            name = logs[0].removeprefix(f"logs/{size}/").removesuffix(".log")
            found[name] = (record["starttime"], end)
    return found


def shares(times: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Seconds of the run by job: each moment is shared by the jobs that ran in it.

    So jobs that others have to wait for count for the cores that stand idle meanwhile, and all add
    up to what the run took.
    """
    ends = sorted({moment for both in times.values() for moment in both})
    share = dict.fromkeys(sorted(times), 0.0)
    for begin, end in pairwise(ends):
        there = [name for name, (start, stop) in times.items() if start <= begin and end <= stop]
        for name in there:
            share[name] += (end - begin) / len(there)
    return {name: round(seconds, 1) for name, seconds in share.items()}


def main(size: str) -> int:
    found = shares(times(size))
    if not found:
        print(f"no run of size {size} is recorded in {RECORDS}", file=sys.stderr)
        return 2
    sizes = json.loads(RECORDED.read_text()) if RECORDED.is_file() else {}
    RECORDED.write_text(json.dumps(dict(sorted((sizes | {size: found}).items())), indent=1) + "\n")
    print(f"{len(found)} jobs, {sum(found.values()) / 60:.0f} minutes: see {RECORDED}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
