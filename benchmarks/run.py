"""Measure our engines beside NumPy, PyTorch and JAX in one run: `make bench`.

Every engine gets the same instances and both cores, each peer in the arrangement (processes,
threads, batch size, paired passes) that a short search finds fastest at that size; the rounds of
the timed runs interleave the engines, so that a disturbance hits them alike.  Writes a table of
medians and spreads, benchmarks/results.json, and a figure.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import fastmath
import numpy as np
from allocation import measure as measure_allocation
from sizes import OURS, PEER_LIBRARY, PEERS, SIZES, Size

from genprior import provenance
from genprior.descent import Settings, compiled, incremental
from genprior.model.instances import instance
from genprior.model.risk import empirical_risk

HERE = Path(__file__).parent
SEED = 4242
if not hasattr(os, "sched_getaffinity"):
    sys.exit("make bench needs Linux: it binds each process to cores, which this system cannot")
CORES = sorted(os.sched_getaffinity(0))[:2]
LONG, TOLERANCE = 1500, 1e-9  # a whole run of the incremental engine, as in the experiments
DECIDED = 1e-6  # relative error at which a peer's trial counts as decided
BEGAN = time.monotonic()


def say(*words):
    print(f"[{time.monotonic() - BEGAN:5.0f} s]", *words, flush=True)


class Team:
    """The processes of one engine in one arrangement, each with its share of the instances."""

    def __init__(self, engine, arrangement, python, files):
        self.engine, self.arrangement, self.workers = engine, arrangement, []
        environment = os.environ | {"PYTHONPATH": str(HERE)} if python != sys.executable else None
        apart = arrangement["processes"] > 1
        for place in range(arrangement["processes"]):
            cores = [CORES[place % len(CORES)]] if apart else CORES
            command = [
                python,
                str(HERE / "worker.py"),
                engine,
                json.dumps(arrangement),
                files[place] if apart else files[-1],
                ",".join(map(str, cores)),
            ]
            self.workers.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    env=environment,
                )
            )
        self.ready = [self.answer(worker) for worker in self.workers]

    def answer(self, worker):
        line = worker.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.engine} {self.arrangement}: the process ended")
        return json.loads(line)

    def order(self, **job):
        """Give all processes the same job at once; their answers."""
        for worker in self.workers:
            print(json.dumps(job), file=worker.stdin, flush=True)
        return [self.answer(worker) for worker in self.workers]

    def rate(self, **job):
        """Counts (instance-iterations, say) per second of the processes together."""
        answers = self.order(**job)
        self.memory = sum(answer["memory"] for answer in answers)
        self.passes, self.glances = (
            statistics.mean(answer.get(name, 0) for answer in answers)
            for name in ("passes", "glances")
        )
        return sum(answer["count"] for answer in answers)

    def close(self):
        for worker in self.workers:
            worker.stdin.close()
            worker.wait(timeout=60)


def draw(size: Size, folder: Path):
    """The instances of a size, in files for one process each and one for all."""
    depth, drawn = len(size.shape) - 1, []
    for trial in range(size.instances):
        one = instance(SEED, "gaussian", size.shape, trial, size.measurements)
        problem = compiled.Engine.of_code(one.weights, one.sensing, one.code).problem
        risks = [empirical_risk(problem, s * one.start) for s in (1, -1)]
        start = one.start if risks[0] <= risks[1] else -one.start
        drawn.append(replace(one, start=start))
    files = []
    for name, share in [("first", drawn[::2]), ("second", drawn[1::2]), ("all", drawn)]:
        arrays = {"count": len(share), "depth": depth}
        for i, one in enumerate(share):
            y = compiled.Engine.of_code(one.weights, one.sensing, one.code).problem.measurements
            arrays |= {f"{i}.W{layer}": w for layer, w in enumerate(one.weights, start=1)}
            arrays |= {f"{i}.A": one.sensing, f"{i}.y": y}
            arrays |= {f"{i}.start": one.start, f"{i}.code": one.code}
        files.append(str(folder / f"{name}.npz"))
        np.savez(files[-1], **arrays)
    return drawn, files


def check(team: Team, drawn, iterations=20):
    """Every engine must arrive where ours does."""
    answers = team.order(job="ends", iterations=iterations)
    shares = [drawn[::2], drawn[1::2]] if len(team.workers) == 2 else [drawn]
    for answer, share in zip(answers, shares, strict=True):
        for end, one in zip(answer["ends"], share, strict=True):
            engine = compiled.Engine.of_code(one.weights, one.sensing, one.code)
            depth = len(one.weights)
            settings = Settings(2.0**depth / depth**2, True, iterations, 0.0)
            ours = engine.descend(one.start, one.tie_direction, settings)
            if ours.negations == 0 and not np.allclose(end, ours.x, rtol=0, atol=1e-8):
                raise RuntimeError(f"{team.engine} computes something else: {end} {ours.x}")


def spread(values, digits=4):
    """Median, least and greatest."""
    return {
        "median": float(f"{statistics.median(values):.{digits}g}"),
        "low": float(f"{min(values):.{digits}g}"),
        "high": float(f"{max(values):.{digits}g}"),
        "runs": len(values),
    }


def decided_by_a_peer(drawn, cap):
    """Trials that reach ``DECIDED`` within the cap, and the iterations spent on all trials."""
    decided, spent = 0, 0
    for one in drawn:
        engine = compiled.Engine.of_code(one.weights, one.sensing, one.code)
        depth = len(one.weights)
        settings = Settings(2.0**depth / depth**2, True, cap, 0.0)
        path = engine.descend(one.start, one.tie_direction, settings, cap + 1).path
        errors = np.linalg.norm(path - one.code, axis=1) / np.linalg.norm(one.code)
        reached = np.flatnonzero(errors <= DECIDED)
        decided += len(reached) > 0
        spent += int(reached[0]) if len(reached) else cap
    return decided, spent


def measure_size(name: str, size: Size, rounds: int, quick: bool, peer_python: str, peers):
    """All engines at one size."""
    run = {"job": "rate", "iterations": size.iterations, "seconds": 0.02 if quick else 0.5}
    whole = run | {"iterations": LONG, "tolerance": TOLERANCE}
    with tempfile.TemporaryDirectory() as folder:
        drawn, files = draw(size, Path(folder))
        teams, searched = {}, {}
        for engine, arrangements in {**OURS, **{p: PEERS[p] for p in peers}}.items():
            python = sys.executable if engine in OURS else peer_python
            tried = []
            for arrangement in arrangements[:2] if quick else arrangements:
                team = Team(engine, arrangement, python, files)
                job = (whole if engine == "incremental" else run) | {"seconds": run["seconds"] / 2}
                team.rate(**job | {"seconds": 0.0})
                tried.append((team.rate(**job), team))
            best = max(rate for rate, _ in tried)
            for rate, team in tried:
                if rate == best and engine not in teams:
                    teams[engine] = team
                else:
                    team.close()
            searched[engine] = [
                team.arrangement | {"iterations_per_second": round(rate)} for rate, team in tried
            ]
            check(teams[engine], drawn)
            say(f"{name}: {engine} {teams[engine].arrangement}: {best:,.0f} iterations/s")

        rates = {engine: [] for engine in teams}
        bandwidth, ours_per_decided, streamed_per_decided, memory = {}, [], [], {}
        for _ in range(rounds):
            for engine, team in teams.items():
                rates[engine].append(team.rate(**(whole if engine == "incremental" else run)))
                memory[engine] = team.memory
            read = round(
                teams["streaming"].passes * size.pass_bytes
                + teams["streaming"].glances * size.network_bytes
            )
            for stored in ("float32", "float64"):
                order = {"job": "bandwidth", "bytes": size.pass_bytes, "stored": stored}
                speed = teams["streaming"].rate(**order, seconds=0.1)
                bandwidth.setdefault(stored, []).append(speed)
            answers = teams["incremental"].order(job="decide", iterations=size.cap)
            decided = sum(answer["decided"] for answer in answers)
            trials_per_second = sum(answer["count"] for answer in answers)
            ours_per_decided.append(size.instances / trials_per_second / max(decided, 1))
            streamed = sum(answer["streamed"] for answer in answers)
            streamed_per_decided.append(streamed / rates["streaming"][-1] / max(decided, 1))
        ready = {
            engine: max(r["ready"] + r["import_numpy"] for r in team.ready)
            for engine, team in teams.items()
        }
        for team in teams.values():
            team.close()

    best_peer = max(peers, key=lambda peer: statistics.median(rates[peer]))
    reached, spent = decided_by_a_peer(drawn, size.cap)
    peer_per_decided = [spent / rate / max(reached, 1) for rate in rates[best_peer]]

    def against(ours, theirs):
        return spread([a / b for a, b in zip(ours, theirs, strict=True)])

    def fraction_of(stored):
        return against([rate * read for rate in rates["streaming"]], bandwidth[stored])

    def decided_against(theirs, ours):
        """None where one of the two decides no trial: there is no ratio then."""
        return against(theirs, ours) if reached and decided else None

    return {
        "shape": list(size.shape),
        "measurements": size.measurements,
        "instances": size.instances,
        "best_peer": best_peer,
        "arrangements": {engine: team.arrangement for engine, team in teams.items()},
        "searched": searched,
        "iterations_per_second": {engine: spread(values) for engine, values in rates.items()},
        "streaming_vs_best_peer": against(rates["streaming"], rates[best_peer]),
        "incremental_vs_best_peer": against(rates["incremental"], rates[best_peer]),
        "decided_vs_best_peer": decided_against(peer_per_decided, ours_per_decided),
        # What the ratio would be if all but the streamed iterations of our runs cost nothing.
        "decided_bound": decided_against(peer_per_decided, streamed_per_decided),
        # Above one where the same bits everywhere cost nothing.
        "exact_vs_fastmath": spread(
            fastmath.ratios(size.shape, size.measurements, max(rounds, 5), SEED)
        ),
        "seconds_per_decided_trial": {
            "incremental": spread(ours_per_decided) if decided else None,
            best_peer: spread(peer_per_decided) if reached else None,
        },
        "decided": {"incremental": decided, best_peer: reached, "trials": size.instances},
        "bytes_per_iteration": read,
        # Of singles that are widened on the way, which is how the engine reads, and of doubles.
        "bandwidth_bytes_per_second": {kind: spread(speeds) for kind, speeds in bandwidth.items()},
        "bandwidth_fraction": fraction_of("float32"),
        "raw_bandwidth_fraction": fraction_of("float64"),
        "memory_bytes": memory,
        "start_up_seconds": {engine: round(seconds, 2) for engine, seconds in ready.items()},
    }


def cost_curve(quick: bool):
    """Seconds per iteration against k and d on one core: widths double from layer to layer."""
    rows = []
    for depth in (1, 2, 3, 4):
        for k in (10, 20, 40, 80) if quick else (10, 20, 40, 80, 160):
            shape = tuple(k * 2**i for i in range(depth + 1))
            one = instance(SEED, "gaussian", shape, 0, 6 * k)
            step = 1.0 if depth == 1 else 2.0**depth / depth**2
            for name, room, cap in [
                ("streaming", compiled, max(10, 20000 // (k * 2**depth))),
                ("incremental", incremental, 100 if quick else 500),
            ]:
                began, spent, taken = time.perf_counter(), 0.0, 0
                while spent < (0.02 if quick else 0.15):
                    engine = room.Engine.of_code(one.weights, one.sensing, one.code)
                    began = time.perf_counter()
                    end = engine.descend(
                        one.start, one.tie_direction, Settings(step, True, cap, 1e-9)
                    )
                    spent += time.perf_counter() - began
                    taken += end.iterations
                rows.append(
                    {
                        "engine": name,
                        "depth": depth,
                        "latent_dimension": k,
                        "seconds_per_iteration": float(f"{spent / max(taken, 1):.4g}"),
                    }
                )
        say(f"cost per iteration at depth {depth}: done")
    return rows


def start_up():
    """Seconds of a process that imports the engines and loads their compiled code, 5 times."""
    code = "from genprior.descent import incremental; incremental.warm_up()"
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        seconds.append(time.perf_counter() - began)
    return spread(seconds)


def table(sizes):
    """The results as text."""
    lines = [f"{'size':12} {'best peer':10} {'streaming':>22} {'incremental':>22} {'decided':>22}"]
    for name, size in sizes.items():
        ratios = [
            "{median:.3g} [{low:.3g}, {high:.3g}]".format(**size[key]) if size[key] else "none"
            for key in (
                "streaming_vs_best_peer",
                "incremental_vs_best_peer",
                "decided_vs_best_peer",
            )
        ]
        fraction, raw = (
            size[key]["median"] for key in ("bandwidth_fraction", "raw_bandwidth_fraction")
        )
        lines.append(
            f"{name:12} {size['best_peer']:10} "
            + " ".join(f"{ratio:>22}" for ratio in ratios)
            + f"   streaming reads at {fraction:.0%} of the bandwidth of widened singles, "
            f"{raw:.0%} of that of doubles"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few seconds a size, to see it run")
    parser.add_argument("--only", nargs="+", choices=SIZES, default=list(SIZES), help="these sizes")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that has the peers")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    parser.add_argument("--figure", type=Path, default=HERE / "bench", help="without its suffix")
    chosen = parser.parse_args()
    peers = []
    for peer, library in PEER_LIBRARY.items():
        found = subprocess.run([chosen.peer_python, "-c", f"import {library}"], capture_output=True)
        if found.returncode == 0:
            peers.append(peer)
        else:
            say(f"{peer} is not installed for {chosen.peer_python} and is left out")
    incremental.warm_up()
    compiled.warm_up()
    rounds = 2 if chosen.quick else 5
    warm = start_up()
    say(f"start-up with a warm compile cache: {warm['median']} s")
    sizes = {}
    for name in chosen.only:
        sizes[name] = measure_size(
            name, SIZES[name], rounds, chosen.quick, chosen.peer_python, peers
        )
    results = {
        "machine": {
            "processor": provenance.processor(),
            "cores": len(CORES),
            "load_before": [round(load, 1) for load in os.getloadavg()],
            "versions": versions_of_all(chosen.peer_python),
            "quick": chosen.quick,
        },
        "start_up_seconds": warm,
        "sizes": sizes,
        "cost_curve": cost_curve(chosen.quick),
        "adaptive_allocation": measure_allocation(chosen.quick),
    }
    partial = chosen.output.with_suffix(".partial")
    partial.write_text(json.dumps(results, indent=1) + "\n")
    os.replace(partial, chosen.output)
    from figure import draw as draw_figure

    draw_figure(results, chosen.figure)
    print(table(sizes))
    say(f"wrote {chosen.output}")


def versions_of_all(peer_python):
    """Versions of what was measured."""
    code = (
        "import json, sys; from importlib.metadata import version, PackageNotFoundError\n"
        "found = {'python': sys.version.split()[0]}\n"
        "for name in ('numpy', 'numba', 'llvmlite', 'jax', 'torch'):\n"
        "    try: found[name] = version(name)\n"
        "    except PackageNotFoundError: pass\n"
        "print(json.dumps(found))"
    )
    return {
        who: json.loads(subprocess.run([python, "-c", code], capture_output=True, text=True).stdout)
        for who, python in (("ours", sys.executable), ("peers", peer_python))
    }


if __name__ == "__main__":
    main()
