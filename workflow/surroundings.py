"""The environment in which everything here runs: what is listed below, and nothing else.

    python -E -s workflow/surroundings.py COMMAND [ARGUMENT ...]      (in the checkout)

It is made anew, not tidied: a variable passes because it is named here. The home is a folder of
the checkout, so that no library finds a user's settings or caches. `docs/robustness.md` says which
library would read what.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

STATE = Path(".snakemake")
HOME = STATE / "home"

# None of them reaches a result: where programs, shared libraries and scratch space are, whose run
# it is, how its words are shown, and the settings of this project's own.
KEPT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TMPDIR",
    "USER",
    "LOGNAME",
    "TZ",
    "TERM",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "CI",
    "SNAKEMAKE_OUTPUT_CACHE",
)
KEPT_PREFIXES = ("GENPRIOR_", "HYPOTHESIS_")

PINNED = {
    "LC_ALL": "C.UTF-8",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",  # a file in the checkout's folder is not taken for a package
    "PYTHONHASHSEED": "0",
    "JUPYTER_NO_CONFIG": "1",
}

# OpenBLAS chooses its kernels by processor, and their last bits differ. This choice runs on every
# x86-64 processor with AVX2, so that outcomes and fits are the same on all of these. Elsewhere no
# last bits are promised, and a machine may need a choice of its own in order to run at all.
KERNELS = "Haswell"

# Libraries read these in the folder in which they run, and nothing tells them not to.
UNWANTED = {".numba_config.yaml": "Numba takes settings from it"}

# Snakemake writes the interpreter's path into shell commands as it stands.
PLAIN = re.compile(r"[\w@%+=,./-]+")


def has_avx2() -> bool:
    """Whether this is an x86-64 processor with AVX2 and fused multiply-add (seen on Linux only)."""
    try:
        words = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return {"avx2", "fma"} <= set(words)


def clean(environment: Mapping[str, str], checkout: Path) -> dict[str, str]:
    """The variables for a run in a checkout, made from those that a user has.

    Args:
        environment: the user's variables.
        checkout: its absolute path. Its package is the one that is imported.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if name in KEPT or name.startswith(KEPT_PREFIXES)
    }
    kept.setdefault("LOGNAME", kept.get("USER", str(os.getuid())))  # a number need have no name
    if has_avx2():
        kept["OPENBLAS_CORETYPE"] = KERNELS
    elif "OPENBLAS_CORETYPE" in environment:
        kept["OPENBLAS_CORETYPE"] = environment["OPENBLAS_CORETYPE"]
    # Commands that are called by name are those installed beside this Python.
    path = [os.path.dirname(sys.executable), environment.get("PATH") or os.defpath]
    return {
        **kept,
        **PINNED,
        "HOME": str(checkout / HOME),
        "PYTHONPATH": str(checkout / "src"),
        "PATH": os.pathsep.join(path),
    }


def refusal(checkout: Path, python: str) -> str | None:
    """Why nothing can be run here: what cannot be shut out, by name; None if all is well.

    Args:
        checkout: its absolute path.
        python: the interpreter that is to run the jobs.
    """
    if not PLAIN.fullmatch(python):
        return (
            f"the path {python!a} has characters that Snakemake cannot pass on: use a folder "
            "whose path has letters, digits and _@%+=,./- alone"
        )
    if not (checkout / "src/genprior/__init__.py").is_file():
        return f"{checkout} is no checkout: there is no src/genprior in it"
    for name, why in UNWANTED.items():
        if (checkout / name).exists():
            return f"{why}: move {checkout / name} elsewhere"
    return None


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    checkout = Path.cwd()
    if why := refusal(checkout, sys.executable):
        print(why, file=sys.stderr)
        return 2
    (checkout / HOME).mkdir(parents=True, exist_ok=True)
    try:
        os.execvpe(command[0], command, clean(os.environ, checkout))
    except OSError as error:
        print(f"cannot start {command[0]}: {error.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
