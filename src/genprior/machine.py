"""What this machine has."""

import os
from pathlib import Path


def memory() -> float:
    """Bytes of memory that this machine has, or that its container may use."""
    found = float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(found, float(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):  # no such container, or "max"
        return found


def in_bytes(count: float) -> str:
    """An amount of memory in words, to two digits."""
    return f"{float(f'{count / 1e9:.2g}'):,.12g} GB"
