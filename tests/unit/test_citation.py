"""CITATION.cff is valid by the schema of its format, and faults in it are noticed."""

import subprocess
import sys
from pathlib import Path

import pytest

CITATION = (Path(__file__).parents[2] / "CITATION.cff").read_text()


def check(path):
    """What check-jsonschema says of a file by the published schema, which it brings along."""
    schema = ["--builtin-schema", "vendor.citation-file-format", "--default-filetype", "yaml"]
    return subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, path], capture_output=True, text=True
    )


def test_the_citation_is_valid(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(CITATION)
    done = check(path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("\ntitle: ", "\nabstract: ", "'title' is a required property"),
        ("\nversion: ", "\nrelease: ", "'release' was unexpected"),
        ("doi: 10.48550/", "doi: ", ".references[0].doi: 'arXiv.1705.07576' does not match"),
        ("cff-version: 1.2.0", "cff-version: 1.1.0", "'1.1.0' does not match"),
        ("family-names: Hand", "surname: Hand", ".references[0].authors[0]"),
    ],
)
def test_faults_are_named(tmp_path, old, new, complaint):
    assert old in CITATION
    path = tmp_path / "CITATION.cff"
    path.write_text(CITATION.replace(old, new, 1))
    done = check(path)
    assert done.returncode == 1 and complaint in done.stdout
