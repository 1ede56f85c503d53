"""Kill a small workflow at random moments with SIGKILL, again and again, and compare its tables.

    python tests/kills.py [COUNT [SEED]]

Killed is Snakemake alone, whose jobs live on, or one of its jobs, or everything at once. The next
run is the same command, and must need nothing else. Whenever a run comes to its end before it is
killed, its tables are held against those of an uninterrupted run, and the next one starts from
nothing. Exit code 1 when tables differ or a run fails that nobody touched. Needs /proc.
"""

import os
import shutil
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml

sys.path.append(str(Path(__file__).with_name("workflow")))

from clones import SMOKE, Clone, make_clone, same, tables

VICTIMS = ("snakemake", "a job", "everything")
EXPERIMENT = "measurements-against-k"
TARGETS = [
    f"results/smoke/statistics/{EXPERIMENT}/success.csv",
    "results/smoke/statistics/stochastic/batches.csv",
]


def small(path: Path) -> Clone:
    """A workflow of six short jobs in a checkout: one experiment and one study."""
    config = yaml.safe_load((path / SMOKE).read_text())
    experiment = config["experiments"][EXPERIMENT]
    experiment |= {"latent_dimension": [5], "measurement_ratio": [1, 2, 5], "trials": 3}
    del experiment["allocation"]
    config["stochastic"]["batches"] |= {"batch": [5, 150], "trials": 1, "max_passes": 20}
    kept = ("size", "seed", "descent", "success", "statistics", "convergence", "stochastic")
    config = {key: config[key] for key in kept} | {"experiments": {EXPERIMENT: experiment}}
    (path / "config/small.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return Clone(path, "config/small.yaml", targets=TARGETS)


def processes(session: int) -> list[int]:
    """The processes of a session, its leader left out."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[3]) == session and int(path.parent.name) != session:
            found.append(int(path.parent.name))
    return found


def kill(process, victim: str, random: Random) -> None:
    """Kill the victim, and wait until the run has ended; whatever lives on is left alone."""
    if victim == "everything":
        os.killpg(process.pid, signal.SIGKILL)
    elif victim == "snakemake":
        process.kill()
    elif others := processes(process.pid):
        with suppress(ProcessLookupError):
            os.kill(random.choice(others), signal.SIGKILL)
    process.wait()


def differing(found: dict, expected: dict) -> list[str]:
    """Tables that are not the expected ones, or not there, or should not be."""
    return [
        f"{name} differs"
        for name in sorted(found.keys() | expected.keys())
        if name not in found or name not in expected or not same(found[name], expected[name])
    ]


def start_again(clone: Clone) -> None:
    """Remove what the workflow made."""
    for name in ("results", "logs", ".snakemake"):
        shutil.rmtree(clone.path / name, ignore_errors=True)


def kills(clone: Clone, count: int, seed: int, tell=print) -> list[str]:
    """Kill a workflow so many times; what was not as it should be."""
    random, faults, tally = Random(seed), [], Counter()
    start_again(clone)
    clone.run()
    began = time.monotonic()
    start_again(clone)
    clone.run()
    span = time.monotonic() - began
    expected = tables(clone)
    start_again(clone)
    while tally["kills"] < count:
        process = clone.start()
        end = time.monotonic() + random.uniform(0, span)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        if process.poll() is None:
            victim = random.choice(VICTIMS)
            kill(process, victim, random)
            tally["kills"] += 1
            tally[victim] += 1
            made = list((clone.path / "results").rglob("*.*"))
            tally["with a file half written"] += any(path.suffix == ".partial" for path in made)
            tally["with tables made"] += any(path.suffix == ".parquet" for path in made)
            tally["with a lock left"] += any((clone.path / ".snakemake/locks").glob("*"))
            tell(f"{tally['kills']} of {count}: {victim}", file=sys.stderr)
        # Killed may have been a process that the run can do without.
        if process.returncode == 0 and all((clone.path / name).is_file() for name in TARGETS):
            faults += differing(tables(clone), expected)
            tally["runs to the end"] += 1
            start_again(clone)
        elif process.returncode not in (0, None) and time.monotonic() < end:
            faults.append(f"after kill {tally['kills']}, untouched:\n{clone.said[-3000:]}")
            start_again(clone)
    clone.run()
    faults += differing(tables(clone), expected)
    tell(f"seed {seed}, {span:.0f} s a run: {dict(tally)}; faults: {len(faults)}")
    return faults


def main(arguments: list[str]) -> int:
    count, seed = map(int, [*arguments, *("200", "1")[len(arguments) :]])
    with TemporaryDirectory() as folder:
        faults = kills(small(make_clone(Path(folder) / "clone")), count, seed)
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
