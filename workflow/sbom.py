"""Write the software bill of materials of the locked packages: CycloneDX as JSON.

    python workflow/sbom.py [LOCK]     (default: requirements.lock; prints to standard output)

Every package of the lock is a component with its version, its package URL and the SHA-256 of each
file that may be installed.  The same lock gives the same bytes.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def entries(lock: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Name, version, marker and hashes of every package of a lock with hashes.

    Raises:
        ValueError: for a line that is no such package.
    """
    text = re.sub(r"^\s*#.*\n", "", lock, flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        found = re.fullmatch(
            r"([A-Za-z0-9._-]+)==(\S+)(?:\s*;\s*(.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)", line
        )
        if not found:
            raise ValueError(f"not a package with version and hashes: {line}")
        name, version, marker, hashes = found.groups()
        yield name, version, marker or "", re.findall(r"[0-9a-f]{64}", hashes)


def component(name: str, version: str, marker: str, hashes: list[str]) -> dict[str, Any]:
    """A package as a component; under what marker it is installed stands in its properties."""
    plain = re.sub(r"[-_.]+", "-", name).lower()
    address = f"pkg:pypi/{plain}@{version}"
    found = {
        "type": "library",
        "bom-ref": address,
        "name": plain,
        "version": version,
        "purl": address,
        "hashes": [{"alg": "SHA-256", "content": content} for content in hashes],
    }
    if marker:
        found["properties"] = [{"name": "genprior:marker", "value": marker}]
    return found


def bill(lock: str, version: str) -> dict[str, Any]:
    """The bill of materials of a lock, for this version of the project."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "genprior",
                "name": "genprior",
                "version": version,
            }
        },
        "components": [component(*entry) for entry in entries(lock)],
    }


def main(arguments: list[str]) -> None:
    lock = Path(arguments[0]) if arguments else ROOT / "requirements.lock"
    source = (ROOT / "src/genprior/__init__.py").read_text()
    (version,) = re.findall(r'^__version__ = "(.+)"$', source, flags=re.MULTILINE)
    print(json.dumps(bill(lock.read_text(), version), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
