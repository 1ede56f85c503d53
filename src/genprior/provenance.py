"""What made a set of results: software, processor, commit, configuration, seed."""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
ARCHIVED = ".git_archival.txt"  # `git archive` writes the commit into it
UNKNOWN = "unknown"
GIT_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "HOME": os.devnull,  # for a git too old for the line above
    "LC_ALL": "C.UTF-8",
}
PACKAGES = ("genprior", "numpy", "scipy", "numba", "pandas", "pyarrow", "matplotlib", "snakemake")


def processor() -> str:
    """The processor's own name where the system tells it, else its architecture."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def commit(checkout: Path = CHECKOUT) -> str:
    """The commit of the code that runs, marked where files differ from it.

    Only the checkout's own repository is asked, never one around it, whoever owns it, and without
    any of a user's settings for git. An archive made by git names its commit in a file, and cannot
    tell what was changed since.

    Args:
        checkout: the folder that the code is in.

    Returns:
        "unknown" where nothing tells.
    """

    def git(*words: str) -> str:
        place = [f"--git-dir={checkout / '.git'}", f"--work-tree={checkout}"]
        return subprocess.run(
            ["git", *place, *words],
            cwd=checkout,
            env=GIT_ENVIRONMENT | {"PATH": os.environ.get("PATH", os.defpath)},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.strip()

    try:
        if (checkout / ".git").exists():
            head = git("rev-parse", "HEAD")
            changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!figures")
            return head + (" with changes" if changed else "")
        named = re.fullmatch(r"node: ([0-9a-f]{40,64})\s*", (checkout / ARCHIVED).read_text())
        return f"{named[1]}, from an archive" if named else UNKNOWN
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN


def config_digest(config: Mapping[str, Any]) -> str:
    """SHA-256 of the configuration as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()


def versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """The installed versions of Python and of these packages, as far as they are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def provenance(config: Mapping[str, Any]) -> dict[str, Any]:
    """All facts, as JSON."""
    return {
        "size": config["size"],
        "seed": config["seed"],
        "config_sha256": config_digest(config),
        "commit": commit(),
        "versions": versions(),
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "byte_order": sys.byteorder,
    }
