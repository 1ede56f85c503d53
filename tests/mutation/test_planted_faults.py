"""Planted faults: each turns the suite red.

Every fault is planted in a copy of the package, and the tests named beside it must then fail; as
the suite holds those tests, it is red.  A fault whose text is no longer found fails here too, so
the list keeps up with the code.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from genprior.descent import Settings, compiled, incremental
from genprior.model.problem import Problem

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Fault:
    """A text that is replaced in one file of the package, and the tests that must notice: a file of
    tests/unit, or one test of it."""

    file: str
    right: str
    wrong: str
    tests: str


FAULTS = {
    "wrong weight variance": Fault(
        "model/networks.py",
        "(rows, columns)) / np.sqrt(rows)",
        "(rows, columns)) / columns",
        "networks",
    ),
    "mask dropped from the region's map": Fault(
        "model/networks.py",
        "gains(active, slope)[:, None] * (layer @ linear)",
        "layer @ linear",
        "networks",
    ),
    "ties ignored": Fault(
        "model/networks.py",
        "(pre_activation > 0) | ((pre_activation == 0) & (drift > 0))",
        "pre_activation > 0",
        "networks",
    ),
    "mask dropped from v": Fault("model/risk.py", "layer.T @ (factor * v)", "layer.T @ v", "risk"),
    "sign of v": Fault("model/risk.py", "return np.asarray(v)", "return -np.asarray(v)", "risk"),
    "risk without its half": Fault(
        "model/risk.py", "return 0.5 * float", "return 1.0 * float", "risk"
    ),
    "wrong measurement variance": Fault(
        "model/laws.py", "rows[:m] / np.sqrt(m)", "rows[:m] / m", "instances"
    ),
    "trials share a stream": Fault(
        "model/instances.py", "(int(role), int(trial), *", "(int(role), 0, *", "instances"
    ),
    "sparse rows scaled as full ones": Fault(
        "model/laws.py", "np.sign(drawn), 0.0) * sqrt(n / count)", "np.sign(drawn), 0.0)", "laws"
    ),
    "DCT without its factor": Fault(
        "model/laws.py", "sqrt(2.0) * circle[steps]", "circle[steps]", "laws"
    ),
    "a row of a mask twice": Fault(
        "model/laws.py", "stream.permutation(n)[:rows]", "stream.integers(0, n, rows)", "laws"
    ),
    "columns of length one, but not orthogonal": Fault(
        "model/laws.py", "vector -= (earlier * parts).sum(axis=0)", "pass", "laws"
    ),
    "tied layers drawn one by one": Fault(
        "model/laws.py",
        "to_singles(whole[:n, :k] / sqrt(n))",
        "to_singles(stream.standard_normal((n, k)) / sqrt(n))",
        "laws",
    ),
    "pickles loaded": Fault("model/archives.py", "if dtype.hasobject:", "if False:", "stored"),
    "memory asked when it is taken": Fault(
        "model/archives.py", 'refuse_beyond_memory(path, ", "', 'str(", "', "stored"
    ),
    "a file's slope not in its digest": Fault(
        "model/instances.py", "slope={network.slope!r}", "slope", "stored"
    ),
    "an edited file goes unnoticed": Fault(
        "model/stored.py", "if found != expected:", "if False:", "sources"
    ),
    "negation check in spite of biases": Fault(
        "experiments/sources.py", 'about_network(files["weights"]).biases', "False", "sources"
    ),
    "step twice too long": Fault(
        "descent/__init__.py", "2**depth, depth**2", "2 * 2**depth, depth**2", "descent"
    ),
    "negation check the wrong way round": Fault(
        "descent/reference.py", "mirrored < loss", "mirrored > loss", "descent"
    ),
    "error not relative": Fault(
        "model/risk.py", "fsum(error**2) / fsum(code**2)", "fsum(error**2)", "risk"
    ),
    "shared networks ignored": Fault(
        "statistics/transitions.py", "max(1.0, robust[0, 0] / naive[0, 0])", "1.0", "statistics"
    ),
    "success curves taken for logistic": Fault(
        "statistics/transitions.py", "np.arange(links)", "np.arange(1)", "coverage"
    ),
    "another interval for proportions": Fault(
        "statistics/intervals.py", 'method="wilson"', 'method="exact"', "statistics"
    ),
    "angle map": Fault(
        "model/theory.py", "np.sin(t) - t * np.cos(t)", "np.sin(t) + t * np.cos(t)", "theory"
    ),
    "overshoot left out of the certificate's box": Fault(
        "descent/certificates.py",
        "np.where(factors < 0, factors, 0.0 if",
        "np.where(factors < 0, 0.0, 0.0 if",
        "certificates",
    ),
    "AMP without its correction": Fault(
        "inference/amp.py", " - self.v[i] * self.g[i]", "", "inference"
    ),
    "outputs of second moment one": Fault(
        "inference/evolution.py", "[1.0] + [0.5] *", "[1.0] + [1.0] *", "inference"
    ),
    "ball twice too large": Fault(
        "descent/kernels/ball.py", "return radius / ROOM - pad", "return 2 * radius", "ball"
    ),
    "engine's negation check the wrong way round": Fault(
        "descent/kernels/streaming.py",
        "square > mirrored_square",
        "square < mirrored_square",
        "descent",
    ),
    "bound on f(-x) kept wherever x goes": Fault(
        "descent/kernels/bounds.py",
        "facts[LEAST] - facts[SLOPE] * facts[GONE]",
        "facts[LEAST]",
        "incremental",
    ),
    "kink released at one side only": Fault(
        "descent/kinks.py",
        "slopes.append(_Slope(multiplier + added, index, True, doubt + extra))",
        "pass",
        "certificates",
    ),
    "sign test exempts rows that rounding made zero": Fault(
        "descent/pieces.py",
        "& (norms >= SMALLEST)) & ~free",
        ") & (norms > 0)",
        "false_certificates",
    ),
    "recovery by distance alone": Fault(
        "descent/outcomes.py",
        "if home and close:",
        "if close:",
        "false_certificates",
    ),
    "error of a slope without the kink's own column": Fault(
        "descent/kinks.py",
        "back = problem.sense_back(held.misfit)\n    back_error = ",
        "back = problem.sense_back(residual(problem, held.point))\n    back_error = 0 * ",
        "false_certificates",
    ),
    "underflow taken for zero": Fault(
        "descent/pieces.py",
        "return all(SMALLEST <= size <= LARGEST for size in sizes)",
        "return True",
        "certificates",
    ),
    "shift forgotten in c": Fault(
        "descent/certificates.py",
        "residual = operator @ lift_point(point, held) - measurements",
        "residual = operator @ lift_point(point, held, 0.0) - measurements",
        "affine::test_one_linear_layer_is_least_squares",
    ),
    "shift forgotten in the ball's minimiser": Fault(
        "descent/kernels/ball.py",
        "centre[:] = 1.0",
        "centre[:] = 0.0",
        "affine::test_one_neuron_with_a_bias",
    ),
    "the coordinate that carries the biases moves": Fault(
        "descent/kernels/evaluation.py",
        "v[len(v) - frozen :] = 0.0",
        "pass",
        "affine::test_a_run_by_hand",
    ),
    "the 1 forgotten in the rounding of the box": Fault(
        "descent/certificates.py",
        "reach = float(np.linalg.norm(start)) + travel",
        "reach = float(np.linalg.norm(self.x)) + travel",
        "affine::test_a_shift_that_rounding_lost_is_asked",
    ),
    "slope forgotten in the kink's jump": Fault(
        "descent/kinks.py",
        "jump = 1.0 - held.base.slopes[final]",
        "jump = 1.0",
        "affine::test_a_kink_with_a_bias_in_closed_form",
    ),
    "slope forgotten in a region's maps": Fault(
        "descent/kernels/region.py",
        "values[i, j] if on[j] else slope * values[i, j]",
        "values[i, j] if on[j] else 0.0",
        "affine::test_whole_runs_agree_inside_regions",
    ),
    "verdict from the wrong end": Fault(
        "claims/rules.py", "_decide(m.low >= bound,", "_decide(m.high >= bound,", "claims"
    ),
    "one objective for uniqueness": Fault(
        "studies/layerwise/layer.py",
        "for sign in (1, -1):",
        "for sign in (1,):",
        "layerwise::test_a_corner_of_the_feasible_set_is_not_taken_for_its_only_point",
    ),
    "every intrinsic volume in place of every other": Fault(
        "studies/layerwise/theory.py",
        "tails[parity::2] = volumes[parity::2][::-1].cumsum()[::-1]",
        "tails = volumes[::-1].cumsum()[::-1]",
        "layerwise::test_an_inner_layers_chance_by_hand",
    ),
    "a method's point judged far from it": Fault(
        "descent/outcomes.py",
        "minimum.point - x) > REACHED * trial.length",
        "minimum.point - x) > NEAR * trial.length",
        "methods::test_a_point_is_judged_where_it_lies",
    ),
    "a method's point judged in another piece": Fault(
        "descent/outcomes.py",
        "if not all(map(np.array_equal, here, there)):",
        "if False:",
        "methods::test_a_recovery_needs_the_piece_of_x0",
    ),
    "the worst restart kept": Fault(
        "methods/adam.py",
        "np.argmin(losses)",
        "np.argmax(losses)",
        "methods::test_adam_keeps_the_run_with_the_smallest_measurement_loss",
    ),
    "pairs taken for independent": Fault(
        "statistics/paired.py",
        "correlation = agreement / sqrt(margins) if margins else 0.0",
        "correlation = 0.0",
        "comparisons::test_newcombe_s_published_interval",
    ),
    "trials that one has alone among the pairs": Fault(
        "experiments/comparisons.py",
        'on=["shape", "measurements", "trial"],',
        'on=["shape", "measurements", "trial"], how="left",',
        "comparisons::test_pairs_are_counted_on_the_trials_that_both_have",
    ),
    "zeros of a program left as rounding": Fault(
        "methods/numerics/programs.py",
        "z = np.zeros_like(layer.z)\n    z[support] = exact.z\n    return replace(layer, z=z)",
        "return layer",
        "layerwise::test_a_programs_rounding_is_removed_before_the_next_layer_sees_it",
    ),
}


def run(fault: Fault, folder: Path) -> subprocess.CompletedProcess:
    """The fault's tests on a copy of the package that has it."""
    package = folder / "src/genprior"
    shutil.copytree(ROOT / "src/genprior", package, ignore=shutil.ignore_patterns("*.pyc"))
    text = (package / fault.file).read_text()
    assert fault.right in text, f"{fault.right!r} is not in {fault.file} any more"
    (package / fault.file).write_text(text.replace(fault.right, fault.wrong))
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    room, *one = fault.tests.split("::")
    return subprocess.run(
        [*command, "::".join([str(ROOT / f"tests/unit/test_{room}.py"), *one])],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "HYPOTHESIS_SEED": "0"},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Callable[[str], Future]:
    """All faults at once on two cores; what became of one of them."""
    # Compiled once here, the kernels are copied with the package to where no fault is in them.
    compiled.warm_up()
    incremental.warm_up()
    one = np.ones(1)
    problem = Problem([np.ones((1, 1))], None, one)
    incremental.Engine(problem).limit(one, Settings(0.5, True, 1, 0.0))
    with ThreadPoolExecutor(2) as pool:
        folder = tmp_path_factory.mktemp("faults")
        started = {
            name: pool.submit(run, fault, folder / str(number))
            for number, (name, fault) in enumerate(FAULTS.items())
        }
        yield started.__getitem__


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(runs, name):
    result = runs(name).result()
    assert result.returncode == 1, f"not caught:\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
    assert " failed" in result.stdout
