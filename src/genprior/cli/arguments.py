"""What the console command takes; nothing is computed here, so that help comes at once."""

import argparse
from importlib.metadata import PackageNotFoundError, version

SHELLS = ("bash", "zsh", "fish")
STEPS = ("curvature", "bound", "2^d/d^2", "2^d/2")
CODES = """\
exit codes: 0 proved, 1 computed but not proved, 2 something given is at fault (one line on standard
error says what), 130 interrupted
"""
DETAILS = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}


def _version() -> str:
    try:
        return version("genprior")
    except PackageNotFoundError:  # a folder on the path, not installed
        return "unknown"


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    asked = argparse.ArgumentParser(
        prog="genprior",
        description="Recover codes of generative networks from measurements, with proofs.",
        epilog=CODES,
        **DETAILS,
    )
    asked.add_argument("--version", action="version", version=f"genprior {_version()}")
    asked.add_argument(
        "--completion",
        choices=SHELLS,
        metavar="SHELL",
        help="print what completes this command in bash, zsh or fish, and stop",
    )
    commands = asked.add_subparsers(dest="command", metavar="COMMAND")
    _recover(commands)
    _certificate(commands)
    _export(commands)
    _claims(commands)
    return asked


def _recover(commands) -> None:
    one = commands.add_parser(
        "recover",
        help="seek the code behind a measurement vector",
        description=(
            "Seek a code x with A G(x) = y by descent from random starts, and prove where it\n"
            "goes. Without --code nothing is called a recovery: the verdict is that descent\n"
            "converges to a minimum with this risk, or what a proof of that lacks. With --code\n"
            "it is whether descent is proved to converge to that code."
        ),
        epilog=CODES,
        **DETAILS,
    )
    _problem(one)
    one.add_argument(
        "--starts", type=int, default=1, metavar="N", help="starts; the least risk counts (1)"
    )
    one.add_argument("--seed", type=int, default=0, metavar="N", help="of the starts (0)")
    one.add_argument("--code", metavar="X0.npy", help="the code x0, where it is known")
    one.add_argument(
        "--output", "-o", metavar="X.npz", help="write the arrays `code` and `image` to this file"
    )
    one.add_argument("--json", action="store_true", help="print JSON, with all numbers")


def _certificate(commands) -> None:
    one = commands.add_parser(
        "certificate",
        help="prove where descent from a given point goes",
        description=(
            "Try to prove that descent from x stays in its linear piece and where it converges\n"
            "(docs/certificate.md), and print the certificate or why there is none."
        ),
        epilog=CODES,
        **DETAILS,
    )
    _problem(one)
    one.add_argument("--at", required=True, metavar="X.npy", help="the point x")
    one.add_argument("--code", metavar="X0.npy", help="the code x0, where it is known")
    one.add_argument("--json", action="store_true", help="print JSON, with all numbers")


def _problem(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--weights",
        required=True,
        metavar="G.npz",
        help="the network: W1, W2, ... of shape (n_i, n_{i-1}), and what else docs/yours.md lists",
    )
    one.add_argument(
        "--sensing", metavar="A.npz", help="the matrix A, shape (m, n_d); without it A = I"
    )
    one.add_argument("--measurements", required=True, metavar="Y.npy", help="y, shape (m,)")
    step = one.add_argument(
        "--step",
        default="curvature",
        metavar="RULE",
        help=f"{', '.join(STEPS)} or a number (curvature); 2^d/d^2 is for random networks",
    )
    step.words = STEPS  # for completion
    one.add_argument(
        "--max-iterations", type=int, default=20_000, metavar="N", help="the cap (20000)"
    )


def _export(commands) -> None:
    one = commands.add_parser(
        "export",
        help="rebuild a trial's arrays as .npz, for any language",
        description=(
            "Rebuild a trial from its row of an instances table, check its digest and write it\n"
            "as .npz: W1, ..., A, x0, start, tie_direction and y. Without TABLE the trial is\n"
            "named by --shape, --trial, --measurements, --sensing and --seed."
        ),
        epilog=CODES,
        **DETAILS,
    )
    one.add_argument(
        "table",
        nargs="?",
        metavar="TABLE",
        help="such as results/standard/instances/<experiment>/<block>.parquet",
    )
    one.add_argument("--trial", type=int, metavar="N", help="number of the trial")
    one.add_argument("--measurements", "-m", type=int, metavar="M", help="m")
    one.add_argument("--shape", metavar="K-N1-...-ND", help="k-n_1-...-n_d")
    one.add_argument(
        "--sensing", metavar="LAW", help="the law of A; without TABLE alone (gaussian)"
    )
    one.add_argument("--seed", type=int, metavar="N", help="without TABLE alone")
    one.add_argument("--weights", metavar="G.npz", help="of a trial with a network of your own")
    one.add_argument("--matrix", metavar="A.npz", help="of a trial with a matrix of your own")
    one.add_argument("--output", "-o", metavar="FILE", help="file to write (named by the trial)")


def _claims(commands) -> None:
    one = commands.add_parser(
        "claims",
        help="print the claims that were tested, with their verdicts",
        description=(
            "Print the committed claims with verdicts at standard size, or those of a run. Where\n"
            "IDs are given the exit code is 0 if all of these are supported, and else 1."
        ),
        epilog=CODES,
        **DETAILS,
    )
    one.add_argument("ids", nargs="*", metavar="ID", help="of these claims alone, such as HV-rho")
    one.add_argument("--results", metavar="FOLDER", help="of a run, such as results/standard")
    one.add_argument("--json", action="store_true", help="print JSON")
