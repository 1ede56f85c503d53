"""The environment belongs to its folder and its Python; a stand-in makes it, and no pip runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import install  # noqa: E402


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty project; environments are a link to this Python, and what pip installs is noted."""
    folder = tmp_path / "one"
    (folder / "src/genprior").mkdir(parents=True)
    for name in ("src/genprior/__init__.py", "requirements.lock", "pyproject.toml"):
        (folder / name).touch()
    monkeypatch.chdir(folder)
    installed = folder.parent / "installed.txt"
    installed.touch()

    def make(python):
        program = Path(".venv/bin/python")
        subprocess.run(["rm", "-rf", ".venv"], check=True)
        program.parent.mkdir(parents=True)
        program.symlink_to(python)

    monkeypatch.setattr(install, "make", make)
    monkeypatch.setattr(
        install, "install", lambda: installed.write_text(f"{installed.read_text()}{Path.cwd()}\n")
    )
    return folder


def renewed(given=None):
    """Where packages were installed by one more call."""
    before = Path("../installed.txt").read_text()
    install.renew(given, sys.executable)
    return Path("../installed.txt").read_text().removeprefix(before).splitlines()


def test_an_environment_is_made_once(checkout):
    assert renewed() == [str(checkout)]
    assert renewed() == renewed(sys.executable) == []


@pytest.mark.parametrize("how", ["cp -a one two", "mv one two"])
def test_a_checkout_that_was_copied_or_moved_gets_one_of_its_own(checkout, how, monkeypatch):
    renewed()
    subprocess.run(how.split(), cwd=checkout.parent, check=True)
    monkeypatch.chdir(checkout.parent / "two")
    assert renewed() == [str(checkout.parent / "two")]
    assert renewed() == []


def test_another_lock_is_installed_and_touching_it_is_no_other(checkout):
    renewed()
    os.utime("requirements.lock", (1, 1))
    assert renewed() == []
    Path("requirements.lock").write_text("numpy==9\n")
    made = Path(".venv/bin/python").lstat().st_ino
    assert renewed() == [str(checkout)]
    assert Path(".venv/bin/python").lstat().st_ino == made, "it was made anew for nothing"


@pytest.mark.parametrize("left", [["bin"], [".made"], ["bin", ".made"], [".ready"]])
def test_a_half_made_environment_is_finished(checkout, left):
    """What an interrupted set-up can leave behind, or an older version of this file."""
    renewed()
    for name in {"bin", ".made", ".ready"} - set(left):
        subprocess.run(["rm", "-r", f".venv/{name}"], check=True)
    assert renewed() == [str(checkout)]
    Path(".venv/.made").write_text("")
    assert renewed() == [str(checkout)]


def stand_in(folder, version, whole=True):
    """A command that answers as a Python of some version would."""
    path = folder / "python-of-old"
    answer = f'[{list(version)}, "/usr", "{path}", {str(whole).lower()}]'
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_was_replaced_gets_a_new_environment(checkout, monkeypatch):
    """As when the system's python3 becomes another version under the same name."""
    renewed()
    program = Path(".venv/bin/python")
    program.unlink()
    program.symlink_to(stand_in(checkout.parent, (3, 12, 1)))
    assert renewed() == [str(checkout)]


def test_a_named_python_is_insisted_on_and_a_default_is_not(checkout):
    other = stand_in(checkout.parent, (3, 12, 1))
    install.renew(None, sys.executable)
    install.renew(None, other)
    assert Path(".venv/bin/python").resolve() == Path(sys.executable).resolve()
    install.renew(other, "python3")
    assert Path(".venv/bin/python").resolve() == Path(other).resolve()


def test_a_moved_checkout_keeps_the_python_that_was_named(checkout, monkeypatch):
    other = stand_in(checkout.parent, (3, 12, 1))
    install.renew(other, "python3")
    checkout.rename(checkout.with_name("two"))
    monkeypatch.chdir(checkout.with_name("two"))
    install.renew(None, sys.executable)
    assert Path(".venv/bin/python").resolve() == Path(other).resolve()


@pytest.mark.parametrize(
    ("version", "whole", "words"),
    [
        ((3, 10, 13), True, "needs Python >= 3.11, and {} is 3.10.13"),
        ((3, 13, 0), False, "apt install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_refused_in_a_sentence(checkout, version, whole, words):
    command = stand_in(checkout.parent, version, whole)
    with pytest.raises(install.Refused) as refused:
        install.renew(None, command)
    assert words.format(command) in str(refused.value) and "\n" not in str(refused.value)
    assert not Path(".venv").exists()


def test_no_python_is_refused_in_a_sentence(checkout):
    with pytest.raises(install.Refused, match="There is no python9 here"):
        install.renew(None, "python9")


@pytest.mark.parametrize("name", ["with space", "it's", "(copy)"])
def test_a_folder_that_cannot_work_is_refused_before_anything_is_made(checkout, name, monkeypatch):
    checkout.rename(checkout.with_name(name))
    monkeypatch.chdir(checkout.with_name(name))
    with pytest.raises(install.Refused, match="cannot pass on"):
        install.renew(None, sys.executable)
    assert not Path(".venv").exists()


LISTED = """\
:env:.cert='/certificates'
:env:.user='1'
global.index-url='https://mirror/simple'
global.no-binary=':all:'
global.timeout='5'
global.user='true'
install.extra-index-url='https://one https://two'
install.target='/elsewhere'
install.timeout='9'
list.format='json'
"""


def test_pip_takes_the_way_to_packages_from_a_user_and_nothing_else(checkout):
    user = {
        "HOME": "/home/me",
        "HTTPS_PROXY": "http://proxy",
        "PIP_USER": "1",
        "PIP_TARGET": "/x",
        "PIP_CONFIG_FILE": "/home/me/pip.conf",
        "PYTHONPATH": "/home/me/lib",
        "PYTHONHOME": "/nowhere",
        "CFLAGS": "-Ofast",
    }
    made = install.for_pip(user, checkout, LISTED)
    assert {name: value for name, value in made.items() if name.startswith("PIP_")} == {
        "PIP_CERT": "/certificates",
        "PIP_INDEX_URL": "https://mirror/simple",
        "PIP_EXTRA_INDEX_URL": "https://one https://two",
        "PIP_TIMEOUT": "9",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    assert made["HTTPS_PROXY"] == "http://proxy" and made["HOME"] == "/home/me"
    assert made["PYTHONPATH"] == str(checkout / "src")
    assert not {"PYTHONHOME", "CFLAGS"} & made.keys()


def test_pip_s_own_list_is_read(tmp_path, monkeypatch, capsys):
    """The installed pip, with a user's file, of which pip itself would list a part alone."""
    pip = [sys.executable, "-m", "pip"]
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nuser = true\ntrusted-host = a\n  b\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_RETRIES", "7")
    found = install.settings(install.configured(pip))
    assert found["PIP_RETRIES"] == "7" and found["PIP_TRUSTED_HOST"].split() == ["a", "b"]
    assert "PIP_USER" not in found
    settings.write_text("user = true\n")
    assert install.configured(pip) == ""
    assert "left out" in capsys.readouterr().err
