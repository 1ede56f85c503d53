"""What made a set of results: software, processor, commit, configuration, seed."""

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

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


def commit() -> str | None:
    """The commit that is checked out, marked where files differ from it; None outside of git."""

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], capture_output=True, text=True, check=True, timeout=30
        ).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!figures")
        return git("rev-parse", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.SubprocessError):
        return None


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
