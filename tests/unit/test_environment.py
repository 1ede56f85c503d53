"""One environment, written down three times: pyproject.toml, requirements.lock, environment.yml."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import genprior

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
CONDA = (ROOT / "environment.yml").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

PYPI_NAMES = {
    "matplotlib-base": "matplotlib",
    "nbconvert-core": "nbconvert",
    "playwright-python": "playwright",
    "seaborn-base": "seaborn",
    "snakemake-minimal": "snakemake",
}
CONDA_ONLY = {"python", "pip", "make"}
NOT_ON_CONDA = {"axe-playwright-python", "roc-validator"}  # their one test each is skipped there


def lock_entries():
    """One (requirement, hashes) pair an entry; continuation lines end in a backslash."""
    text = re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE)
    for entry in text.replace("\\\n", " ").strip().splitlines():
        requirement, *hashes = entry.split(" --hash=")
        yield Requirement(requirement), [value.strip() for value in hashes]


def locked_versions(python):
    """Name -> version for one Python on Linux (the lock names other versions for others)."""
    setting = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
    }
    versions = {}
    for requirement, _ in lock_entries():
        if requirement.marker is None or requirement.marker.evaluate(setting):
            (pin,) = requirement.specifier
            assert pin.operator == "==", requirement
            name = canonicalize_name(requirement.name)
            assert name not in versions, f"{name} is locked twice for Python {python}"
            versions[name] = pin.version
    return versions


def conda_pins():
    """Name as in the lock -> requirement, with conda's `name=1.2` read as `name==1.2.*`."""
    pins = {}
    for line in yaml.safe_load(CONDA)["dependencies"]:
        requirement = Requirement(re.sub(r"(?<![<>=!~])=(?!=)([\d.]+)$", r"==\1.*", line))
        pins[PYPI_NAMES.get(requirement.name, requirement.name)] = requirement
    return pins


def direct_dependencies():
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def conda_python():
    (bound,) = conda_pins()["python"].specifier
    assert bound.operator == ">="
    return bound.version


PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


@pytest.mark.parametrize("python", PYTHONS)
def test_lock_satisfies_every_direct_dependency(python):
    versions = locked_versions(python)
    for requirement in direct_dependencies():
        assert requirement.name in versions, f"{requirement.name}: run `make lock`"
        assert versions[requirement.name] in requirement.specifier, requirement


def test_conda_environment_has_every_direct_dependency_and_no_other():
    wanted = {requirement.name for requirement in direct_dependencies()} - NOT_ON_CONDA
    assert set(conda_pins()) - CONDA_ONLY == wanted


def test_conda_pins_agree_with_the_lock():
    versions = locked_versions(conda_python())
    for name, requirement in conda_pins().items():
        if name not in CONDA_ONLY:
            (pin,) = requirement.specifier
            assert pin.operator == "==" and pin.version.endswith(".*"), requirement
            assert versions[name] in requirement.specifier, f"{requirement}, lock: {versions[name]}"


def test_python_bounds_agree():
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    assert conda_python() in PYTHONS


def test_continuous_integration_runs_every_python():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == PYTHONS


def test_every_locked_requirement_has_hashes():
    entries = list(lock_entries())
    assert len(entries) > 50
    for requirement, hashes in entries:
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


@pytest.mark.parametrize("text", [LOCK, CONDA], ids=["lock", "conda"])
def test_no_addresses(text):
    for mark in ("://", "index-url", "find-links", "file:"):
        assert mark not in text


def test_versions_agree():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert genprior.__version__ == PROJECT["version"] == citation["version"]
