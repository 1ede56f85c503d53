"""A run's RO-Crate is valid, and a missing or changed file is noticed."""

import json

import pytest

from genprior.report.crate import faults, metadata

FACTS = {
    "size": "smoke",
    "seed": 7,
    "config_sha256": "0" * 64,
    "commit": None,
    "versions": {"python": "3.11.7", "numpy": "2.4"},
}


@pytest.fixture
def crate(tmp_path):
    files = [tmp_path / "claims.csv", tmp_path / "instances/a/b.parquet"]
    for number, path in enumerate(files):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"row" * number)
    described = metadata(tmp_path, files, FACTS, "2026-01-01T00:00:00+00:00")
    (tmp_path / "ro-crate-metadata.json").write_text(json.dumps(described))
    return tmp_path


def test_a_crate_describes_its_files_and_its_run(crate):
    graph = {
        e["@id"]: e for e in json.loads((crate / "ro-crate-metadata.json").read_text())["@graph"]
    }
    assert "/ro/crate/1." in graph["ro-crate-metadata.json"]["conformsTo"]["@id"]
    assert graph["claims.csv"]["encodingFormat"] == "text/csv"
    assert graph["instances/a/b.parquet"]["contentSize"] == "3"
    assert {"@id": "#numpy"} in graph["#run"]["instrument"]
    assert faults(crate) == []


def test_changes_are_noticed(crate):
    (crate / "claims.csv").write_text("else")
    (crate / "instances/a/b.parquet").unlink()
    assert sorted(faults(crate)) == [
        "claims.csv: not the file that the crate describes",
        "instances/a/b.parquet: missing",
    ]


def test_a_file_outside_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("row")
    with pytest.raises(ValueError, match="subpath"):
        metadata(tmp_path / "results", [tmp_path / "x.csv"], FACTS, "2026-01-01")
