"""What a configuration asks of a machine, and a thousand configurations that are nearly right."""

import copy
import random
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from genprior.configuration.pieces import Network
from genprior.configuration.planning import (
    BASE_BYTES,
    announcement,
    demands,
    diagrams,
    planned,
    refuse_beyond,
    seconds,
)
from genprior.configuration.whole import LOADER, ConfigurationError, checked
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.configuration import STAGES
from genprior.experiments.grid import Cell
from genprior.experiments.schemas import INSTANCES
from genprior.export import main as export
from genprior.machine import memory
from genprior.tables import read_rows, write_rows

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "config/smoke.yaml").read_text()
SMOKE = yaml.safe_load(TEXT)
STANDARD = yaml.safe_load((ROOT / "config/standard.yaml").read_text())
LAPTOP = 16e9  # bytes of memory
FUZZ_SEED = 15
MUTATIONS = 1000


def refused(config, available=LAPTOP):
    """The lines that refuse a configuration, none if it can be run with so much memory."""
    try:
        config = checked(config)
        planned(config)
        needed = list(demands(config))
        refuse_beyond(available, needed)
        assert "GB of memory" in announcement(config, available, needed)
    except ConfigurationError as error:
        first, *rest = str(error).splitlines()
        assert first == "the configuration cannot be run:" and rest
        return rest
    return []


def with_experiment(name, **changes):
    config = copy.deepcopy(SMOKE)
    config["experiments"][name] |= changes
    return config


def test_every_section_with_networks_says_what_they_take():
    keys = {one.key for one in demands(checked(SMOKE))}
    studies = {f"landscape.{name}" for name in SMOKE["landscape"]}
    assert studies | {"convergence", "noise", "noise.paths", "stochastic.batches"} <= keys
    assert {f"experiments.{name}" for name in ("measurements-d1", "success-against-k")} <= keys
    assert {"transposes.plugin", "transposes.reversal", "layerwise.comparison"} <= keys
    assert {"layerwise.depth", "layerwise.layer", "layerwise.noise.networks.0"} <= keys


def test_a_network_s_memory_is_what_its_engine_takes():
    """Measured in a process of its own, above what Python with its libraries has anyway."""
    shape, rows = (50, 1500, 3000), 1000
    # The peak of ru_maxrss would be that of the process which started it, if that was greater.
    code = f"""
from pathlib import Path
from genprior.descent.incremental import Engine, warm_up
from genprior.tables import write_rows
from genprior.model.instances import instance
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("VmHWM"))
warm_up()
before = peak()
one = instance(1, "gaussian", {shape}, 0, {rows})
Engine.of_code(one.weights, one.sensing, one.code).layout.bounds
print(before, peak())
"""
    for _ in range(2):  # the first may compile, which takes more memory than what is measured
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
    before, after = (1024 * int(word) for word in done.stdout.split())
    assert 0.5 < (after - before) / Network(shape, rows).bytes < 1.2
    assert 0.5 < before / BASE_BYTES < 1.2
    assert before < memory()


def test_what_a_machine_does_not_hold_is_refused_by_key_with_the_number():
    config = with_experiment("success-against-k", widths=[20_000, 40_000])
    assert refused(config) == [
        "experiments.success-against-k: the network 80-20000-40000 with 150 measurements takes "
        "about 26 GB of memory; this machine has 16 GB"
    ]
    assert refused(config, 64e9) == []


def test_a_path_that_a_machine_does_not_hold_is_refused_too():
    config = copy.deepcopy(SMOKE)
    config["convergence"]["descent"]["max_iterations"] = 10**7
    config["noise"]["paths"]["max_iterations"] = 10**7
    convergence, paths = refused(config)
    assert convergence.startswith("convergence: a row for each of 10000000 iterations of 8 trials")
    assert paths.startswith("noise.paths: a row for each of 10000000 iterations of 12 runs takes")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trials_per_job": 1}, "given 1000000, which are 1000000 jobs of 1 trials; allowed: at"),
        ({"trials_per_job": 10, "networks_per_job": 1}, "which are 500000 jobs of 10 trials"),
    ],
)
def test_more_jobs_than_can_be_planned_are_refused(changes, words):
    (line,) = refused(with_experiment("inversion-d1", trials=10**6) | changes)
    assert line.startswith("experiments.inversion-d1.trials: ") and words in line


def test_a_family_s_jobs_are_counted_too():
    config = copy.deepcopy(SMOKE) | {"trials_per_job": 5}
    config["stochastic"]["batches"]["trials"] = 10**6
    (line,) = refused(config)
    assert line.startswith("stochastic: given 1000000, which are 200000 jobs of 5 trials")


