"""A run's RO-Crate is valid, and a missing or changed file is noticed."""

import json
from importlib.resources import files

import pytest

from genprior.provenance import PACKAGES
from genprior.report.crate import HOMES, faults, metadata

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


def test_all_software_of_a_run_is_listed_but_the_project_itself():
    assert set(HOMES) == {"python", *PACKAGES} - {"genprior"}


@pytest.fixture
def violated(crate, monkeypatch):
    """What the RO-Crate community's validator finds against the crate's own profile, offline."""
    services = pytest.importorskip("rocrate_validator.services")
    import requests
    from rocrate_validator.utils.http import HttpRequester

    def shipped(requester, url, **options):
        """The context of JSON-LD as the package rocrate brings it, in place of its address."""
        assert url == "https://w3id.org/ro/crate/1.3/context"
        response = requests.Response()
        response.status_code, response.headers["Content-Type"] = 200, "application/ld+json"
        response._content = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
        return response

    monkeypatch.setattr(HttpRequester, "get", shipped, raising=False)

    def find():
        result = services.validate(
            {
                "rocrate_uri": crate,
                "profile_identifier": "ro-crate-1.3",
                "requirement_severity": "REQUIRED",
                "offline": True,
                "cache_path": crate.with_name("requests"),
            }
        )
        told = [issue.message for issue in result.get_issues()]
        assert result.passed() == (not told)
        return told

    return find


def test_it_passes_the_community_s_validator(violated):
    assert violated() == []


@pytest.mark.parametrize(("entity", "key"), [("./", "license"), ("#numpy", "url")])
def test_the_community_s_validator_sees_what_is_missing(crate, violated, entity, key):
    path = crate / "ro-crate-metadata.json"
    described = json.loads(path.read_text())
    del next(one for one in described["@graph"] if one["@id"] == entity)[key]
    path.write_text(json.dumps(described))
    (told,) = violated()
    assert f"MUST have a `{key}` property" in told


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
