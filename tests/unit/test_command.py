"""The console command: what it prints, how it ends, and every way it can be misused."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import genprior
from genprior.api.steps import RULES
from genprior.cli import claims, completion
from genprior.cli.arguments import SHELLS, STEPS, parser
from genprior.cli.main import main
from genprior.experiments.blocks import Block, instance_rows
from genprior.experiments.grid import Cell
from genprior.experiments.schemas import INSTANCES
from genprior.model.instances import arrays_of, instance
from genprior.model.networks import Network
from genprior.tables import write_rows

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import document  # noqa: E402

DRAW = np.random.default_rng(11)
NETWORK = Network(
    (DRAW.standard_normal((20, 3)), DRAW.standard_normal((40, 20)) / 5),
    (DRAW.standard_normal(20) / 4, np.zeros(40)),
)
MATRIX = DRAW.standard_normal((15, 40)) / 4
CODE = DRAW.standard_normal(3)
PROBLEM = ["--weights", "G.npz", "--sensing", "A.npz", "--measurements", "y.npy"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    genprior.write_network(NETWORK, "G.npz")
    np.savez("A.npz", A=MATRIX)
    np.save("y.npy", genprior.measure(NETWORK, MATRIX, CODE))
    np.save("x0.npy", CODE)
    return tmp_path


def run(capsys, *arguments):
    """Exit code, standard output and standard error."""
    code = main(list(arguments))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_without_x0_a_recovery_is_a_minimum_with_its_risk(capsys):
    code, out, err = run(capsys, "recover", *PROBLEM, "--starts", "3", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "") and "recover" not in out
    assert found["verdict"] == "minimum" and found["proved"] is True and found["missing"] is None
    assert found["says"] == "descent is proved to converge to an isolated minimum with this risk"
    assert found["risk"] < 1e-25 and found["relative_misfit"] < 1e-12
    assert np.abs(np.array(found["code"]) - CODE).max() <= found["error"] < 1e-8
    assert np.allclose(found["image"], genprior.image(NETWORK, np.array(found["code"])))
    assert found["relative_error"] is None and found["step"]["rule"] == "curvature"
    assert len(found["risks"]) == 3 and found["start"] == int(np.argmin(found["risks"]))


def test_with_x0_it_can_be_one(capsys):
    code, out, _ = run(capsys, "recover", *PROBLEM, "--starts", "3", "--code", "x0.npy")
    assert code == 0 and out.startswith("recovery: descent is proved to converge to x0\n")
    np.save("x0.npy", -CODE)
    code, out, _ = run(capsys, "recover", *PROBLEM, "--starts", "3", "--code", "x0.npy")
    assert code == 1 and out.startswith("minimum: ") and "the minimum is not x0" in out


def test_for_a_person_and_for_a_file(capsys):
    code, out, _ = run(capsys, "recover", *PROBLEM, "--starts", "3", "-o", "x.npz")
    assert code == 0 and out.splitlines()[0].startswith("minimum: descent is proved to converge")
    words = [line.split()[0] for line in out.splitlines()[1:]]
    assert words == ["risk", "misfit", "error", "step", "starts", "code", "image"]
    assert "(curvature)" in out and "written to x.npz" in out
    with np.load("x.npz") as stored:
        assert np.allclose(stored["code"], CODE)
        assert np.array_equal(stored["image"], genprior.image(NETWORK, stored["code"]))


def test_what_is_not_proved_is_said_with_what_is_missing(capsys):
    code, out, _ = run(capsys, "recover", *PROBLEM, "--step", "1000")
    assert code == 1 and "undecided: nothing is proved" in out and "missing" in out
    code, out, _ = run(capsys, "recover", *PROBLEM, "--step", "1000", "--json")
    assert code == 1 and json.loads(out)["missing"] and not json.loads(out)["proved"]
    sigmoid = Network(NETWORK.weights, NETWORK.biases, last="sigmoid")
    genprior.write_network(sigmoid, "G.npz")
    np.save("y.npy", genprior.measure(sigmoid, MATRIX, CODE))
    code, out, _ = run(capsys, "recover", *PROBLEM, "--max-iterations", "300")
    assert code == 1 and "a sigmoid end" in out


def test_noise_ends_at_a_minimum_with_a_risk(capsys):
    np.save("y.npy", np.load("y.npy") + 0.05 * DRAW.standard_normal(15))
    code, out, _ = run(capsys, "recover", *PROBLEM, "--starts", "4", "--json")
    found = json.loads(out)
    assert code == 0 and found["verdict"] == "minimum" and found["risk"] > 1e-4


def test_without_a_matrix_it_inverts(capsys):
    np.save("s.npy", genprior.image(NETWORK, CODE))
    arguments = ["--weights", "G.npz", "--measurements", "s.npy", "--code", "x0.npy"]
    code, out, _ = run(capsys, "recover", *arguments, "--starts", "3")
    assert code == 0 and out.startswith("recovery")


def test_the_same_seed_is_the_same_answer(capsys):
    first, again = (run(capsys, "recover", *PROBLEM, "--seed", "3", "--json") for _ in range(2))
    other = run(capsys, "recover", *PROBLEM, "--seed", "4", "--json")
    assert first == again and json.loads(first[1])["risks"] != json.loads(other[1])["risks"]


def test_a_certificate_at_a_point(capsys):
    code, out, _ = run(capsys, "certificate", *PROBLEM, "--at", "x0.npy", "--code", "x0.npy")
    assert code == 0 and out.startswith("certificate: descent from x stays in its piece")
    assert "x0          lies in the limit's piece" in out
    found = json.loads(run(capsys, "certificate", *PROBLEM, "--at", "x0.npy", "--json")[1])
    assert found["holds"] and found["rank"] == 3 and np.allclose(found["limit"], CODE)
    np.save("far.npy", 40 * CODE[::-1])
    code, out, _ = run(capsys, "certificate", *PROBLEM, "--at", "far.npy", "--step", "100")
    assert code == 1 and out.startswith("no certificate: the step is too long") and "(step)" in out


BAD = [
    (["--weights", "nowhere.npz"], "nowhere.npz: "),
    (["--weights", "y.npy"], "y.npy: "),
    (["--sensing", "G.npz"], "G.npz: "),
    (["--sensing", "x0.npy"], "x0.npy: "),
    (["--measurements", "x0.npy"], "G.npz, A.npz and x0.npy do not fit: y has shape (3,)"),
    (["--measurements", "A.npz"], "A.npz"),
    (["--measurements", "."], "."),
    (["--step", "long"], "--step 'long'; allowed: curvature, bound, "),
    (["--step", "-1"], "--step -1.0; allowed"),
    (["--step", "nan"], "--step nan; allowed"),
    (["--max-iterations", "-3"], "--max-iterations is -3; it should be"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD)
@pytest.mark.parametrize("command", [["recover"], ["certificate", "--at", "x0.npy"]])
def test_what_is_at_fault_is_said_in_one_line(capsys, command, arguments, words):
    code, out, err = run(capsys, *command, *PROBLEM, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"genprior {command[0]}: ") and err.count("\n") == 1
    assert words in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--starts", "0"], "starts is 0; it should be a positive integer"),
        (["--code", "y.npy"], "y.npy: x0 has shape (15,); the network takes codes of (3,)"),
        (["--code", "zero.npy"], "zero.npy: x0 is 0; it should be nonzero"),
        (["-o", "nowhere/x.npz"], "nowhere/x.npz: there is no folder nowhere"),
        (["-o", "."], ".: is a folder; name a file"),
        (["--seed", "-1"], "seed is -1; it should be an integer from 0 to 2^128 - 1"),
    ],
)
def test_so_is_what_a_recovery_alone_takes(capsys, arguments, words):
    np.save("zero.npy", np.zeros(3))
    code, _out, err = run(capsys, "recover", *PROBLEM, *arguments)
    assert code == 2 and words in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["recover"], ["recove"], ["recover", "--wieghts", "G.npz"], ["recover", "--seed", "x"]],
)
def test_usage_is_at_fault_in_the_same_way(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "genprior" in capsys.readouterr().err


def test_every_command_has_help_with_the_exit_codes(capsys):
    for arguments in (["--help"], *([name, "--help"] for name in commands())):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr().out
        assert ended.value.code == 0 and "exit codes: 0 proved" in told
    assert main([]) == 0 and "usage: genprior" in capsys.readouterr().out
    assert STEPS == RULES


def commands():
    return completion._commands(parser())[1]


def test_help_does_not_wait_for_the_engines():
    program = "import sys; from genprior.cli.main import main\ntry: main(['--help'])\n"
    program += "finally: print({'numba', 'numpy', 'pandas'} & set(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == "set()\n"


def test_an_export_by_row_and_by_identity_is_the_same(capsys):
    block = Block("b", (Cell((3, 6, 9), "gaussian", 7, None),), 0, 3)
    write_rows(instance_rows(5, block), INSTANCES, "table.parquet")
    assert run(capsys, "export", "table.parquet", "--trial", "3", "-o", "row.npz")[0] == 0
    identity = ["--shape", "3-6-9", "--trial", "3", "-m", "7", "--seed", "5"]
    code, out, _ = run(capsys, "export", *identity)
    assert (code, out) == (0, "3-6-9.gaussian.m7.t003.npz: shape 3-6-9, gaussian, m = 7\n")
    expected = arrays_of(instance(5, "gaussian", (3, 6, 9), 3, 7))
    for path in ("row.npz", "3-6-9.gaussian.m7.t003.npz"):
        with np.load(path) as stored:
            for name, array in expected.items():
                assert stored[name].tobytes() == array.tobytes()
    trial = ["--weights", "row.npz", "--sensing", "row.npz", "--measurements", "row.npz"]
    assert run(capsys, "recover", *trial)[0] in (0, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.parquet"], "nowhere.parquet: there is no such file"),
        (["table.parquet", "--trial", "9"], "trial: given 9; in the table: 0, 1, 2, 3"),
        (["table.parquet", "--trial", "1", "--seed", "2"], "--seed is told by the table"),
        ([], "without TABLE give --shape, --trial, --seed"),
        (["--shape", "3x6", "--trial", "1", "--seed", "1", "-m", "2"], "--shape is '3x6'"),
        (["--shape", "3-6", "--trial", "1", "--seed", "1"], "give --measurements"),
        (["--shape", "3-6", "--trial", "-1", "--seed", "1", "-m", "2"], "should not be negative"),
        (
            ["--shape", "3-6", "--trial", "1", "--seed", "1", "-m", "2", "--sensing", "w"],
            "unknown sensing law 'w'",
        ),
        (["table.parquet", "--trial", "1", "-o", "nowhere/x.npz"], "there is no folder nowhere"),
    ],
)
def test_an_export_that_cannot_be_is_refused(capsys, arguments, words):
    block = Block("b", (Cell((3, 6, 9), "gaussian", 7, None),), 0, 3)
    write_rows(instance_rows(5, block), INSTANCES, "table.parquet")
    code, out, err = run(capsys, "export", *arguments)
    assert (code, out) == (2, "") and words in err and err.count("\n") == 1


def test_the_claims_that_the_package_brings_are_those_that_are_committed():
    assert json.loads(claims.COMMITTED.read_text()) == document.shipped(*document.committed()), (
        "run `make format`"
    )


def test_claims_and_their_verdicts(capsys):
    code, out, _ = run(capsys, "claims")
    assert code == 0 and out.count("\n") > 100
    shipped = json.loads(claims.COMMITTED.read_text())
    assert next(line for line in out.splitlines() if not line.startswith(" ")).startswith(
        f"{shipped[0]['id']}: {shipped[0]['verdict']}"
    )
    code, out, _ = run(capsys, "claims", "DRZ-constant", "--json")
    assert code == 0 and [one["id"] for one in json.loads(out)] == ["DRZ-constant"]
    refuted = next(one["id"] for one in shipped if one["verdict"] == "not supported")
    assert run(capsys, "claims", refuted)[0] == 1
    code, _, err = run(capsys, "claims", "HV-rhoo")
    assert code == 2 and err.startswith("genprior claims: there is no claim HV-rhoo; there are HV-")


def test_the_claims_of_a_run(capsys, folder):
    ledger = [one | {"p": 0.1, "parts": []} for one in json.loads(claims.COMMITTED.read_text())]
    ledger[0]["verdict"] = "inconclusive"
    (folder / "run").mkdir()
    (folder / "run/claims.json").write_text(json.dumps(ledger))
    code, out, _ = run(capsys, "claims", "--results", "run", ledger[0]["id"])
    assert code == 1 and ": inconclusive" in out
    (folder / "run/claims.json").write_text("[1]")
    assert run(capsys, "claims", "--results", "run")[2].endswith("this is no ledger of claims\n")
    (folder / "run/claims.json").write_text("{")
    assert run(capsys, "claims", "--results", "run")[0] == 2
    assert "there is no such file" in run(capsys, "claims", "--results", ".")[2]


def completed(folder, *words):
    """What bash offers at the end of these words."""
    script = completion.completion(parser(), "bash")
    (folder / "complete").write_text(script)
    quoted = " ".join(f"'{word}'" for word in ("genprior", *words))
    program = (
        f". ./complete; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _genprior; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, cwd=folder)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_options_and_values(folder):
    assert completed(folder, "re") == ["recover"]
    assert set(commands()) <= set(completed(folder, ""))
    assert completed(folder, "recover", "--w") == ["--weights"]
    assert completed(folder, "recover", "--weights", "G.npz", "--step", "cu") == ["curvature"]
    assert completed(folder, "recover", "--weights", "") == []  # readline offers files
    assert completed(folder, "export", "") == []
    assert completed(folder, "claims", "HV-rho") == ["HV-rho", "HV-rho-cluster"]
    assert completed(folder, "--completion", "") == list(SHELLS)


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_names_every_option_and_is_read_by_its_shell(shell, folder, capsys):
    code, out, _ = run(capsys, "--completion", shell)
    assert code == 0
    for name, one in commands().items():
        assert name in out
        for option in completion._options(one):
            for flag in option.flags:
                assert (flag if shell != "fish" else flag.lstrip("-")) in out
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    (folder / "script").write_text(out)
    done = subprocess.run([shell, "-n", "script"], capture_output=True, text=True, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_installed_as_a_command():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"genprior": "genprior.cli.main:main"}


def test_a_reader_who_stops_reading_is_no_fault():
    program = [sys.executable, "-m", "genprior.cli.main", "claims"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        command.stdout.close()
        assert command.stderr.read() == b""
        assert command.wait() == 0