def test_the_time_is_that_of_the_standard_run():
    """50 minutes of processor time, by the tables' own clocks: 2,990 s in three stages."""
    standard = checked(yaml.safe_load((ROOT / "config/standard.yaml").read_text()))
    assert 2990 / 2 < seconds(standard) < 2990 * 2
    twice = copy.deepcopy(standard)
    for experiment in twice["experiments"].values():
        experiment["trials"] *= 2
    assert seconds(twice) == pytest.approx(2 * seconds(standard))


@pytest.mark.parametrize("seed", [2**63 - 1, 2**63, 2**127 + 1, 2**128 - 1])
def test_a_seed_of_128_bits_comes_back_from_the_table(tmp_path, monkeypatch, seed):
    monkeypatch.chdir(tmp_path)
    rows = instance_rows(seed, Block("b", (Cell((3, 6), "gaussian", 4, None),), 0, 0))
    write_rows(rows, INSTANCES, "table.parquet")
    assert read_rows("table.parquet") == rows
    assert export(["table.parquet"]) == 0


def nodes(tree, path=()):
    """Every place of a tree but its root."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in children:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from nodes(value, (*path, key))


PLACES = list(nodes(SMOKE))
NUMBERS = [0, -1, 1, 2, 3, 0.5, 1.5, 1e-300, 1e300, 10**6, 10**9, 10**12, 2**63, 10**400]
ODD = [None, True, "", "on", "2^d/2", [], {}, [[]], float("nan"), float("inf"), "identity"]
KEYS = [True, None, 2024, 0.5, "", "like", "widths", "measurements", "depth", "trials", *STAGES]


def mutated(draw):
    """smoke.yaml with one to three changes."""
    config = copy.deepcopy(SMOKE)
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        *parents, last = draw.choice(PLACES)
        try:
            place = config
            for key in parents:
                place = place[key]
            change(place, last, draw)
        except (TypeError, LookupError):
            continue  # an earlier change has removed the place
    return config


def change(place, key, draw):
    """One change at a place: of a number, of a kind, of a key, of a list."""
    value = place[key]
    kind = draw.choice(["scale", "scale", "number", "odd", "remove", "rename", "twin", "swap"])
    if kind == "scale" and isinstance(value, int | float):
        place[key] = value * draw.choice([0, -1, 2, 3, 10, 1000, 10**6, 0.5])
    elif kind in ("scale", "number"):
        place[key] = draw.choice(NUMBERS)
    elif kind == "odd":
        place[key] = draw.choice(ODD)
    elif kind == "remove":
        del place[key]
    elif kind == "rename" and isinstance(place, dict):
        place[draw.choice(KEYS)] = place.pop(key)
    elif kind == "twin" and isinstance(place, list):
        place.insert(key, draw.choice([value, *NUMBERS]))
    else:
        other = draw.choice(list(place) if isinstance(place, dict) else range(len(place)))
        place[key], place[other] = place[other], place[key]


def test_a_thousand_mutations_are_refused_by_key_or_planned():
    """No run: the check of the configuration, the plan of its jobs and what they take."""
    draw = random.Random(FUZZ_SEED)
    tally = {"planned": 0, "refused": 0}
    for _ in range(MUTATIONS):
        lines = refused(mutated(draw))
        tally["refused" if lines else "planned"] += 1
        assert all(": " in line and len(line) < 1000 for line in lines), lines
    assert min(tally.values()) >= MUTATIONS // 10, tally


def test_mutations_of_the_text_are_refused_by_line_or_key_or_planned(tmp_path):
    """Lines twice, gone, exchanged or with an odd character."""
    draw, file = random.Random(FUZZ_SEED), tmp_path / "mine.yaml"
    tally = {"planned": 0, "refused": 0, "no mapping": 0}
    for _ in range(200):
        lines = TEXT.splitlines()
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        odd = draw.choice(["\t", "'", "{", "]", ": ", "&a ", "*a", "? ", "!!set ", "\0", "- ", "é"])
        lines[at : at + 1] = draw.choice(
            [[lines[at]] * 2, [], [lines[other]], [odd + lines[at]], [lines[at] + odd]]
        )
        file.write_text("\n".join(lines), encoding="utf-8")
        try:
            config = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)
        except (yaml.YAMLError, ValueError):
            tally["no mapping"] += 1  # Snakemake says so, and ends
            continue
        try:
            planned(checked(config, [file]))
            tally["planned"] += 1
        except ConfigurationError as error:
            tally["refused"] += 1
            assert all(": " in line for line in str(error).splitlines()[1:])
    assert min(tally.values()) >= 5, tally


def test_every_flat_grid_of_three_cells_is_a_diagram():
    both = ["expansivity", "measurement_ratio"]
    found = diagrams(checked(STANDARD))
    assert found["measurements-d3"] == found["step-d1"] == both
    assert found["inversion-d2"] == ["expansivity"]
    assert found["measurements-against-k"] == ["latent_dimension", "measurement_ratio"]
    assert found["success-against-k"] == ["latent_dimension"]
    assert not {"recovery-d1", "recovery-d2", "success-at-100"} & found.keys()
