"""Make the environment in .venv, or see that it is the one that belongs here.

    python -E -s workflow/install.py [--python PYTHON | --unless PYTHON]       (in the checkout)

An environment knows its folder and its Python, and works for no others: programs in it name the
folder, the packages lie under the Python's version. Both stand in a stamp. Where they differ, the
environment is made anew; where only the lock does, packages are installed into it. A half-made
environment has no stamp, or the first of two, and is finished by the next call.

--python insists on a Python; --unless names the one to take where there is none from before. Exit
code 2, before anything is downloaded, when no environment can be made.
"""

import argparse
import ast
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import surroundings

VENV = Path(".venv")
MADE, READY = VENV / ".made", VENV / ".ready"
OLDEST = (3, 11)
LOCK = "requirements.lock"
SOURCES = (LOCK, "pyproject.toml")

# Run by any Python, however old: what an environment made from it hangs on.
ASK = """
import json, os, sys
try:
    import ensurepip, venv
    whole = True
except ImportError:
    whole = False
base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
prefix = getattr(sys, "base_prefix", sys.prefix)
print(json.dumps([list(sys.version_info[:3]), prefix, base, whole]))
"""
ANOTHER = "make setup PYTHON=python3.12"

# What pip may take from a user: where packages come from and how to get there. The lock's hashes
# say what they are, and nothing of a user's says where they go.
NETWORK = {
    "cert",
    "client-cert",
    "default-timeout",
    "extra-index-url",
    "find-links",
    "index-url",
    "keyring-provider",
    "no-index",
    "proxy",
    "retries",
    "timeout",
    "trusted-host",
}
# The last line: pip's downloads, and where it finds keys.
NETWORK_VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *(
        "HOME",
        "XDG_CACHE_HOME",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
    ),
)


class Refused(Exception):
    """No environment can be made; the message says why, and what to do."""


@dataclass(frozen=True)
class Python:
    """A Python: its version, where it is installed, its program, whether it makes environments."""

    version: tuple[int, ...]
    prefix: str
    program: str
    whole: bool

    @property
    def number(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def able(self) -> bool:
        """Whether it can make the environment."""
        return self.version >= OLDEST and self.whole

    def stamp(self) -> str:
        """What an environment that it makes here hangs on."""
        return json.dumps([str(Path.cwd()), self.number, self.prefix])


def ask(command: str) -> Python:
    """The Python behind a command; of an environment's, the one that it was made from.

    Raises:
        Refused: when there is none.
    """
    try:
        asked = subprocess.run([command, "-E", "-s", "-c", ASK], capture_output=True, text=True)
        version, prefix, program, whole = json.loads(asked.stdout)
    except OSError:
        raise Refused(f"There is no {command} here. Name a Python >= 3.11: {ANOTHER}") from None
    except ValueError:
        raise Refused(f"{command} does not run: {asked.stderr.strip()[-300:]}") from None
    return Python(tuple(version), prefix, program, whole)


def capable(command: str) -> Python:
    """The Python behind a command, which can make the environment.

    Raises:
        Refused: when it cannot, in a sentence.
    """
    python = ask(command)
    if python.version < OLDEST:
        raise Refused(
            f"genprior needs Python >= 3.11, and {command} is {python.number}. "
            f"Name another: {ANOTHER}"
        )
    if not python.whole:
        raise Refused(
            f"{command} cannot make an environment: it comes without venv or ensurepip. On Debian "
            f"and Ubuntu: apt install python3-venv. Or name another Python: {ANOTHER}"
        )
    return python


def present() -> Python | None:
    """The Python of the environment that is here, whether or not it belongs here."""
    try:
        return ask(str(VENV / "bin/python"))
    except Refused:
        return None


def belongs(python: Python | None) -> bool:
    """Whether the environment here was made here, by this Python."""
    return python is not None and MADE.is_file() and MADE.read_text() == python.stamp()


def configured(pip: list[str]) -> str:
    """What `pip config list` prints for the user, nothing if pip cannot read its files."""
    # A user's own `user = true` would have pip list one of its files in place of all.
    all_files = {"PIP_USER": "0", "PIP_SITE": "0", "PIP_GLOBAL": "0"}
    listed = subprocess.run(
        [*pip, "config", "list"], env=os.environ | all_files, capture_output=True, text=True
    )
    if listed.returncode:
        print(f"pip's settings are left out: {listed.stderr.strip()[-300:]}", file=sys.stderr)
        return ""
    return listed.stdout


def settings(listed: str) -> dict[str, str]:
    """The settings for pip, as variables, out of what `pip config list` prints."""
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if key in NETWORK and section in found:
            found[section][key] = ast.literal_eval(value)
    chosen = found["global"] | found["install"] | found[":env:"]  # the later wins, as in pip
    return {f"PIP_{key.upper().replace('-', '_')}": value for key, value in chosen.items()}


def for_pip(user: Mapping[str, str], checkout: Path, listed: str) -> dict[str, str]:
    """The variables for pip: those of every run here, and the way to the packages.

    Args:
        user: the user's variables.
        checkout: its absolute path.
        listed: what `pip config list` prints for the user.
    """
    way = {name: user[name] for name in NETWORK_VARIABLES if name in user}
    files = {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return surroundings.clean(user, checkout) | way | settings(listed) | files


def digest(files: Iterable[str]) -> str:
    """SHA-256 of some files' bytes."""
    return sha256(b"\0".join(Path(file).read_bytes() for file in files)).hexdigest()


def make(python: str) -> None:
    """An environment without packages, in place of what is there."""
    clean = surroundings.clean(os.environ, Path.cwd())
    subprocess.run([python, "-E", "-s", "-m", "venv", "--clear", str(VENV)], check=True, env=clean)


def install() -> None:
    """The locked packages, and this checkout's own."""
    pip = [str(VENV / "bin/python"), "-E", "-s", "-m", "pip"]
    environment = for_pip(os.environ, Path.cwd(), configured(pip))
    for what in (
        ["--require-hashes", "-r", LOCK],
        ["--no-deps", "--no-build-isolation", "-e", "."],
    ):
        subprocess.run([*pip, "install", "--quiet", "--quiet", *what], check=True, env=environment)


def renew(given: str | None, default: str) -> None:
    """See to it that the environment is there and belongs here.

    Args:
        given: a Python that it has to be made from.
        default: the Python to take otherwise, where there is none from before.

    Raises:
        Refused: when there can be none.
        subprocess.CalledProcessError: when a step fails, which has said why.
    """
    if why := surroundings.refusal(Path.cwd(), str(Path.cwd() / VENV / "bin/python")):
        raise Refused(why)
    here, wanted = present(), capable(given) if given else None
    if not belongs(here) or (wanted and wanted.stamp() != here.stamp()):
        python = wanted or (here if here and here.able else capable(default))
        print(f"Making {VENV} with Python {python.number}", flush=True)
        make(python.program)
        MADE.write_text(python.stamp())
    lock = digest(SOURCES)
    if not READY.is_file() or READY.read_text() != lock:
        print(f"Installing the pinned packages into {VENV}: about a minute, once", flush=True)
        READY.unlink(missing_ok=True)
        install()
        READY.write_text(lock)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--python")
    parser.add_argument("--unless", default="python3")
    chosen = parser.parse_args()
    try:
        surroundings.STATE.mkdir(exist_ok=True)
        with (surroundings.STATE / "install.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two of these at once would spoil each other's work
            renew(chosen.python, chosen.unless)
    except Refused as why:
        print(why, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        return error.returncode
    except OSError as error:
        print(f"cannot write {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
